// Package audit is the audit log in DynamoDB: who was given what, recorded before it is given. It proves
// what a person was given, which includes what a player fetched ahead; not what they watched.
package audit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/metrics"
	"tapedeck/internal/session"
)

// Log is the audit log.
type Log struct {
	db    *dynamodb.Client
	table string
	now   func() time.Time
}

// New makes a Log.
func New(db *dynamodb.Client, table string, now func() time.Time) *Log {
	return &Log{db: db, table: table, now: now}
}

// Record writes one entry. When it cannot be written, what it announces must not be done: the error has
// CodeUnavailable.
func (l *Log) Record(ctx context.Context, e session.Event) error {
	it := newItem(e, l.now(), entropy())
	_, err := l.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &l.table, Item: it, ConditionExpression: aws.String("attribute_not_exists(pk)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld})
	// The client tries again when an answer does not come: then this very entry may be there already.
	if there, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok && reflect.DeepEqual(there.Item, it) {
		return nil
	}
	if err != nil {
		metrics.Put(metrics.AuditFailed.Of(1))
		return fmt.Errorf("%w: %w", session.Errorf(session.CodeUnavailable, "the audit log cannot be written, so nothing is given out"), err)
	}
	return nil
}

func entropy() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return string(b[:])
}
