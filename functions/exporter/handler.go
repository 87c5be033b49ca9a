package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"tapedeck/internal/export"
)

// handler takes messages of the queue, and the schedule's events, which have no records.
func handler(run func(context.Context, export.Message) error, sweep func(context.Context) error) func(context.Context, json.RawMessage) (*events.SQSEventResponse, error) {
	return func(ctx context.Context, event json.RawMessage) (*events.SQSEventResponse, error) {
		var e events.SQSEvent
		if err := json.Unmarshal(event, &e); err != nil {
			return nil, fmt.Errorf("read the event: %w", err)
		}
		answer := &events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		if e.Records == nil {
			return answer, sweep(ctx)
		}
		for _, m := range e.Records {
			var message export.Message
			err := json.Unmarshal([]byte(m.Body), &message)
			if err == nil {
				err = run(ctx, message)
			}
			if err != nil {
				slog.WarnContext(ctx, "export not finished", "export", message.ExportID, "shard", message.Shard, "error", err)
				answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			}
		}
		return answer, nil
	}
}
