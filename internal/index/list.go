package index

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// List answers one page of q. Its errors: CodeInvalidPageToken.
func (x *Index) List(ctx context.Context, q session.Query) (*session.Page, error) {
	lo, hi := session.MinID(q.From), session.MinID(q.To)
	hash := queryHash(q)
	if q.PageToken != "" {
		mark, err := x.tokens.Open(q.PageToken, hash)
		if err != nil {
			return nil, err
		}
		hi = min(hi, mark)
	}
	page := &session.Page{Items: []session.Session{}, Complete: true}
	if lo >= hi {
		return page, nil
	}
	items, err := x.newest(ctx, lo, session.PrevID(hi), q.PageSize+1) // one more tells whether there is another page
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	more := len(items) > q.PageSize
	if more {
		items = items[:q.PageSize]
	}
	for _, it := range items {
		s, err := parseRow(it)
		if err != nil {
			return nil, fmt.Errorf("list: row %s: %w", text(it[attrID]), err)
		}
		page.Items = append(page.Items, s)
	}
	if more {
		page.NextToken = x.tokens.Seal(hash, page.Items[len(page.Items)-1].ID)
	}
	return page, nil
}

// newest reads up to n rows with lo <= id <= hi from by-time, newest first. One query answers at most 1 MB,
// so it asks until it has them or the range ends.
func (x *Index) newest(ctx context.Context, lo, hi string, n int) ([]item, error) {
	var rows []item
	var start map[string]types.AttributeValue
	for {
		out, err := x.db.Query(ctx, &dynamodb.QueryInput{
			TableName: &x.sessions, IndexName: aws.String(byTime),
			ScanIndexForward: aws.Bool(false), Limit: aws.Int32(int32(n - len(rows))), ExclusiveStartKey: start,
			KeyConditionExpression:    aws.String("#gt = :gt AND #id BETWEEN :lo AND :hi"),
			ExpressionAttributeNames:  map[string]string{"#gt": attrTime, "#id": attrID},
			ExpressionAttributeValues: item{":gt": str(timeShard), ":lo": str(lo), ":hi": str(hi)},
		})
		if err != nil {
			return nil, err
		}
		rows = append(rows, out.Items...)
		if start = out.LastEvaluatedKey; len(start) == 0 || len(rows) >= n {
			return rows, nil
		}
	}
}
