// Command ingest archives what arrives in the inbox: small recordings at once, large ones through the archiver.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"tapedeck/internal/archiving"
	"tapedeck/internal/awsenv"
	"tapedeck/internal/session"
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
	lambda.Start(handler(parts.Ingest.Arrive))
}

// handler answers with the messages that must come again: those with a folder that could not be settled.
func handler(arrive func(context.Context, []session.Folder) map[session.Folder]error) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}} // never null: the whole batch would come again
		var all []session.Folder
		of := map[string][]session.Folder{}
		for _, m := range e.Records {
			folders := foldersOf(ctx, m.Body)
			of[m.MessageId] = folders
			all = append(all, folders...)
		}
		failed := arrive(ctx, all)
		for _, m := range e.Records {
			for _, f := range of[m.MessageId] {
				if failed[f] != nil {
					answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
					break
				}
			}
		}
		return answer, nil
	}
}
