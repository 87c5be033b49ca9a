package index

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// maxKnown bounds what a process remembers of the dictionary: some 100 bytes an entry.
const maxKnown = 100_000

// valueItem is one entry of the dictionary: a distinct value of one field. Days are UTC, yyyy-mm-dd.
type valueItem struct {
	PK      string   `dynamodbav:"pk"` // v#<field>
	SK      string   `dynamodbav:"sk"` // the normalised value
	Display string   `dynamodbav:"display"`
	Facets  []string `dynamodbav:"facets,stringset"` // facet codes that it was seen with
	First   string   `dynamodbav:"first"`            // days that it was seen on; they only ever widen
	Last    string   `dynamodbav:"last"`
	TTL     int64    `dynamodbav:"ttl"`
}

func (v *valueItem) covers(facet, day string) bool {
	return slices.Contains(v.Facets, facet) && v.First <= day && day <= v.Last
}

// putValues makes the dictionary cover the session's values, so that it is a superset of the index at every
// moment: a value that the dictionary lacks would hide its sessions from every search in silence. An entry is
// written at most once for a (value, facet, day).
func (x *Index) putValues(ctx context.Context, s *session.Session) error {
	facet, day := FacetCode(s), s.ActionAt.Format(time.DateOnly)
	var missing []valueItem
	for _, f := range Fields {
		display := f.Value(s)
		if v := Normalize(display); v != "" && !x.isKnown(f, v, facet, day) {
			missing = append(missing, valueItem{PK: "v#" + f.Attr, SK: v, Display: display, Facets: []string{facet}, First: day, Last: day,
				TTL: s.ActionAt.Add(x.keep).Unix()})
		}
	}
	if len(missing) == 0 {
		return nil
	}
	stored, err := x.getValues(ctx, missing)
	if err != nil {
		return fmt.Errorf("read dictionary: %w", err)
	}
	for _, v := range missing {
		if err := x.widen(ctx, v, stored[v.PK+"\x00"+v.SK]); err != nil {
			return fmt.Errorf("write dictionary: %w", err)
		}
		x.setKnown(v.PK, v.SK, facet, day)
	}
	return nil
}

// widen writes v over what is stored (nil: nothing) so that both are covered. Writers of other values of the
// same entry are met by trying again from what they left.
func (x *Index) widen(ctx context.Context, v valueItem, stored *valueItem) error {
	for range 20 {
		if stored != nil && stored.covers(v.Facets[0], v.First) {
			return nil
		}
		in := &dynamodb.UpdateItemInput{
			TableName: &x.values, Key: item{"pk": str(v.PK), "sk": str(v.SK)},
			UpdateExpression:         aws.String("ADD facets :facet SET display = if_not_exists(display, :display), #first = :first, #last = :last, #ttl = :ttl"),
			ConditionExpression:      aws.String("attribute_not_exists(pk)"),
			ExpressionAttributeNames: map[string]string{"#first": "first", "#last": "last", "#ttl": "ttl"},
		}
		first, last, ttl := v.First, v.Last, v.TTL
		if stored != nil {
			first, last, ttl = min(first, stored.First), max(last, stored.Last), max(ttl, stored.TTL)
			in.ConditionExpression = aws.String("#first = :oldFirst AND #last = :oldLast")
		}
		in.ExpressionAttributeValues = item{":facet": &types.AttributeValueMemberSS{Value: v.Facets}, ":display": str(v.Display),
			":first": str(first), ":last": str(last), ":ttl": num(ttl)}
		if stored != nil {
			in.ExpressionAttributeValues[":oldFirst"], in.ExpressionAttributeValues[":oldLast"] = str(stored.First), str(stored.Last)
		}
		_, err := x.db.UpdateItem(ctx, in)
		if err == nil || !conditionFailed(err) {
			return err
		}
		if stored, err = x.getValue(ctx, v.PK, v.SK); err != nil {
			return err
		}
	}
	return errors.New("too many writers of one value")
}

func (x *Index) getValue(ctx context.Context, pk, sk string) (*valueItem, error) {
	it, err := x.get(ctx, x.values, item{"pk": str(pk), "sk": str(sk)})
	if err != nil || it == nil {
		return nil, err
	}
	v := new(valueItem)
	return v, unmarshalMap(it, v)
}

// getValues reads the stored entries of vs (at most one a field), keyed by pk NUL sk.
func (x *Index) getValues(ctx context.Context, vs []valueItem) (map[string]*valueItem, error) {
	stored := map[string]*valueItem{}
	var keys []map[string]types.AttributeValue
	for _, v := range vs {
		keys = append(keys, item{"pk": str(v.PK), "sk": str(v.SK)})
	}
	request := map[string]types.KeysAndAttributes{x.values: {Keys: keys}}
	for len(request) > 0 {
		out, err := x.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request})
		if err != nil {
			return nil, err
		}
		for _, it := range out.Responses[x.values] {
			v := new(valueItem)
			if err := unmarshalMap(it, v); err != nil {
				return nil, err
			}
			stored[v.PK+"\x00"+v.SK] = v
		}
		request = out.UnprocessedKeys
	}
	return stored, nil
}

func (x *Index) isKnown(f Field, value, facet, day string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	_, ok := x.known["v#"+f.Attr+"\x00"+value+"\x00"+facet+day]
	return ok
}

func (x *Index) setKnown(pk, value, facet, day string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.known) >= maxKnown {
		clear(x.known)
	}
	x.known[pk+"\x00"+value+"\x00"+facet+day] = struct{}{}
}

// Values answers suggestions.
func (x *Index) Values(ctx context.Context, c session.Column, prefix string, n int) ([]string, error) {
	return []string{}, nil
}
