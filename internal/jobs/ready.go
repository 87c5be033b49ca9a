package jobs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tapedeck/internal/session"
)

// Finished jobs stand in a list by the time at which they expire.
const readyKey = "ready"

// WillExpire puts a job into the list.
func (j *Jobs) WillExpire(ctx context.Context, id string, at time.Time) error {
	_, err := j.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.table,
		Item: item{"pk": str(readyKey), "sk": str(session.FormatTime(at) + "#" + id), "ttl": number(at.Add(keptFor).Unix())}})
	if err != nil {
		return fmt.Errorf("list export %s as ready: %w", id, err)
	}
	return nil
}

// Due is an entry of the list: a job, and when it expires by this entry. A worker that died while it finished a job has
// left one more, of another time.
type Due struct {
	ID string
	At time.Time
}

// Expired lists entries whose time has come, at most 1,000.
func (j *Jobs) Expired(ctx context.Context, now time.Time) (list []Due, err error) {
	out, err := j.db.Query(ctx, &dynamodb.QueryInput{TableName: &j.table, ConsistentRead: aws.Bool(true), Limit: aws.Int32(1000),
		KeyConditionExpression: aws.String("pk = :pk AND sk < :now"), ExpressionAttributeValues: item{":pk": str(readyKey), ":now": str(session.FormatTime(now) + "~")}})
	if err != nil {
		return nil, fmt.Errorf("list expired exports: %w", err)
	}
	for _, it := range out.Items {
		at, id, _ := strings.Cut(text(it, "sk"), "#")
		d := Due{ID: id}
		if d.At, err = session.ParseTime(at); err != nil {
			return nil, fmt.Errorf("list expired exports: %w", err)
		}
		list = append(list, d)
	}
	return list, nil
}

// HasExpired takes an entry off the list.
func (j *Jobs) HasExpired(ctx context.Context, d Due) error {
	_, err := j.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &j.table, Key: item{"pk": str(readyKey), "sk": str(session.FormatTime(d.At) + "#" + d.ID)}})
	if err != nil {
		return fmt.Errorf("take export %s off the list: %w", d.ID, err)
	}
	return nil
}
