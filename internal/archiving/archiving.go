// Package archiving connects the ingest use case to AWS by the environment, for the functions that share it.
package archiving

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"tapedeck/internal/archive"
	"tapedeck/internal/audit"
	"tapedeck/internal/awsenv"
	"tapedeck/internal/events"
	"tapedeck/internal/index"
	"tapedeck/internal/ingest"
	"tapedeck/internal/queue"
	"tapedeck/internal/settings"
)

// Parts are the use case and the adapters that it stands on.
type Parts struct {
	Ingest   *ingest.Ingest
	Index    *index.Index
	Archive  *archive.Archive
	Settings *settings.Table
}

// New reads the environment. What is wrong with it, env.Err says.
func New(cfg aws.Config, env *awsenv.Vars) Parts {
	db := dynamodb.NewFromConfig(cfg)
	x := index.New(db, env.Text("SESSIONS_TABLE"), env.Text("VALUES_TABLE"), env.Days("ROW_RETENTION_DAYS"), nil)
	a := archive.New(awsenv.S3(cfg), Buckets(env))
	current := settings.NewTable(db, env.Text("SETTINGS_TABLE"), env.Settings(), time.Now)
	g := &ingest.Ingest{
		Registry: x, Rows: x, Work: x, Inbox: a, Evidence: a, Derived: a,
		Audit:       audit.New(db, env.Text("AUDIT_TABLE"), time.Now),
		Handover:    queue.New(sqs.NewFromConfig(cfg), env.Text("ARCHIVE_QUEUE_URL")),
		Events:      events.New(eventbridge.NewFromConfig(cfg), env.Optional("EVENT_BUS")),
		Settings:    current,
		InlineBytes: env.Int("ARCHIVE_INLINE_BYTES"),
		Now:         time.Now,
	}
	return Parts{Ingest: g, Index: x, Archive: a, Settings: current}
}

// Buckets reads the names of the buckets and of their key.
func Buckets(env *awsenv.Vars) archive.Buckets {
	return archive.Buckets{Inbox: env.Text("INBOX_BUCKET"), Evidence: env.Text("EVIDENCE_BUCKET"), Derived: env.Text("DERIVED_BUCKET"),
		KMSKey: env.Text("RECORDINGS_KEY")}
}
