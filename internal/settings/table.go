package settings

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// Table is the Store in DynamoDB: one item, whose key is itemKey.
type Table struct {
	db       *dynamodb.Client
	table    string
	deployed session.Settings
	now      func() time.Time
}

// NewTable makes a Table. deployed are the settings as long as nobody has changed them.
func NewTable(db *dynamodb.Client, table string, deployed session.Settings, now func() time.Time) *Table {
	return &Table{db: db, table: table, deployed: deployed, now: now}
}

var itemKey = map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "settings"}}

// Current reads consistently: a change holds for the next request.
func (t *Table) Current(ctx context.Context) (session.Settings, error) {
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.table, Key: itemKey, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return session.Settings{}, fmt.Errorf("%w: %w", session.Errorf(session.CodeUnavailable, "the settings cannot be read"), err)
	}
	if out.Item == nil {
		return t.deployed, nil
	}
	s, err := parse(out.Item)
	if err != nil {
		return s, fmt.Errorf("read the settings: %w", err)
	}
	return s, nil
}

// Replace writes when the version before is the one that is there. A write whose answer was lost, and that the client
// tries again, meets itself.
func (t *Table) Replace(ctx context.Context, s session.Settings) error {
	in := &dynamodb.PutItemInput{TableName: &t.table, Item: item(s, t.now()), ConditionExpression: aws.String("attribute_not_exists(pk)")}
	if s.Version > 1 {
		in.ConditionExpression = aws.String("version = :before")
		in.ExpressionAttributeValues = map[string]types.AttributeValue{":before": number(s.Version - 1)}
	}
	_, err := t.db.PutItem(ctx, in)
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.table, Key: itemKey, ConsistentRead: aws.Bool(true)})
		if err != nil || !reflect.DeepEqual(out.Item, in.Item) {
			return changed()
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("write the settings: %w", err)
	}
	return nil
}

func item(s session.Settings, at time.Time) map[string]types.AttributeValue {
	it := map[string]types.AttributeValue{
		"pk": itemKey["pk"], "version": number(s.Version), "requireEncryption": &types.AttributeValueMemberBOOL{Value: s.RequireEncryption},
		"timeZone": &types.AttributeValueMemberS{Value: s.TimeZone}, "retentionDays": number(int64(s.RetentionDays)),
		"changedAt": &types.AttributeValueMemberS{Value: session.FormatTime(at)},
	}
	if s.PlaybackLimit != nil {
		it["playbackLimit"] = number(*s.PlaybackLimit)
	}
	return it
}

func parse(it map[string]types.AttributeValue) (s session.Settings, err error) {
	var broken []error
	whole := func(name string) int64 {
		n, ok := it[name].(*types.AttributeValueMemberN)
		if !ok {
			broken = append(broken, fmt.Errorf("%s is missing", name))
			return 0
		}
		v, err := strconv.ParseInt(n.Value, 10, 64)
		broken = append(broken, err)
		return v
	}
	s.Version, s.RetentionDays = whole("version"), int(whole("retentionDays"))
	if it["playbackLimit"] != nil {
		s.PlaybackLimit = aws.Int64(whole("playbackLimit"))
	}
	encryption, ok := it["requireEncryption"].(*types.AttributeValueMemberBOOL)
	zone, there := it["timeZone"].(*types.AttributeValueMemberS)
	if !ok || !there {
		return s, errors.New("the item is not of the form that is written")
	}
	s.RequireEncryption, s.TimeZone = encryption.Value, zone.Value
	return s, errors.Join(append(broken, s.Validate())...)
}

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
