package reel

import (
	"strconv"

	"tapedeck/internal/recording"
	"tapedeck/internal/tape"
)

// clock counts ms from the first sync on, and never back.
type clock struct {
	first, ms int64
	runs      bool
	back      int // how often a sync was earlier than the one before
}

// sync is told the time of a sync.
func (c *clock) sync(arg []byte) bool {
	t, err := strconv.ParseInt(string(arg), 10, 64)
	if err != nil || t < 0 || t > 1<<53 {
		return false
	}
	if !c.runs {
		c.first, c.runs = t, true
	}
	if t-c.first < c.ms {
		c.back++
	} else {
		c.ms = t - c.first
	}
	return true
}

// at is the time of something that happened after the last sync.
func (c *clock) at(arg []byte) int64 {
	t, err := strconv.ParseInt(string(arg), 10, 64)
	if err != nil || !c.runs || t < 0 || t > 1<<53 || t-c.first > recording.MaxLength.Milliseconds() {
		return c.ms
	}
	return max(c.ms, t-c.first)
}

const (
	idleFromMs = 2000 // shorter pauses are no gap
	maxIdle    = 5000
)

// quiet takes note of when something was drawn, and how much.
type quiet struct {
	shown int64 // ms, when something was drawn last
	gaps  []tape.Gap
	spans tape.Spans // of bytes
}

// drawn takes note of a frame: how many of its bytes draw what is seen.
func (q *quiet) drawn(ms int64, bytes int) {
	if bytes == 0 {
		return
	}
	q.gap(ms)
	q.shown = ms
	q.spans.Add(ms, int64(bytes))
}

func (q *quiet) gap(until int64) {
	if until-q.shown >= idleFromMs && len(q.gaps) < maxIdle {
		q.gaps = append(q.gaps, tape.Gap{FromMs: q.shown, ToMs: until})
	}
}
