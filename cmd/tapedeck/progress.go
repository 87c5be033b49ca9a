package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// progress tells a person at a terminal how far a result is, in one line that is written over.
type progress struct {
	w     io.Writer
	on    bool
	shown bool
}

// newProgress tells it only where w is a terminal.
func newProgress(w io.Writer) *progress {
	p := &progress{w: w}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.on = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// show says how many sessions there are, and how far back the search is (zero: unknown).
func (p *progress) show(n int, back time.Time) {
	if !p.on {
		return
	}
	p.clear()
	fmt.Fprintf(p.w, "%s sessions", grouped(n))
	if !back.IsZero() {
		fmt.Fprintf(p.w, ", searched back to %s", back.UTC().Format(time.DateOnly))
	}
	p.shown = true
}

// clear takes the line away, before something else is written.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K") // ECMA-48: to the line's start, erase to its end
		p.shown = false
	}
}

// grouped writes a number with its thousands apart: 1,200.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
