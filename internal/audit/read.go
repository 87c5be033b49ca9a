package audit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tapedeck/internal/pagetoken"
	"tapedeck/internal/session"
)

// Bounds of what one page may cost: some $0.0003. A round that was begun is finished.
const (
	pageCalls   = 256
	pageEntries = 20_000
	spareTime   = 2 * time.Second // what a page leaves of its caller's time
)

// oldest is before the first entry that there can be: this software is of 2026.
var oldest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// ahead is how far clocks that write entries may be ahead of the one that reads them.
const ahead = time.Hour

// Reader reads the audit log.
type Reader struct {
	db     *dynamodb.Client
	table  string
	tokens *pagetoken.Tokens
	now    func() time.Time

	calls, entries int // a page's budget
}

// NewReader makes a Reader.
func NewReader(db *dynamodb.Client, table string, tokens *pagetoken.Tokens, now func() time.Time) *Reader {
	return &Reader{db: db, table: table, tokens: tokens, now: now, calls: pageCalls, entries: pageEntries}
}

// Entries answers one page of q. Errors: CodeInvalidPageToken. A page whose budget, or whose caller's time, ends first
// holds what is proven: its Complete is false.
func (r *Reader) Entries(ctx context.Context, q session.EntryQuery) (*session.EntryPage, error) {
	p := &page{reader: r, q: &q, lo: session.MinID(later(q.From, oldest)), mark: session.MinID(earlier(q.To, r.now().Add(ahead)))}
	if q.PageToken != "" {
		mark, err := r.tokens.Open(q.PageToken, q.Hash())
		if err != nil {
			return nil, err
		}
		p.mark = min(p.mark, mark)
	}
	end, err := p.read(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	answer := &session.EntryPage{Items: p.out, Complete: end != outOfBudget}
	switch end {
	case pageFull:
		answer.Items = p.out[:q.PageSize]
		answer.NextToken = r.tokens.Seal(q.Hash(), answer.Items[q.PageSize-1].ID)
	case outOfBudget:
		answer.NextToken = r.tokens.Seal(q.Hash(), p.mark)
		answer.SearchedBackTo = session.IDTime(p.mark)
	}
	return answer, nil
}

// page is one page on its way.
type page struct {
	reader *Reader
	q      *session.EntryQuery
	lo     string // entries below it are not wanted
	mark   string // every entry at or above it that answers has been given
	out    []session.Entry

	calls, entries int // spent
}

// outcome says why a page ended.
type outcome int

const (
	exhausted outcome = iota // no entry is left
	pageFull                 // it has its entries, and one more
	outOfBudget
)

// read fills the page: from the partitions of the sessions or subjects that are asked for, or else day after day.
func (p *page) read(ctx context.Context) (outcome, error) {
	switch {
	case p.lo >= p.mark:
		return exhausted, nil
	case len(p.q.Sessions) > 0:
		return p.merge(ctx, p.streams("bySession", "session", p.q.Sessions, p.lo))
	case len(p.q.Persons) > 0 && !slices.ContainsFunc(p.q.Persons, session.IsAddress):
		return p.merge(ctx, p.streams("byPerson", "person", p.q.Persons, p.lo))
	}
	for p.lo < p.mark {
		day := session.IDTime(session.PrevID(p.mark)).Truncate(24 * time.Hour)
		lo := max(p.lo, session.MinID(day))
		if p.spent(ctx) {
			return outOfBudget, nil
		}
		end, err := p.merge(ctx, p.streams("", "pk", partitions(day), lo))
		if err != nil || end != exhausted {
			return end, err
		}
		p.mark = lo
	}
	return exhausted, nil
}

// spent reports whether the page may cost no more. The first round is always allowed, so that each page gets on.
func (p *page) spent(ctx context.Context) bool {
	until, limited := ctx.Deadline()
	return p.calls > 0 && (p.calls >= p.reader.calls || p.entries >= p.reader.entries || limited && time.Until(until) < spareTime)
}

// merge goes through streams from their newest entries down.
func (p *page) merge(ctx context.Context, streams []*stream) (outcome, error) {
	for {
		for {
			s := slices.MaxFunc(streams, higher)
			id, isRead := s.top()
			if id == "" {
				return exhausted, nil
			}
			p.mark = min(p.mark, id)
			if !isRead {
				break
			}
			if e := s.take(); p.q.Answers(&e) {
				p.out = append(p.out, e)
			}
			if len(p.out) > p.q.PageSize {
				return pageFull, nil
			}
		}
		if p.spent(ctx) {
			return outOfBudget, nil
		}
		if err := p.wave(ctx, streams); err != nil {
			return 0, err
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
