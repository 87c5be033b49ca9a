// Command reconciler runs every hour: it settles what has waited for a day, and sweeps what was never committed.
package main

import (
	"context"
	"log"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tapedeck/internal/archive"
	"tapedeck/internal/archiving"
	"tapedeck/internal/awsenv"
	"tapedeck/internal/reconcile"
)

func main() {
	cfg, err := awsenv.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	var env awsenv.Vars
	parts := archiving.New(cfg, &env)
	retention := cfg.Copy() // nothing else of this function may delete
	retention.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), env.Text("RETENTION_ROLE"),
		func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "reconciler" }))
	sweeper := archive.NewSweeper(awsenv.S3(retention), archiving.Buckets(&env))
	if env.Err() != nil {
		log.Fatal(env.Err())
	}
	r := &reconcile.Reconciler{Work: parts.Index, Rows: parts.Index, Commits: parts.Archive, Settle: parts.Ingest, Sweeper: sweeper, Now: time.Now}
	lambda.Start(func(ctx context.Context, _ events.CloudWatchEvent) error {
		report, err := r.Run(ctx)
		slog.InfoContext(ctx, "reconciled", "overdue", report.Overdue, "swept", report.Swept, "failed", report.Failed)
		return err
	})
}
