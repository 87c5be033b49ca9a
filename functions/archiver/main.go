// Command archiver archives the recordings that are too large for ingest, one at a time.
package main

import (
	"context"
	"log"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"tapedeck/internal/archiving"
	"tapedeck/internal/awsenv"
)

func main() {
	cfg, err := awsenv.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	var env awsenv.Vars
	parts := archiving.New(cfg, &env)
	if env.Err() != nil {
		log.Fatal(env.Err())
	}
	lambda.Start(handler(parts.Ingest.Archive))
}

// handler archives the session that each message names (batches have one), and answers with those that must
// come again.
func handler(archive func(ctx context.Context, identity string) error) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for _, m := range e.Records {
			if err := archive(ctx, m.Body); err != nil {
				slog.WarnContext(ctx, "session not archived", "registration", m.Body, "error", err)
				answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			}
		}
		return answer, nil
	}
}
