package index

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// Two short lists in the values table tell what is under way, so that the reconciler need not look through
// everything: sessions that wait for their recording, and attempts that may never be committed.
const (
	waitingList = "w#waiting" // sk = session id
	attemptList = "w#attempt" // sk = session id / attempt
)

type workItem struct {
	PK       string `dynamodbav:"pk"`
	SK       string `dynamodbav:"sk"`
	Identity string `dynamodbav:"identity,omitempty"`
	Since    int64  `dynamodbav:"since"` // Unix seconds
	Lease    int64  `dynamodbav:"lease"` // Unix seconds until which somebody is at it
}

// AddWaiting notes that a session waits for its recording since a time. Doing it again changes nothing.
func (x *Index) AddWaiting(ctx context.Context, r *session.Registration, since time.Time) error {
	return x.addWork(ctx, workItem{PK: waitingList, SK: r.Session.ID, Identity: r.Identity, Since: since.Unix()})
}

// DoneWaiting takes a session from the list.
func (x *Index) DoneWaiting(ctx context.Context, id string) error {
	return x.deleteWork(ctx, waitingList, id)
}

// Waiting lists the identities of the sessions that wait since before a time.
func (x *Index) Waiting(ctx context.Context, before time.Time) ([]string, error) {
	var ids []string
	err := x.eachWork(ctx, waitingList, before, func(w workItem) { ids = append(ids, w.Identity) })
	return ids, err
}

// Lease makes sure that one archiver at a time works on a session of the waiting list. It reports false
// while somebody else does.
func (x *Index) Lease(ctx context.Context, id string, now, until time.Time) (bool, error) {
	_, err := x.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &x.values, Key: item{"pk": str(waitingList), "sk": str(id)},
		UpdateExpression:          aws.String("SET lease = :until"),
		ConditionExpression:       aws.String("attribute_exists(pk) AND lease <= :now"),
		ExpressionAttributeValues: item{":now": num(now.Unix()), ":until": num(until.Unix())},
	})
	if conditionFailed(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", id, err)
	}
	return true, nil
}

// Release ends a lease early.
func (x *Index) Release(ctx context.Context, id string) error {
	_, err := x.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &x.values, Key: item{"pk": str(waitingList), "sk": str(id)},
		UpdateExpression:          aws.String("SET lease = :zero"),
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeValues: item{":zero": num(0)},
	})
	if err != nil && !conditionFailed(err) {
		return fmt.Errorf("release %s: %w", id, err)
	}
	return nil
}

// AddAttempt notes an attempt before its first object is written.
func (x *Index) AddAttempt(ctx context.Context, id, attempt string, since time.Time) error {
	return x.addWork(ctx, workItem{PK: attemptList, SK: id + "/" + attempt, Since: since.Unix()})
}

// DoneAttempt takes an attempt from the list: it was committed, or swept.
func (x *Index) DoneAttempt(ctx context.Context, id, attempt string) error {
	return x.deleteWork(ctx, attemptList, id+"/"+attempt)
}

// Attempts lists the attempts, as {session id, attempt}, that began before a time.
func (x *Index) Attempts(ctx context.Context, before time.Time) ([][2]string, error) {
	var list [][2]string
	err := x.eachWork(ctx, attemptList, before, func(w workItem) {
		list = append(list, [2]string{w.SK[:session.IDLen], w.SK[session.IDLen+1:]})
	})
	return list, err
}

func (x *Index) addWork(ctx context.Context, w workItem) error {
	it, err := marshalMap(w)
	if err != nil {
		return err
	}
	_, err = x.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &x.values, Item: it, ConditionExpression: aws.String("attribute_not_exists(pk)")})
	if err != nil && !conditionFailed(err) {
		return fmt.Errorf("add to %s: %w", w.PK, err)
	}
	return nil
}

func (x *Index) deleteWork(ctx context.Context, pk, sk string) error {
	if _, err := x.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &x.values, Key: item{"pk": str(pk), "sk": str(sk)}}); err != nil {
		return fmt.Errorf("take from %s: %w", pk, err)
	}
	return nil
}

func (x *Index) eachWork(ctx context.Context, pk string, before time.Time, do func(workItem)) error {
	var start map[string]types.AttributeValue
	for {
		out, err := x.db.Query(ctx, &dynamodb.QueryInput{
			TableName: &x.values, ConsistentRead: aws.Bool(true), ExclusiveStartKey: start,
			KeyConditionExpression: aws.String("pk = :pk"), FilterExpression: aws.String("since < :before"),
			ExpressionAttributeValues: item{":pk": str(pk), ":before": num(before.Unix())},
		})
		if err != nil {
			return fmt.Errorf("read %s: %w", pk, err)
		}
		for _, it := range out.Items {
			var w workItem
			if err := unmarshalMap(it, &w); err != nil {
				return fmt.Errorf("read %s: %w", pk, err)
			}
			do(w)
		}
		if start = out.LastEvaluatedKey; len(start) == 0 {
			return nil
		}
	}
}
