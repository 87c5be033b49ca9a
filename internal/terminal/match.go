package terminal

import (
	"bytes"
	"slices"
)

// Match says how near two terminals are to each other.
type Match uint8

const (
	// Differs: they show something else, or will do with the same bytes.
	Differs Match = iota
	// Shows: they show the same and are in the same state, except for leftovers that nothing shows, most of them of a
	// resize: cells right of the screen, lines above it, tabulators and saved cursors outside of it. Another resize,
	// and now and then an edit of lines or a combining character, may bring them out.
	Shows
	// Same: nothing is different.
	Same
)

// Compare compares a terminal, for example one that was made from t's dump, with t.
func (t *Terminal) Compare(o *Terminal) Match {
	switch {
	case !t.shows(o):
		return Differs
	case t.join != o.join || !t.primary.sameLeftovers(&o.primary) || !t.alternate.sameLeftovers(&o.alternate):
		return Shows
	}
	return Same
}

func (t *Terminal) shows(o *Terminal) bool {
	m, n := t.modes, o.modes
	m.screenUsed, n.screenUsed = false, false // matters to nothing but xterm.js's own view, before it was focused
	return t.cols == o.cols && t.rows == o.rows && t.Alternate() == o.Alternate() &&
		t.primary.shows(&o.primary) && t.alternate.shows(&o.alternate) && t.active.x == o.active.x &&
		samePen(t.pen, o.pen) && t.charsets == o.charsets && m == n &&
		t.parser.same(&o.parser) && bytes.Equal(t.partial, o.partial) &&
		t.title == o.title && t.icon == o.icon && t.palette == o.palette
}

// samePen compares pens; links are numbered anew in another terminal.
func samePen(a, b pen) bool {
	return a.fg == b.fg && a.bg == b.bg && a.under == b.under && (a.link == 0) == (b.link == 0)
}

func (p *parser) same(o *parser) bool {
	switch {
	case p.state != o.state:
		return false
	case p.state == oscString:
		return p.osc.part == o.osc.part && (p.osc.part == oscFaulty || p.osc.id == o.osc.id) && (!keepsText(p.osc.id) || slices.Equal(p.osc.text, o.osc.text))
	case p.inSequence():
		return p.collect == o.collect && p.params.same(&o.params)
	}
	return p.state != escape && p.state != escapeIntermediate || p.collect == o.collect
}

// inSequence says that parameters and other bytes of a sequence were read that still count.
func (p *parser) inSequence() bool {
	switch p.state {
	case csiEntry, csiParam, csiIntermediate, dcsEntry, dcsParam, dcsIntermediate:
		return true
	}
	return false
}

func (p *params) same(o *params) bool {
	if !slices.Equal(p.all(), o.all()) || p.full != o.full || p.inSub != o.inSub {
		return false
	}
	for i := range p.n {
		if !slices.Equal(p.subsOf(i), o.subsOf(i)) {
			return false
		}
	}
	return true
}

func (s *screen) shows(o *screen) bool {
	if s.y != o.y || s.top != o.top || s.bottom != o.bottom || (s.lines.length == 0) != (o.lines.length == 0) {
		return false
	}
	for x := range s.cols {
		if s.tabs.at(x) != o.tabs.at(x) {
			return false
		}
	}
	if s.visibleSaved() != o.visibleSaved() {
		return false
	}
	for y := range s.rows {
		if s.lines.length == 0 {
			break
		}
		if s.missing(y) != o.missing(y) || !s.row(y).shows(o.row(y), s.cols) {
			return false
		}
	}
	return true
}

// missing says that after a resize there is no line for a row: xterm.js fails when that is written to.
func (s *screen) missing(y int) bool { return s.lines.slot(s.base+y) == nil }

// visibleSaved is what the saved cursor comes to when it is restored now.
func (s *screen) visibleSaved() savedCursor {
	c := s.saved
	c.x, c.y = min(c.x, s.cols-1), clamp(c.y-s.base, 0, s.rows-1)
	return c
}

func (l *line) shows(o *line, cols int) bool {
	n := min(cols, len(l.cells))
	if l.wrapped != o.wrapped || n != min(cols, len(o.cells)) || !slices.Equal(l.cells[:n], o.cells[:n]) {
		return false
	}
	if len(l.texts) == 0 && len(l.extras) == 0 {
		return true
	}
	for i, c := range l.cells[:n] {
		a, b := l.extra(i), o.extra(i)
		if c.content&joinedFlag != 0 && l.texts[i] != o.texts[i] || a.under != b.under || (a.link == 0) != (b.link == 0) {
			return false
		}
	}
	return true
}

// sameLeftovers compares what shows does not look at.
func (s *screen) sameLeftovers(o *screen) bool {
	if s.lines.max() != o.lines.max() || s.base != o.base || s.lines.length != o.lines.length || s.saved != o.saved || s.tabs != o.tabs {
		return false
	}
	for y := range s.lines.length {
		a, b := s.lines.get(y), o.lines.get(y)
		if len(a.cells) != len(b.cells) || s.reflows && a.lingering() != b.lingering() {
			return false
		}
	}
	n := s.lines.max()
	return !s.reflows || s.lines.start%n == o.lines.start%n && s.lines.start/n > 0 == (o.lines.start/n > 0)
}

// lingering is the number of texts that no cell refers to: when lines are wrapped anew they may come back.
func (l *line) lingering() (n int) {
	for i := range l.texts {
		if i >= len(l.cells) || l.cells[i].content&joinedFlag == 0 {
			n++
		}
	}
	return n
}
