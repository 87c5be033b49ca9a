package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"tapedeck/internal/archive"
	"tapedeck/internal/audit"
	"tapedeck/internal/index"
	"tapedeck/internal/ingest"
	"tapedeck/internal/queue"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/settings"
	"tapedeck/localstack/demo"
	"tapedeck/localstack/engine"
	"tapedeck/localstack/issuer"
)

const day = 24 * time.Hour

// newDemo connects the demo to a running stack.
func newDemo(ctx context.Context, root string, s *state) (*demo.Demo, error) {
	e := engine.Engine{Endpoint: s.Endpoint}
	cfg := e.Config()
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	tokens, err := issuer.SignIn(ctx, s.URL, "auditor")
	if err != nil {
		return nil, err
	}
	db, out := dynamodb.NewFromConfig(cfg), s.Outputs
	buckets := archive.Buckets{Inbox: out["InboxBucket"], Evidence: out["EvidenceBucket"], Derived: out["DerivedBucket"], KMSKey: out["RecordingsKeyArn"]}
	rows, kept := index.New(db, out["SessionsTable"], out["ValuesTable"], 5*365*day, nil), archive.New(client, buckets)
	sweeper := archive.NewSweeper(client, buckets)
	sweeper.Bypass = true // the clock below is not that of Object Lock
	later := func() time.Time { return time.Now().Add(2 * 365 * day) }
	settle := &ingest.Ingest{Registry: rows, Rows: rows, Work: rows, Inbox: kept, Evidence: kept, Derived: kept,
		Audit: audit.New(db, out["AuditTable"], time.Now), Handover: queue.New(sqs.NewFromConfig(cfg), out["ArchiveQueueUrl"]),
		Settings: settings.Fixed{TimeZone: "UTC", RetentionDays: 400}, InlineBytes: 32 << 20, Now: later}
	return &demo.Demo{
		S3: client, Inbox: out["InboxBucket"], API: s.URL + "/api/v1", Token: tokens.Access,
		Recordings: filepath.Join(root, "testdata/recordings"),
		Overdue:    settle.Overdue,
		Expire:     (&reconcile.Reconciler{Work: rows, Rows: rows, Commits: kept, Sweeper: sweeper, Now: later}).Expire,
	}, nil
}
