package index

import (
	"context"

	"tapedeck/internal/session"
)

// partition is one value of one index: rows with the same value, in order of their ids.
type partition struct {
	index string // name of the index
	attr  string // its hash key
	value string
}

// reader reads partitions. A read answers at most limit rows with lo <= id < hi, newest first; last is the id
// below which there may be more, "" at the partition's end.
type reader interface {
	read(ctx context.Context, p partition, lo, hi string, limit int) (chunk, error)
}

type chunk struct {
	rows  []session.Session
	last  string
	units float64 // read units that it cost
}

// stream is a partition while it is read downwards.
type stream struct {
	partition
	bound   string            // no row at or above it is unread
	rows    []session.Session // read, matching, not given out yet
	ended   bool
	fetches int
}

// top is the highest id that the stream may still give; "" when there is none. read says that it is a row that
// lies ready.
func (s *stream) top() (id string, read bool) {
	switch {
	case len(s.rows) > 0:
		return s.rows[0].ID, true
	case s.ended:
		return "", false
	}
	return s.bound, false
}

// lower makes the stream forget what lies at or above mark: another plan has given it out, or proved that it is
// not there.
func (s *stream) lower(mark, lo string) {
	for len(s.rows) > 0 && s.rows[0].ID >= mark {
		s.rows = s.rows[1:]
	}
	s.bound = min(s.bound, mark)
	if s.bound <= lo {
		s.ended = true
	}
}

// streamHeap keeps the stream that may give the highest id on top; of equal ones, that whose row lies ready:
// bounds are exclusive.
type streamHeap []*stream

func (h streamHeap) before(i, j int) bool {
	a, aRead := h[i].top()
	b, bRead := h[j].top()
	return a > b || a == b && aRead && !bRead
}

func (h streamHeap) Len() int           { return len(h) }
func (h streamHeap) Less(i, j int) bool { return h.before(i, j) }
func (h streamHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *streamHeap) Push(s any)        { *h = append(*h, s.(*stream)) }
func (h *streamHeap) Pop() any {
	last := len(*h) - 1
	s := (*h)[last]
	*h = (*h)[:last]
	return s
}
