package index

import (
	"context"
	"crypto/sha256"
	"fmt"

	"tapedeck/internal/match"
	"tapedeck/internal/pagetoken"
	"tapedeck/internal/session"
)

// List answers one page of q. Its errors: CodeInvalidPageToken. When the caller's time or the page's budget ends
// first, the page holds what is proven: its Complete is false.
func (x *Index) List(ctx context.Context, q session.Query) (*session.Page, error) {
	f := finder{tableReader{x}, x.current, x.tokens, budget{pageUnits, pageCalls}}
	page, _, err := f.page(ctx, q)
	return page, err
}

// finder answers pages from partitions and a dictionary, wherever they lie.
type finder struct {
	from       reader
	dictionary func(context.Context) (d *dictionary, units float64, err error)
	tokens     *pagetoken.Tokens
	budget     budget
}

func (f *finder) page(ctx context.Context, q session.Query) (*session.Page, cost, error) {
	ask := question{lo: session.MinID(q.From), mark: session.MinID(q.To), where: match.Conditions(q.Where)}
	hash := queryHash(q)
	if q.PageToken != "" {
		mark, err := f.tokens.Open(q.PageToken, hash)
		if err != nil {
			return nil, cost{}, err
		}
		ask.mark = min(ask.mark, mark)
	}
	s := &search{from: f.from, budget: f.budget, lo: ask.lo, need: q.PageSize, mark: ask.mark, out: []session.Session{},
		keep: func(s *session.Session) bool { return match.All(ask.where, s) }}
	end := exhausted
	if ask.lo < ask.mark {
		var err error
		if end, err = f.find(ctx, s, &ask); err != nil {
			return nil, s.spent, fmt.Errorf("list: %w", err)
		}
	}
	page := &session.Page{Items: s.out, Complete: end == exhausted || end == pageFull}
	if end != exhausted {
		page.NextToken = f.tokens.Seal(hash, s.mark)
	}
	if !page.Complete {
		page.SearchedBackTo = session.IDTime(s.mark)
	}
	return page, s.spent, nil
}

// find fills the page. A page that ends by its budget has got further down at least a little: otherwise the next
// one would end at the same place.
func (f *finder) find(ctx context.Context, s *search, q *question) (outcome, error) {
	end, err := f.try(ctx, s, q)
	for err == nil && end == outOfBudget && s.mark == q.mark {
		s.budget = budget{s.spent.units + 1, s.spent.calls + 1}
		end, err = s.run(ctx, q.byTime(), 1)
	}
	return end, err
}

// try chooses between the ways that need no dictionary and those that do.
func (f *finder) try(ctx context.Context, s *search, q *question) (outcome, error) {
	if len(q.where) == 0 {
		return s.run(ctx, q.byTime(), s.budget.units)
	}
	if streams, ok := q.exact(); ok && len(q.where) == 1 {
		return s.run(ctx, newPlan("values", streams), s.budget.units)
	}
	d, units, err := f.dictionary(ctx)
	if err != nil {
		return 0, err
	}
	s.spent.units += units
	s.spent.calls++
	s.spent.rounds++
	q.facets, q.filtered = facetsOf(q.where)
	turns, allowance := q.plans(d, s.need)
	return s.race(ctx, turns, allowance)
}

// queryHash binds a token to what was asked: range and conditions. The page size is not part of it: it may
// change on the way.
func queryHash(q session.Query) [8]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d", q.From.UnixMilli(), q.To.UnixMilli())
	for _, c := range q.Where {
		fmt.Fprintf(h, "\n%q %t", c.Column, c.Not)
		for _, t := range c.Terms {
			fmt.Fprintf(h, " %q %t %s", t.Text, t.Exact, t.Net)
		}
	}
	return [8]byte(h.Sum(nil)[:8])
}
