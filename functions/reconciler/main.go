// Command reconciler runs every hour: it makes good what was lost or left unfinished, and deletes what is past its
// retention. The command line runs it to look through everything, to rebuild a lost index, or to have prepared again
// what earlier encoders prepared.
package main

import (
	"context"
	"log"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tapedeck/internal/archive"
	"tapedeck/internal/archiving"
	"tapedeck/internal/awsenv"
	"tapedeck/internal/reconcile"
)

// workers is how many sessions are worked on at a time. All rows share the partition of one index, by-time, which
// takes 1,000 writes a second.
const workers = 16

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
	r := &reconcile.Reconciler{Work: parts.Index, Inbox: parts.Archive, Commits: parts.Archive, Rows: parts.Index, Values: parts.Index,
		Numbers: parts.Index, Marks: parts.Index, Ingest: parts.Ingest, Sweeper: archive.NewSweeper(awsenv.S3(retention), archiving.Buckets(&env)),
		Settings: parts.Settings, RowLife: env.Days("ROW_RETENTION_DAYS"), Workers: workers, Now: time.Now}
	if env.Err() != nil {
		log.Fatal(env.Err())
	}
	lambda.Start(handler(r.Run))
}
