package index

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"

	"tapedeck/internal/session"
)

// Bounds of what one page may cost. A wave that was begun is finished, so a page may cost one wave more.
const (
	pageUnits = 128.0 // read units
	pageCalls = 256
	waveSize  = 32 // reads in parallel

	// spareTime is what a search leaves of its caller's time.
	spareTime = 2 * time.Second
)

// minRows is how many rows a read asks for at least: fewer cost as much, since a read unit is 4 KB.
const minRows = 10

// rowsPerUnit is how many rows of some 330 bytes an eventually consistent read unit gives: 8 KB.
const rowsPerUnit = 24.0

// maxRows is how many rows a read asks for at most: about 1 MB, where a read ends by itself.
const maxRows = 2500

// search is one page on its way.
type search struct {
	from   reader
	budget budget
	lo     string // rows below it are not wanted
	need   int    // rows of the page
	keep   func(*session.Session) bool

	mark string // every matching row at or above it has been given
	out  []session.Session

	spent cost
}

type budget struct {
	units float64
	calls int
}

// cost is what a search has used so far.
type cost struct {
	units  float64
	calls  int
	rounds int // waves, one after the other
	rows   int // read, whether they matched or not
}

// plan is one way to find the rows: disjoint streams, or streams whose rows may repeat, that together hold
// every matching row.
type plan struct {
	name    string
	streams streamHeap
	rows    int // read by this plan
	kept    int
	units   float64
}

func newPlan(name string, streams []*stream) *plan {
	return &plan{name: name, streams: streams}
}

// outcome says why a run of a plan ended.
type outcome int

const (
	pageFull  outcome = iota // the page has its rows
	exhausted                // no row is left
	outOfBudget
	outOfTime
)

// run goes on with a plan until the page is full, the plan has no more, or it has used its allowance of read
// units. Afterwards every matching row at or above s.mark is in s.out.
func (s *search) run(ctx context.Context, p *plan, allowance float64) (outcome, error) {
	end := p.units + min(allowance, s.budget.units-s.spent.units)
	for _, stream := range p.streams {
		stream.lower(s.mark, s.lo)
	}
	heap.Init(&p.streams)
	for {
		s.give(p)
		switch {
		case len(p.streams) == 0:
			s.mark = s.lo
			return exhausted, nil
		case len(s.out) >= s.need:
			return pageFull, nil
		}
		s.mark = min(s.mark, p.streams[0].bound)
		switch {
		case p.units >= end || s.spent.calls >= s.budget.calls:
			return outOfBudget, nil
		case late(ctx):
			return outOfTime, nil
		}
		if err := s.wave(ctx, p, end-p.units); err != nil {
			return 0, err
		}
	}
}

// give moves rows that lie ready into the page, from the top of the heap down to the first stream whose next
// row is not known. Streams that have ended leave the heap.
func (s *search) give(p *plan) {
	for len(p.streams) > 0 && len(s.out) < s.need {
		top := p.streams[0]
		id, read := top.top()
		switch {
		case id == "":
			heap.Pop(&p.streams)
			continue
		case !read:
			return
		}
		if id < s.mark { // else another stream of a union has given it
			s.out = append(s.out, top.rows[0])
			s.mark = id
		}
		top.rows = top.rows[1:]
		heap.Fix(&p.streams, 0)
	}
	for len(p.streams) > 0 { // is there more? Then the top is no stream that has ended
		if id, _ := p.streams[0].top(); id != "" {
			return
		}
		heap.Pop(&p.streams)
	}
}

// wave reads on, in parallel, in the streams whose next row may belong to the page.
func (s *search) wave(ctx context.Context, p *plan, allowance float64) error {
	ahead := s.unread(p)
	limit := s.limit(p, ahead, allowance)
	chunks, errs := make([]chunk, len(ahead)), make([]error, len(ahead))
	ctx, cancel := untilLate(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for i, stream := range ahead {
		wg.Go(func() {
			chunks[i], errs[i] = s.from.read(ctx, stream.partition, s.lo, stream.bound, limit)
		})
	}
	wg.Wait()
	s.spent.rounds++
	for i, stream := range ahead {
		s.spent.calls++
		if errs[i] != nil {
			if errors.Is(context.Cause(ctx), errLate) {
				continue // as if it had not been asked
			}
			return errs[i]
		}
		s.take(p, stream, chunks[i])
	}
	heap.Init(&p.streams)
	return nil
}

// take adds what a read answered to its stream.
func (s *search) take(p *plan, stream *stream, c chunk) {
	stream.fetches++
	p.units += c.units
	s.spent.units += c.units
	p.rows += len(c.rows)
	s.spent.rows += len(c.rows)
	for i := range c.rows {
		if s.keep(&c.rows[i]) {
			p.kept++
			stream.rows = append(stream.rows, c.rows[i])
		}
	}
	stream.bound, stream.ended = c.last, c.last == "" || c.last <= s.lo
}

// unread takes the next streams of the heap that have to be read before the page is known. They stay in it.
func (s *search) unread(p *plan) (ahead []*stream) {
	need := s.need - len(s.out)
	var passed []*stream
	for len(p.streams) > 0 && len(ahead) < waveSize {
		top := heap.Pop(&p.streams).(*stream)
		passed = append(passed, top)
		id, read := top.top()
		if id == "" || read {
			continue
		}
		if len(ahead) > 0 && rowsAbove(passed, id) >= need {
			break // the page will be full before this stream's turn
		}
		ahead = append(ahead, top)
	}
	for _, stream := range passed {
		heap.Push(&p.streams, stream)
	}
	return ahead
}

// rowsAbove counts the rows that lie ready above an id.
func rowsAbove(streams []*stream, id string) (n int) {
	for _, s := range streams {
		for i := range s.rows {
			if s.rows[i].ID <= id {
				break
			}
			n++
		}
	}
	return n
}

// limit is how many rows each read of a wave asks for: as many as its share of the page, by what was matched so
// far; the double with each time that a stream is read again; no more than the allowance pays.
func (s *search) limit(p *plan, ahead []*stream, allowance float64) int {
	need := s.need - len(s.out) + 1 // one more tells whether there is more
	limit := (need*5/4)/max(1, len(p.streams)) + 2
	if len(p.streams) == 1 {
		limit = need
	}
	if p.rows > 0 { // by density, a quarter more
		density := (float64(p.kept) + 0.5) / (float64(p.rows) + 1)
		limit = max(limit, int(float64(need)/density/float64(len(ahead))*1.25))
	}
	for range min(ahead[0].fetches, 8) {
		if p.kept < p.rows {
			break // the density knows better
		}
		limit *= 2
	}
	perUnit := rowsPerUnit
	if p.units > 0 && p.rows > 0 {
		perUnit = max(perUnit, float64(p.rows)/p.units)
	}
	limit = min(limit, int(allowance*perUnit)/len(ahead)+1, maxRows)
	return max(limit, minRows)
}

// errLate says that a search ends because its caller's time does.
var errLate = errors.New("index: the search's time is over")

// untilLate is ctx, but ends with errLate a little before its deadline.
func untilLate(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadlineCause(ctx, deadline.Add(-spareTime), errLate)
}

// late reports whether there is no time for another wave.
func late(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < spareTime+spareTime/4
}
