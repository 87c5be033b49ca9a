package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress tells a person at a terminal how far a result is, in one line that is written over.
type progress struct {
	w     io.Writer
	on    bool
	shown bool
}

// newProgress tells it only where w is a terminal.
func newProgress(w io.Writer) *progress {
	_, on := terminalOf(w)
	return &progress{w: w, on: on}
}

// terminalOf is the descriptor of the terminal that something is written to; ok is false when it is none.
func terminalOf(w any) (fd int, ok bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}

// show says how many there are, and how far back the search is (zero: unknown).
func (p *progress) show(text string, back time.Time) {
	if !back.IsZero() {
		text += ", searched back to " + back.UTC().Format(time.DateOnly)
	}
	p.say(text)
}

// say writes a text over the one before.
func (p *progress) say(text string) {
	if !p.on {
		return
	}
	p.clear()
	fmt.Fprint(p.w, text)
	p.shown = true
}

// clear takes the line away, before something else is written.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K") // ECMA-48: to the line's start, erase to its end
		p.shown = false
	}
}

// several is a number of things.
func several(n int, thing string) string {
	if n != 1 {
		thing = plural(thing)
	}
	return grouped(n) + " " + thing
}

func plural(thing string) string {
	if rest, y := strings.CutSuffix(thing, "y"); y {
		return rest + "ies"
	}
	return thing + "s"
}

// grouped writes a number with its thousands apart: 1,200.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
