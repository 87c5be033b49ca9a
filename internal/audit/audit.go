// Package audit is the audit log in DynamoDB: who was given what, recorded before it is given. It proves
// what a person was given, which includes what a player fetched ahead; not what they watched.
package audit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// shards spreads a day's entries over so many partitions.
const shards = 4

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
		return fmt.Errorf("%w: %w", session.Errorf(session.CodeUnavailable, "the audit log cannot be written, so nothing is given out"), err)
	}
	return nil
}

// newItem is an entry as it is stored. Its key is the day and a shard, then a ULID of the moment.
func newItem(e session.Event, at time.Time, random string) map[string]types.AttributeValue {
	key := session.NewID(at, "audit", random)
	shard := sha256.Sum256([]byte(random))[0] % shards
	it := map[string]types.AttributeValue{
		"pk": str(fmt.Sprintf("%s#%d", at.UTC().Format(time.DateOnly), shard)), "sk": str(key),
		"at": str(session.FormatTime(at)), "action": str(string(e.Action)),
	}
	optional := map[string]string{"session": e.SessionID, "person": e.Person.Subject, "personName": e.Person.Name,
		"personEmail": e.Person.Email, "gateway": e.Gateway, "requestId": e.RequestID}
	for name, value := range optional {
		if value != "" {
			it[name] = str(session.Cut(value, session.MaxTextBytes))
		}
	}
	if len(e.Detail) > 0 {
		detail := map[string]types.AttributeValue{}
		for k, v := range e.Detail {
			detail[k] = str(v)
		}
		it["detail"] = &types.AttributeValueMemberM{Value: detail}
	}
	return it
}

func entropy() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return string(b[:])
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
