// Command settings shows and changes what administrators decide.
package main

import (
	"context"
	"log"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tapedeck/internal/access"
	"tapedeck/internal/api"
	"tapedeck/internal/audit"
	"tapedeck/internal/awsenv"
	"tapedeck/internal/lambdahttp"
	"tapedeck/internal/settings"
)

func main() {
	cfg, err := awsenv.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	var env awsenv.Vars
	verifier := access.NewVerifier(env.Text("OIDC_ISSUER"), env.Text("OIDC_AUDIENCE"), env.Text("GROUPS_CLAIM"), time.Now)
	table, auditTable, deployed, rowLife := env.Text("SETTINGS_TABLE"), env.Text("AUDIT_TABLE"), env.Settings(), env.Days("ROW_RETENTION_DAYS")
	if env.Err() != nil {
		log.Fatal(env.Err())
	}
	db := dynamodb.NewFromConfig(cfg)
	server := &api.Server{Verify: verifier.Verify, Now: time.Now, RequestID: lambdahttp.RequestID}
	server.Settings = &settings.Settings{Store: settings.NewTable(db, table, deployed, time.Now), Audit: audit.New(db, auditTable, time.Now), RowLife: rowLife}
	lambda.Start(lambdahttp.Handler(api.Prefix, server.Handler()))
}
