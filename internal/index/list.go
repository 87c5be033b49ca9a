package index

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/match"
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
	where := match.Conditions(q.Where)
	for len(page.Items) <= q.PageSize { // one more tells whether there is another page
		items, err := x.newest(ctx, lo, session.PrevID(hi), q.PageSize+1)
		if err != nil {
			return nil, fmt.Errorf("list: %w", err)
		}
		for _, it := range items {
			s, err := parseRow(it)
			if err != nil {
				return nil, fmt.Errorf("list: row %s: %w", text(it[attrID]), err)
			}
			if hi = s.ID; match.All(where, &s) {
				page.Items = append(page.Items, s)
			}
		}
		if len(items) <= q.PageSize {
			break
		}
	}
	if len(page.Items) > q.PageSize {
		page.Items = page.Items[:q.PageSize]
		page.NextToken = x.tokens.Seal(hash, page.Items[q.PageSize-1].ID)
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
