package index

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// Rows reads up to n rows with after < id <= to, oldest first. It is how the index is compared with the archive;
// people ask List.
func (x *Index) Rows(ctx context.Context, after, to string, n int) ([]session.Session, error) {
	lo := after + "0" // above after and below the next id
	if lo > to {
		return nil, nil
	}
	rows := []session.Session{}
	var start map[string]types.AttributeValue
	for {
		out, err := x.db.Query(ctx, &dynamodb.QueryInput{
			TableName: &x.sessions, IndexName: aws.String(byTime),
			Limit: aws.Int32(int32(n - len(rows))), ExclusiveStartKey: start,
			KeyConditionExpression:    aws.String("#gt = :gt AND #id BETWEEN :lo AND :hi"),
			ExpressionAttributeNames:  map[string]string{"#gt": attrTime, "#id": attrID},
			ExpressionAttributeValues: item{":gt": str(timeShard), ":lo": str(lo), ":hi": str(to)},
		})
		if err != nil {
			return nil, fmt.Errorf("read rows after %s: %w", after, err)
		}
		for _, it := range out.Items {
			s, err := parseRow(it)
			if err != nil {
				return nil, fmt.Errorf("read row %s: %w", text(it[attrID]), err)
			}
			rows = append(rows, s)
		}
		if start = out.LastEvaluatedKey; len(start) == 0 || len(rows) >= n {
			return rows, nil
		}
	}
}

// Forget drops the dictionary in memory: what the tables hold counts, not what this process has seen of them.
func (x *Index) Forget() {
	x.refreshing.Lock()
	defer x.refreshing.Unlock()
	x.dict.Store(nil)
}
