package index

import (
	"cmp"
	"context"
	"slices"

	"tapedeck/internal/match"
	"tapedeck/internal/session"
)

// Bounds of the plans.
const (
	fewStreams  = 32     // are merged at once, before anything else is tried
	mostStreams = 10_000 // more are not even begun: a scan of the time finds rows sooner
	mostFacets  = 48     // facets that are merged; more are scanned by time
)

// question is a query in the words of the index.
type question struct {
	lo, mark string // lo <= id < mark
	where    []match.Condition
	facets   facetSet
	filtered bool // facets are limited
}

// candidate is a condition that may drive a search: the streams of its values hold every row that answers it.
type candidate struct {
	streams []*stream
	weight  uint64
}

// drivers are the conditions that can drive a search, the cheapest first.
func (q *question) drivers(d *dictionary) (list []candidate) {
	for _, c := range q.where {
		if c.Not || isFilter(c) {
			continue
		}
		var found candidate
		for i, f := range Fields {
			if c.Column == f.Column || c.Column == session.Any {
				found.add(q, i, d.columns[i].matches(c.Terms))
			}
		}
		list = append(list, found)
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.cost(), b.cost()) })
	return list
}

// cost is a guess: a stream costs half a unit to open, and what is seen often has many rows to read through.
func (c candidate) cost() float64 { return 0.5*float64(len(c.streams)) + 0.05*float64(c.weight) }

// add adds the streams of the values that can have rows in the question's range.
func (c *candidate) add(q *question, field int, values []entry) {
	for _, e := range values {
		if !e.facets.meets(q.facets) || !q.during(e) {
			continue
		}
		c.weight += uint64(e.weight)
		f := Fields[field]
		c.streams = append(c.streams, &stream{partition: partition{f.Index, f.Attr, e.value}, bound: min(q.mark, session.MinID((e.last + 1).start()))})
	}
}

// during reports whether a value was seen in the question's range of days.
func (q *question) during(e entry) bool {
	return session.MinID((e.last+1).start()) > q.lo && session.MinID(e.first.start()) < q.mark
}

// exact are the streams of a question that one condition with whole values drives; they need no dictionary.
func (q *question) exact() (streams []*stream, ok bool) {
	for _, c := range q.where {
		values := c.Terms.Exact()
		if c.Not || values == nil || len(values) > fewStreams {
			continue
		}
		for _, f := range Fields {
			if c.Column != f.Column {
				continue
			}
			for _, v := range values {
				streams = append(streams, &stream{partition: partition{f.Index, f.Attr, v}, bound: q.mark})
			}
			return streams, true
		}
	}
	return nil, false
}

// scan is the plan that needs no value: by facet when few facets answer the filters and they are not most of
// what there is, else by time.
func (q *question) scan(d *dictionary) *plan {
	if q.filtered {
		facets := &d.columns[facetColumn]
		var chosen, all uint64
		var streams []*stream
		for _, e := range facets.all() {
			all += uint64(e.weight)
			if e.facets.meets(q.facets) && q.during(e) {
				chosen += uint64(e.weight)
				streams = append(streams, &stream{partition: partition{byFacet, attrF, e.value}, bound: min(q.mark, session.MinID((e.last + 1).start()))})
			}
		}
		if len(streams) <= mostFacets && chosen*2 <= all {
			return newPlan("facet", streams)
		}
	}
	return q.byTime()
}

// byTime is the scan of everything in the range.
func (q *question) byTime() *plan {
	return newPlan("time", []*stream{{partition: partition{byTime, attrTime, timeShard}, bound: q.mark}})
}

// plans are the ways to answer a question: a scan, and a merge of the streams of the condition that promises
// least to read, nil where no condition can drive. sure says that the merge alone is cheap.
func (q *question) plans(d *dictionary) (scan, merge *plan, sure bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	scan = q.scan(d)
	drivers := q.drivers(d)
	if len(drivers) == 0 || len(drivers[0].streams) > mostStreams {
		return scan, nil, false
	}
	streams := drivers[0].streams
	return scan, newPlan("values", streams), len(streams) <= fewStreams && len(drivers) == 1 && !q.filtered
}

// race lets two plans over the same order take turns with growing allowances. They share one mark: what one has
// given or proved empty, the other passes over. The page costs a small multiple of what the better of them
// would, and none of them has to know beforehand which that is.
func (s *search) race(ctx context.Context, scan, merge *plan) (outcome, error) {
	turns := []*plan{scan, merge}
	allowance := 8.0
	if n := len(merge.streams); n <= fewStreams {
		turns = []*plan{merge, scan}
		allowance = 0.5*float64(n) + 4
	}
	for turn := 0; ; turn++ {
		end, err := s.run(ctx, turns[turn%2], allowance)
		if err != nil || end != outOfBudget || s.spent.units >= s.budget.units || s.spent.calls >= s.budget.calls {
			return end, err
		}
		if turn%2 == 1 {
			allowance *= 2
		}
	}
}
