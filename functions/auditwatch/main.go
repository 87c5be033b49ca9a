// Command auditwatch reads the audit log's stream: entries are written once, so whatever is changed or deleted
// before its time is said in the log, where an alarm listens.
package main

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"tapedeck/internal/awsenv"
)

func main() {
	awsenv.JSONLogs()
	lambda.Start(handler)
}

// changed is what the alarm's filter in template.yaml looks for.
const changed = "the audit log was changed"

func handler(ctx context.Context, e events.DynamoDBEvent) error {
	for _, r := range e.Records {
		if tampered(r) {
			slog.ErrorContext(ctx, changed, "change", r.EventName, "day", text(r, "pk"), "entry", text(r, "sk"),
				"at", r.Change.ApproximateCreationDateTime.UTC())
		}
	}
	return nil
}

// tampered reports whether an entry was changed, or deleted by anyone but DynamoDB itself when its time to live was
// over ("Working with expired items and time to live", DynamoDB Developer Guide).
func tampered(r events.DynamoDBEventRecord) bool {
	switch events.DynamoDBOperationType(r.EventName) {
	case events.DynamoDBOperationTypeInsert:
		return false
	case events.DynamoDBOperationTypeRemove:
		by := r.UserIdentity
		return by == nil || by.Type != "Service" || by.PrincipalID != "dynamodb.amazonaws.com"
	}
	return true
}

// text is a part of a record's key; "" where there is none. A stream's keys are made by whoever writes to the table.
func text(r events.DynamoDBEventRecord, name string) string {
	if v := r.Change.Keys[name]; v.DataType() == events.DataTypeString {
		return v.String()
	}
	return ""
}
