package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// How many jobs there are at a time. Each holds a slot of its person's and one of everybody's, from before it is
// created until it has ended. A slot is an item that only one can create, so no two requests at once get the last one.
const (
	PerPerson = 3
	InAll     = 20
)

const (
	slotsKey   = "slots"
	everybodys = "all"
	orphaned   = 2 * time.Minute // a slot this old whose job was never created is free
)

type slot struct {
	sk, id string
	since  time.Time
}

// TakeSlots takes the slots of a new job, or CodeTooManyExports. Slots that it has already it keeps.
func (j *Jobs) TakeSlots(ctx context.Context, id, subject string, now time.Time) error {
	for _, group := range []struct {
		name string
		n    int
		full string
	}{
		{personGroup(subject), PerPerson, "you have %d exports under way; wait for one to end, or cancel one"},
		{everybodys, InAll, "%d exports are under way; wait for one to end"},
	} {
		ok, err := j.takeSlot(ctx, group.name, group.n, id, now)
		if err == nil && !ok {
			err = session.Errorf(session.CodeTooManyExports, group.full, group.n)
		}
		if err != nil {
			return errors.Join(err, j.FreeSlots(context.WithoutCancel(ctx), id))
		}
	}
	return nil
}

// FreeSlots gives a job's slots back.
func (j *Jobs) FreeSlots(ctx context.Context, id string) error {
	all, err := j.slots(ctx, "")
	for _, s := range all {
		if s.id == id && err == nil {
			err = j.freeSlot(ctx, s)
		}
	}
	return err
}

// Slotted lists the jobs that hold a slot: all that are under way.
func (j *Jobs) Slotted(ctx context.Context) (ids []string, err error) {
	all, err := j.slots(ctx, everybodys+"#")
	for _, s := range all {
		ids = append(ids, s.id)
	}
	return ids, err
}

func (j *Jobs) takeSlot(ctx context.Context, group string, n int, id string, now time.Time) (bool, error) {
	taken, err := j.slots(ctx, group+"#")
	if err != nil {
		return false, err
	}
	for _, s := range taken {
		if s.id == id { // taken anew, so that whoever finds it abandoned leaves it alone
			if err := j.putSlot(ctx, s.sk, id, now); !errors.Is(err, ErrConflict) {
				return err == nil, err
			}
		}
	}
	for _, s := range taken {
		if left, err := j.left(ctx, s, now); err != nil {
			return false, err
		} else if left {
			if err := j.freeSlot(ctx, s); err != nil {
				return false, err
			}
		}
	}
	for i := range n { // one that another takes meanwhile is passed over
		err := j.putSlot(ctx, fmt.Sprintf("%s#%02d", group, i), id, now)
		if errors.Is(err, ErrConflict) {
			continue
		}
		return err == nil, err
	}
	return false, nil
}

// putSlot takes a slot that is free or the job's own. ErrConflict when it is another's.
func (j *Jobs) putSlot(ctx context.Context, sk, id string, now time.Time) error {
	_, err := j.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.table, ConditionExpression: aws.String("attribute_not_exists(pk) OR job = :job"),
		ExpressionAttributeValues: item{":job": str(id)},
		Item:                      item{"pk": str(slotsKey), "sk": str(sk), "job": str(id), "since": str(session.FormatTime(now))}})
	if _, taken := errors.AsType[*types.ConditionalCheckFailedException](err); taken {
		return ErrConflict
	}
	if err != nil {
		return fmt.Errorf("take a slot: %w", err)
	}
	return nil
}

// left reports whether a slot's job has ended without giving it back, or was never created.
func (j *Jobs) left(ctx context.Context, s slot, now time.Time) (bool, error) {
	e, err := j.Load(ctx, s.id)
	switch {
	case session.CodeOf(err) == session.CodeNotFound:
		return now.Sub(s.since) > orphaned, nil
	case err != nil:
		return false, err
	}
	return !e.State.Active(), nil
}

func (j *Jobs) slots(ctx context.Context, prefix string) (list []slot, err error) {
	in := &dynamodb.QueryInput{TableName: &j.table, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("pk = :pk"),
		ExpressionAttributeValues: item{":pk": str(slotsKey)}}
	if prefix != "" {
		in.KeyConditionExpression = aws.String("pk = :pk AND begins_with(sk, :prefix)")
		in.ExpressionAttributeValues[":prefix"] = str(prefix)
	}
	for pages := dynamodb.NewQueryPaginator(j.db, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the slots: %w", err)
		}
		for _, it := range page.Items {
			since, err := session.ParseTime(text(it, "since"))
			if err != nil {
				return nil, fmt.Errorf("read the slots: %w", err)
			}
			list = append(list, slot{sk: text(it, "sk"), id: text(it, "job"), since: since})
		}
	}
	return list, nil
}

func (j *Jobs) freeSlot(ctx context.Context, s slot) error {
	_, err := j.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &j.table, Key: item{"pk": str(slotsKey), "sk": str(s.sk)},
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR (job = :job AND since = :since)"),
		ExpressionAttributeValues: item{":job": str(s.id), ":since": str(session.FormatTime(s.since))}})
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return nil // it is another's already, or was taken anew
	}
	if err != nil {
		return fmt.Errorf("free a slot: %w", err)
	}
	return nil
}

func personGroup(subject string) string {
	sum := sha256.Sum256([]byte(subject))
	return "person-" + hex.EncodeToString(sum[:16])
}

// Claim binds an idempotency key to a job's id, for a day, and says which id it is bound to: the given one, or that of an
// earlier request.
func (j *Jobs) Claim(ctx context.Context, key []string, id string, now time.Time) (bound string, err error) {
	sum := sha256.Sum256([]byte(strings.Join(key, "\x00")))
	it := item{"pk": str("key#" + hex.EncodeToString(sum[:])), "sk": str("key"), "job": str(id), "ttl": number(now.Add(24 * time.Hour).Unix())}
	_, err = j.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.table, Item: it, // a table deletes what has expired some days late
		ConditionExpression: aws.String("attribute_not_exists(pk) OR #ttl <= :now"), ExpressionAttributeNames: map[string]string{"#ttl": "ttl"},
		ExpressionAttributeValues: item{":now": number(now.Unix())}})
	if _, taken := errors.AsType[*types.ConditionalCheckFailedException](err); !taken {
		if err != nil {
			err = fmt.Errorf("claim an idempotency key: %w", err)
		}
		return id, err
	}
	out, err := j.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &j.table, ConsistentRead: aws.Bool(true), Key: item{"pk": it["pk"], "sk": it["sk"]}})
	if err != nil || out.Item == nil {
		return "", fmt.Errorf("claim an idempotency key: %w", errors.Join(err, errUnclaimed))
	}
	return text(out.Item, "job"), nil
}

var errUnclaimed = errors.New("it went away meanwhile")
