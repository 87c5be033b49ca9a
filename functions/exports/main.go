// Command exports starts export jobs, says how far they are, and gives addresses of what may leave.
package main

import (
	"context"
	"log"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tapedeck/internal/access"
	"tapedeck/internal/api"
	"tapedeck/internal/archive"
	"tapedeck/internal/audit"
	"tapedeck/internal/awsenv"
	"tapedeck/internal/export"
	"tapedeck/internal/index"
	"tapedeck/internal/jobs"
	"tapedeck/internal/keys"
	"tapedeck/internal/lambdahttp"
	"tapedeck/internal/queue"
	"tapedeck/internal/settings"
)

func main() {
	cfg, err := awsenv.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	var env awsenv.Vars
	verifier := access.NewVerifier(env.Text("OIDC_ISSUER"), env.Text("OIDC_AUDIENCE"), env.Text("GROUPS_CLAIM"), time.Now)
	db, roles, signAs := dynamodb.NewFromConfig(cfg), sts.NewFromConfig(cfg), awsenv.S3As(cfg)
	all := jobs.New(db, env.Text("EXPORTS_TABLE"))
	evidence, made, role := env.Text("EVIDENCE_BUCKET"), env.Text("EXPORTS_BUCKET"), env.Text("SIGNER_ROLE")
	use := &export.Exports{
		Index:     index.New(db, env.Text("SESSIONS_TABLE"), "", 0, nil),
		Settings:  settings.NewTable(db, env.Text("SETTINGS_TABLE"), env.Settings(), time.Now),
		Audit:     audit.New(db, env.Text("AUDIT_TABLE"), time.Now),
		Jobs:      all,
		Slots:     all,
		Files:     archive.NewExports(awsenv.S3(cfg), made, "", evidence),
		Keys:      keys.New(kms.NewFromConfig(cfg), env.Text("WRAP_KEY")),
		Queue:     queue.New(sqs.NewFromConfig(cfg), env.Text("EXPORT_QUEUE_URL")),
		Originals: archive.NewSigner(roles, signAs, role, evidence, time.Now),
		Made:      archive.NewSigner(roles, signAs, role, made, time.Now),
		Now:       time.Now,
	}
	if env.Err() != nil {
		log.Fatal(env.Err())
	}
	server := &api.Server{Verify: verifier.Verify, Exports: use, Now: time.Now, RequestID: lambdahttp.RequestID}
	lambda.Start(lambdahttp.Handler(api.Prefix, server.Handler()))
}
