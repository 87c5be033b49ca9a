package tape

// Activity is how much happened, in spans of the same length: 255 in the busiest.
type Activity struct {
	EveryMs int64 `json:"everyMs"`
	Share   []int `json:"share"`
}

const (
	maxSpans  = 256
	firstSpan = 1000 // ms
)

// Spans adds up how much happens when, in spans that double as a recording goes on. The zero value is ready.
type Spans struct {
	everyMs int64
	sums    [maxSpans]int64
}

// Add adds something at a time.
func (s *Spans) Add(ms, much int64) {
	s.everyMs = max(s.everyMs, firstSpan)
	for ms/s.everyMs >= maxSpans {
		for i := range maxSpans / 2 {
			s.sums[i] = s.sums[2*i] + s.sums[2*i+1]
		}
		clear(s.sums[maxSpans/2:])
		s.everyMs *= 2
	}
	s.sums[ms/s.everyMs] += much
}

// Activity is what there is until the end of the recording.
func (s *Spans) Activity(endMs int64) *Activity {
	a := &Activity{EveryMs: max(s.everyMs, firstSpan)}
	var most int64
	for _, n := range s.sums {
		most = max(most, n)
	}
	for i := range min(endMs/a.EveryMs+1, maxSpans) {
		share := 0
		if most > 0 {
			share = int((s.sums[i]*255 + most - 1) / most)
		}
		a.Share = append(a.Share, share)
	}
	return a
}
