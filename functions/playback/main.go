// Command playback answers what a player needs to replay a session.
package main

import (
	"context"
	"log"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tapedeck/internal/access"
	"tapedeck/internal/api"
	"tapedeck/internal/archive"
	"tapedeck/internal/audit"
	"tapedeck/internal/awsenv"
	"tapedeck/internal/events"
	"tapedeck/internal/index"
	"tapedeck/internal/lambdahttp"
	"tapedeck/internal/playback"
	"tapedeck/internal/settings"
)

func main() {
	cfg, err := awsenv.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	var env awsenv.Vars
	verifier := access.NewVerifier(env.Text("OIDC_ISSUER"), env.Text("OIDC_AUDIENCE"), env.Text("GROUPS_CLAIM"), time.Now)
	sessions, auditTable, role, bucket := env.Text("SESSIONS_TABLE"), env.Text("AUDIT_TABLE"), env.Text("SIGNER_ROLE"), env.Text("DERIVED_BUCKET")
	evidence, settingsTable, deployed := env.Text("EVIDENCE_BUCKET"), env.Text("SETTINGS_TABLE"), env.Settings()
	if env.Err() != nil {
		log.Fatal(env.Err())
	}
	db, roles := dynamodb.NewFromConfig(cfg), sts.NewFromConfig(cfg)
	server := &api.Server{Verify: verifier.Verify, Now: time.Now, RequestID: lambdahttp.RequestID}
	server.Playback = &playback.Playback{
		Index:     index.New(db, sessions, "", 0, nil),
		Audit:     audit.New(db, auditTable, time.Now),
		Signer:    archive.NewSigner(roles, awsenv.S3As(cfg), role, bucket, time.Now),
		Originals: archive.NewSigner(roles, awsenv.S3As(cfg), role, evidence, time.Now),
		Derived:   archive.New(awsenv.S3(cfg), archive.Buckets{Derived: bucket}),
		Settings:  settings.NewTable(db, settingsTable, deployed, time.Now), Now: time.Now,
		Events: events.New(eventbridge.NewFromConfig(cfg), env.Optional("EVENT_BUS")),
	}
	lambda.Start(lambdahttp.Handler(api.Prefix, server.Handler()))
}
