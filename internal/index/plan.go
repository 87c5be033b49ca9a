package index

import (
	"cmp"
	"context"
	"slices"
	"time"

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
	rates   []float64 // sightings a day, of each stream
	weight  uint64    // of its values
	of      uint64    // of all values of its fields
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
				found.of += d.columns[i].weight
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

// share is a guess which part of all rows answers the condition.
func (c candidate) share() float64 { return float64(c.weight) / float64(max(1, c.of)) }

// add adds the streams of the values that can have rows in the question's range.
func (c *candidate) add(q *question, field int, values []entry) {
	f := Fields[field]
	for _, e := range values {
		if !e.facets.meets(q.facets) || !q.during(e) {
			continue
		}
		c.weight += uint64(e.weight)
		c.rates = append(c.rates, float64(e.weight)/float64(e.last-e.first+1))
		c.streams = append(c.streams, &stream{partition: partition{f.Index, f.Attr, e.value}, bound: min(q.mark, session.MinID((e.last + 1).start()))})
	}
}

// opening is a guess how many read units it costs to open the streams that need rows come from: those that were
// seen since the day on which enough sightings add up.
func (c candidate) opening(need float64, mark string) float64 {
	rate := 0.0
	for _, r := range c.rates {
		rate += r
	}
	days := time.Duration(min(need/max(rate, 0.01), 10_000) * float64(24*time.Hour))
	since := session.MinID(session.IDTime(mark).Add(-days))
	opened := 0
	for _, s := range c.streams {
		if s.bound > since {
			opened++
		}
	}
	return 0.5 * float64(opened)
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

// plans are the ways to answer a question, that which promises to cost less first, with a first allowance. One of
// them is alone where the other is not worth a turn.
func (q *question) plans(d *dictionary, need int) (turns []*plan, allowance float64) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	scan := q.scan(d)
	drivers := q.drivers(d)
	if len(drivers) == 0 || len(drivers[0].streams) > mostStreams {
		return []*plan{scan}, 0
	}
	driver := drivers[0]
	merge := newPlan("values", driver.streams)
	if n := len(driver.streams); n == 0 || n <= fewStreams && len(drivers) == 1 && !q.filtered {
		return []*plan{merge}, 0
	}
	others := 1.0 // which part of the driver's rows answers the other conditions
	for _, c := range drivers[1:] {
		others *= c.share()
	}
	if q.filtered && scan.name == "time" {
		others *= 0.5
	}
	wanted := float64(need) / max(others, 1e-6)
	merging := driver.opening(wanted, q.mark) + wanted/rowsPerUnit
	scanning := 0.5*float64(len(scan.streams)) + wanted/max(driver.share(), 1e-6)/rowsPerUnit
	if scanning < merging {
		return []*plan{scan, merge}, min(max(2*scanning, 6), 48)
	}
	return []*plan{merge, scan}, min(max(1.5*merging, 6), 48)
}

// race lets plans over the same order take turns with growing allowances. They share one mark: what one has
// given or proved empty, the other passes over. The page costs a small multiple of what the better of them
// would, however wrong the guess was which that is.
func (s *search) race(ctx context.Context, turns []*plan, allowance float64) (outcome, error) {
	if len(turns) == 1 {
		return s.run(ctx, turns[0], s.budget.units)
	}
	for turn := 0; ; turn++ {
		p, other := turns[turn%2], turns[(turn+1)%2]
		if turn < 2 || p.yield()*3 >= other.yield() {
			end, err := s.run(ctx, p, allowance)
			if err != nil || end != outOfBudget || s.spent.units >= s.budget.units || s.spent.calls >= s.budget.calls {
				return end, err
			}
		}
		if turn == 0 {
			allowance = max(8, allowance/2)
		}
		if turn%2 == 1 {
			allowance *= 2
		}
	}
}

// yield is how many rows a plan has found for a read unit.
func (p *plan) yield() float64 { return (float64(p.kept) + 0.5) / max(p.units, 0.5) }
