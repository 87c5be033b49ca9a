package index

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// TakeNumbers reserves n registration numbers and returns the first. Numbers are never given twice; those
// that are not used leave a gap. session.ErrNoNumbers where there is no counter: it was never started, or it was
// lost with its table.
func (x *Index) TakeNumbers(ctx context.Context, n int) (int64, error) {
	out, err := x.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &x.sessions, Key: item{attrPK: str(counterKey)},
		UpdateExpression:          aws.String("ADD n :n"),
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeValues: item{":n": num(int64(n))},
		ReturnValues:              types.ReturnValueUpdatedNew,
	})
	if conditionFailed(err) {
		return 0, session.ErrNoNumbers
	}
	if err != nil {
		return 0, fmt.Errorf("take %d numbers: %w", n, err)
	}
	var last int64
	if err := unmarshal(out.Attributes["n"], &last); err != nil {
		return 0, err
	}
	return last - int64(n) + 1, nil
}

// LastNumber is the highest registration number that was taken; 0 before the first.
func (x *Index) LastNumber(ctx context.Context) (int64, error) {
	it, err := x.get(ctx, x.sessions, item{attrPK: str(counterKey)})
	if err != nil || it == nil {
		return 0, err
	}
	var last int64
	return last, unmarshal(it["n"], &last)
}

// StartNumbers makes the counter, as if last had been taken. A counter that is there stays as it is.
func (x *Index) StartNumbers(ctx context.Context, last int64) error {
	_, err := x.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &x.sessions, Item: item{attrPK: str(counterKey), "n": num(last)},
		ConditionExpression: aws.String("attribute_not_exists(pk)")})
	if err != nil && !conditionFailed(err) {
		return fmt.Errorf("start numbers: %w", err)
	}
	return nil
}

// RaiseNumber makes the counter go on above n at least. A counter that was lost is not made by it: it could give
// numbers above n once more.
func (x *Index) RaiseNumber(ctx context.Context, n int64) error {
	_, err := x.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &x.sessions, Key: item{attrPK: str(counterKey)},
		UpdateExpression:          aws.String("SET n = :n"),
		ConditionExpression:       aws.String("n < :n"),
		ExpressionAttributeValues: item{":n": num(n)},
	})
	if err != nil && !conditionFailed(err) {
		return fmt.Errorf("raise numbers: %w", err)
	}
	return nil
}
