// Command sessions answers the list of sessions, one session, and who is signed in.
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
	"tapedeck/internal/catalog"
	"tapedeck/internal/index"
	"tapedeck/internal/lambdahttp"
	"tapedeck/internal/pagetoken"
	"tapedeck/internal/settings"
)

func main() {
	ctx := context.Background()
	cfg, err := awsenv.Config(ctx)
	if err != nil {
		log.Fatal(err)
	}
	var env awsenv.Vars
	verifier := access.NewVerifier(env.Text("OIDC_ISSUER"), env.Text("OIDC_AUDIENCE"), env.Text("GROUPS_CLAIM"), time.Now)
	sessions, values := env.Text("SESSIONS_TABLE"), env.Text("VALUES_TABLE")
	auditTable, secret := env.Text("AUDIT_TABLE"), env.Text("PAGE_TOKEN_SECRET")
	settingsTable, deployed := env.Text("SETTINGS_TABLE"), env.Settings()
	if env.Err() != nil {
		log.Fatal(env.Err())
	}
	current, previous, err := awsenv.PageTokenKeys(ctx, cfg, secret)
	if err != nil {
		log.Fatal(err)
	}
	db := dynamodb.NewFromConfig(cfg)
	server := &api.Server{Verify: verifier.Verify, Current: settings.NewTable(db, settingsTable, deployed, time.Now).Current,
		Now: time.Now, RequestID: lambdahttp.RequestID}
	server.Catalog = &catalog.Catalog{
		Index: index.New(db, sessions, values, 0, pagetoken.New(current, previous, time.Now)),
		Audit: audit.New(db, auditTable, time.Now),
	}
	lambda.Start(lambdahttp.Handler(api.Prefix, server.Handler()))
}
