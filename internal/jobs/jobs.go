// Package jobs keeps export jobs in DynamoDB: each job and each of its shards is one item, which is written only over
// the version that was read. Slots bound how many jobs there are at a time.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// ErrConflict says that somebody else wrote meanwhile.
var ErrConflict = errors.New("jobs: it was changed meanwhile")

// keptFor is how long a job stays listed. What was done stays in the audit log.
const keptFor = 30 * 24 * time.Hour

// Jobs are the jobs of one table.
type Jobs struct {
	db    *dynamodb.Client
	table string
}

// New makes Jobs.
func New(db *dynamodb.Client, table string) *Jobs { return &Jobs{db: db, table: table} }

// Create writes a new job and its shards, all of Version 1. ErrConflict when there is a job of this id.
func (j *Jobs) Create(ctx context.Context, e *session.Export) error {
	e.Version = 1
	for i := range e.Shards { // the shards first: a job that can be seen is whole
		e.Shards[i].Version = 1
		if err := j.put(ctx, e, shardKey(e.Shards[i].N), e.Shards[i], 1); err != nil && !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return j.put(ctx, e, jobKey, e, 1)
}

// Load reads a job with its shards, consistently. CodeNotFound when there is none.
func (j *Jobs) Load(ctx context.Context, id string) (*session.Export, error) {
	var e *session.Export
	var shards []session.Shard
	pages := dynamodb.NewQueryPaginator(j.db, &dynamodb.QueryInput{TableName: &j.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression: aws.String("pk = :pk"), ExpressionAttributeValues: item{":pk": str(pk(id))}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read export %s: %w", id, err)
		}
		for _, it := range page.Items {
			if text(it, "sk") == jobKey {
				e = new(session.Export)
				err = json.Unmarshal([]byte(text(it, "data")), e)
			} else {
				var s session.Shard
				err = json.Unmarshal([]byte(text(it, "data")), &s)
				shards = append(shards, s)
			}
			if err != nil {
				return nil, fmt.Errorf("read export %s: %w", id, err)
			}
		}
	}
	if e == nil {
		return nil, notFound()
	}
	e.Shards = shards
	return e, nil
}

// Save writes a job, whose shards stay as they are, and counts its Version up. ErrConflict when it is not of the
// version that was read.
func (j *Jobs) Save(ctx context.Context, e *session.Export) error {
	e.Version++
	err := j.put(ctx, e, jobKey, e, e.Version)
	if err != nil {
		e.Version--
	}
	return err
}

// SaveShard writes a shard of a job and counts its Version up. ErrConflict when it is not of the version that was
// read: somebody else has taken it.
func (j *Jobs) SaveShard(ctx context.Context, e *session.Export, s *session.Shard) error {
	s.Version++
	err := j.put(ctx, e, shardKey(s.N), s, s.Version)
	if err != nil {
		s.Version--
	}
	return err
}

// Of lists a person's jobs without their shards, newest first.
func (j *Jobs) Of(ctx context.Context, subject string, n int32) ([]session.Export, error) {
	out, err := j.db.Query(ctx, &dynamodb.QueryInput{TableName: &j.table, IndexName: aws.String("byPerson"), ScanIndexForward: aws.Bool(false), Limit: &n,
		KeyConditionExpression: aws.String("person = :p"), ExpressionAttributeValues: item{":p": str(subject)}})
	if err != nil {
		return nil, fmt.Errorf("list exports: %w", err)
	}
	list := make([]session.Export, len(out.Items))
	for i, it := range out.Items {
		if err := json.Unmarshal([]byte(text(it, "data")), &list[i]); err != nil {
			return nil, fmt.Errorf("list exports: %w", err)
		}
	}
	return list, nil
}

type item = map[string]types.AttributeValue

const jobKey = "job"

func pk(id string) string               { return "export#" + id }
func shardKey(n int) string             { return fmt.Sprintf("shard#%05d", n) }
func notFound() error                   { return session.Errorf(session.CodeNotFound, "there is no such export") }
func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func text(it item, name string) string {
	s, _ := it[name].(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

// put writes version v of an item of a job over version v-1, or where there is none when v is 1. A write whose answer
// was lost, and that is tried again, meets itself.
func (j *Jobs) put(ctx context.Context, e *session.Export, sk string, data any, v int64) error {
	encoded, err := json.Marshal(data)
	if err != nil {
		return err
	}
	it := item{"pk": str(pk(e.ID)), "sk": str(sk), "version": number(v), "data": str(string(encoded)),
		"ttl": number(e.CreatedAt.Add(keptFor).Unix())}
	if sk == jobKey {
		it["person"], it["id"] = str(e.Person.Subject), str(e.ID)
	}
	in := &dynamodb.PutItemInput{TableName: &j.table, Item: it, ConditionExpression: aws.String("attribute_not_exists(pk) OR (version = :v AND #data = :data)"),
		ExpressionAttributeNames: map[string]string{"#data": "data"}, ExpressionAttributeValues: item{":v": number(v), ":data": it["data"]}}
	if v > 1 {
		in.ConditionExpression = aws.String("version = :before OR (version = :v AND #data = :data)")
		in.ExpressionAttributeValues[":before"] = number(v - 1)
	}
	_, err = j.db.PutItem(ctx, in)
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return ErrConflict
	}
	if err != nil {
		return fmt.Errorf("write export %s: %w", e.ID, err)
	}
	return nil
}
