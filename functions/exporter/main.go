// Command exporter makes the files of exports, part by part, and every few minutes looks for jobs that nobody is at.
package main

import (
	"context"
	"log"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"tapedeck/internal/archive"
	"tapedeck/internal/audit"
	"tapedeck/internal/awsenv"
	"tapedeck/internal/events"
	"tapedeck/internal/export"
	"tapedeck/internal/jobs"
	"tapedeck/internal/keys"
	"tapedeck/internal/queue"
)

func main() {
	cfg, err := awsenv.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	var env awsenv.Vars
	db := dynamodb.NewFromConfig(cfg)
	all := jobs.New(db, env.Text("EXPORTS_TABLE"))
	worker := &export.Worker{
		Jobs:     all,
		Slots:    all,
		Files:    archive.NewExports(awsenv.S3(cfg), env.Text("EXPORTS_BUCKET"), env.Text("EXPORTS_KEY"), env.Text("EVIDENCE_BUCKET")),
		Keys:     keys.New(kms.NewFromConfig(cfg), env.Text("WRAP_KEY")),
		Queue:    queue.New(sqs.NewFromConfig(cfg), env.Text("EXPORT_QUEUE_URL")),
		Audit:    audit.New(db, env.Text("AUDIT_TABLE"), time.Now),
		Now:      time.Now,
		Events:   events.New(eventbridge.NewFromConfig(cfg), env.Optional("EVENT_BUS")),
		InFlight: 3,
		Margin:   time.Minute,
	}
	if env.Err() != nil {
		log.Fatal(env.Err())
	}
	lambda.Start(handler(worker.Run, worker.Sweep))
}
