package audit

import (
	"context"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// maxRead is how many entries a read asks for where most may not be wanted: some 200 KB.
const maxRead = 400

// stream is a partition of the table, or of one of its indexes, while it is read downwards.
type stream struct {
	index, attr, value string // index is "" for the table itself
	lo                 string
	bound              string          // no entry at or above it is unread
	entries            []session.Entry // read, not taken yet
	ended              bool
}

func (p *page) streams(index, attr string, values []string, lo string) (list []*stream) {
	seen := map[string]bool{}
	for _, v := range values {
		if !seen[v] { // twice the same would give its entries twice
			list = append(list, &stream{index: index, attr: attr, value: v, lo: lo, bound: p.mark, ended: lo >= p.mark})
		}
		seen[v] = true
	}
	return list
}

// top is the highest id that the stream may still give; "" when there is none. isRead says that it is an entry that
// lies ready; otherwise what comes is below the id.
func (s *stream) top() (id string, isRead bool) {
	switch {
	case len(s.entries) > 0:
		return s.entries[0].ID, true
	case s.ended:
		return "", false
	}
	return s.bound, false
}

// higher orders streams by what they may give. Of equal ids that comes first whose entry lies ready: bounds are
// exclusive.
func higher(a, b *stream) int {
	x, xRead := a.top()
	y, yRead := b.top()
	switch {
	case x != y:
		return strings.Compare(x, y)
	case xRead && !yRead:
		return 1
	case yRead && !xRead:
		return -1
	}
	return 0
}

func (s *stream) take() session.Entry {
	e := s.entries[0]
	s.entries = s.entries[1:]
	return e
}

// wave reads, side by side, from all streams of which nothing lies ready.
func (p *page) wave(ctx context.Context, streams []*stream) error {
	limit := maxRead
	if len(p.q.Actions)+len(p.q.Persons)+len(p.q.Sessions)+len(p.q.Gateways) == 0 {
		limit = p.q.PageSize - len(p.out) + 1
	}
	var all sync.WaitGroup
	errs := make([]error, len(streams))
	for i, s := range streams {
		if len(s.entries) > 0 || s.ended {
			continue
		}
		p.calls++
		all.Go(func() { errs[i] = s.read(ctx, p.reader, limit) })
	}
	all.Wait()
	for i, s := range streams {
		if errs[i] != nil {
			return errs[i]
		}
		p.entries += len(s.entries)
	}
	return nil
}

// read goes on below the bound. What the table itself holds is read consistently: an entry that was written is there.
func (s *stream) read(ctx context.Context, r *Reader, limit int) error {
	in := &dynamodb.QueryInput{TableName: &r.table, ScanIndexForward: aws.Bool(false), Limit: aws.Int32(int32(limit)),
		KeyConditionExpression:    aws.String("#key = :value AND sk BETWEEN :lo AND :hi"),
		ExpressionAttributeNames:  map[string]string{"#key": s.attr},
		ExpressionAttributeValues: map[string]types.AttributeValue{":value": str(s.value), ":lo": str(s.lo), ":hi": str(session.PrevID(s.bound))}}
	if s.index == "" {
		in.ConsistentRead = aws.Bool(true)
	} else {
		in.IndexName = &s.index
	}
	out, err := r.db.Query(ctx, in)
	if err != nil {
		return err
	}
	for _, it := range out.Items {
		e, err := entry(it)
		if err != nil {
			return err
		}
		s.entries = append(s.entries, e)
		s.bound = e.ID
	}
	s.ended = out.LastEvaluatedKey == nil || s.bound <= s.lo
	return nil
}
