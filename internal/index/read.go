package index

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// tableReader reads partitions of the sessions table's indexes. What is searched for is never part of an
// expression: values are bound, and conditions are tested on the rows that come back, since DynamoDB charges for
// the rows that a filter drops all the same.
type tableReader struct{ x *Index }

func (r tableReader) read(ctx context.Context, p partition, lo, hi string, limit int) (c chunk, err error) {
	hi = session.PrevID(hi) // BETWEEN has both its ends
	if hi == "" || lo > hi {
		return chunk{}, nil
	}
	out, err := r.x.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &r.x.sessions, IndexName: &p.index, ScanIndexForward: aws.Bool(false), Limit: aws.Int32(int32(limit)),
		KeyConditionExpression:    aws.String("#key = :key AND #id BETWEEN :lo AND :hi"),
		ExpressionAttributeNames:  map[string]string{"#key": p.attr, "#id": attrID},
		ExpressionAttributeValues: item{":key": str(p.value), ":lo": str(lo), ":hi": str(hi)},
		ReturnConsumedCapacity:    types.ReturnConsumedCapacityTotal,
	})
	if err != nil {
		return chunk{}, fmt.Errorf("read %s: %w", p.index, err)
	}
	for _, it := range out.Items {
		row, err := parseRow(it)
		if err != nil {
			return chunk{}, fmt.Errorf("read %s, row %s: %w", p.index, text(it[attrID]), err)
		}
		c.rows = append(c.rows, row)
	}
	if len(out.LastEvaluatedKey) > 0 {
		c.last = text(out.LastEvaluatedKey[attrID])
	}
	c.units = consumed(out.ConsumedCapacity)
	return c, nil
}
