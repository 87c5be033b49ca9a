package terminal

// screen is one of the two screens: the primary one, and the alternate one that full-screen programs use. It is
// xterm.js's src/common/buffer/Buffer.ts.
type screen struct {
	lines       ring
	base        int // index of the line that is the screen's first row
	x, y        int // of the cursor; x may be the number of columns or more: the next character goes to the next row
	top, bottom int // rows between which text scrolls
	tabs        tabs
	saved       savedCursor
	cols, rows  int
	reflows     bool // long lines are wrapped anew when the width changes
	odd         bool // it was not regular once: a line may be in the ring twice
}

// savedCursor is what the cursor is restored to.
type savedCursor struct {
	x, y    int // y counts from the first line in the ring, as in xterm.js
	fg, bg  uint32
	charset charset
}

func newScreen(cols, rows int, primary bool) screen {
	s := screen{cols: cols, rows: rows, reflows: primary}
	s.clear()
	if primary {
		s.fillRows(pen{})
	}
	return s
}

// clear leaves a screen without lines. What was saved stays.
func (s *screen) clear() {
	s.lines, s.odd = newRing(s.rows), false
	s.base, s.x, s.y = 0, 0, 0
	s.top, s.bottom = 0, s.rows-1
	s.tabs = tabs{}
	s.tabs.setFrom(0, s.cols)
}

func (s *screen) fillRows(p pen) {
	for s.lines.length < s.rows {
		s.lines.push(newLine(s.cols, p))
	}
}

func (s *screen) row(y int) *line { return s.lines.get(s.base + y) }
func (s *screen) current() *line  { return s.row(s.y) }

// regular says that the rows are exactly the last lines of the ring: what only a resize can change.
func (s *screen) regular() bool { return s.base+s.rows == s.lines.length }

// scroll moves the text between the margins up by a row. The first row is lost, unless the ring has room for it above
// the screen, as the alternate screen's may after a resize.
func (s *screen) scroll(p pen, wrapped bool) {
	first, last := s.base+s.top, s.base+s.bottom
	full := s.lines.full()
	switch {
	case s.top != 0:
		l := s.spare(first, p)
		l.wrapped = wrapped
		for i := first; i < last; i++ {
			s.lines.shift(i, i+1)
		}
		s.lines.set(last, l)
		return
	case last == s.lines.length-1 && full:
		s.lines.recycle().renew(s.cols, p, wrapped)
		return
	case full:
		l := s.spare(first, p)
		l.wrapped = wrapped
		s.lines.insert(last+1, l)
		return
	}
	l := newLine(s.cols, p)
	l.wrapped = wrapped
	if last == s.lines.length-1 {
		s.lines.push(l)
	} else {
		s.lines.insert(last+1, l)
	}
	s.base++
}

// spare is a new line: the one at i made empty, when that is about to leave the ring.
func (s *screen) spare(i int, p pen) *line {
	if s.odd || s.base > 0 {
		return newLine(s.cols, p)
	}
	l := s.lines.get(i)
	l.renew(s.cols, p, false)
	return l
}

// insertRows and deleteRows move the rows from y to the bottom margin.
func (s *screen) insertRows(y, n int, p pen) {
	for range min(n, s.most()) {
		l := s.spare(s.base+s.bottom, p)
		s.lines.remove(s.base + s.bottom)
		s.lines.insert(s.base+y, l)
	}
}

func (s *screen) deleteRows(y, n int, p pen) {
	for range min(n, s.most()) {
		l := s.spare(s.base+y, p)
		s.lines.remove(s.base + y)
		s.lines.insert(s.base+s.bottom, l)
	}
}

// insertRowAtTop moves the text between the margins down by a row.
func (s *screen) insertRowAtTop(p pen) {
	first, last := s.base+s.top, s.base+s.bottom
	if first >= s.lines.length {
		return
	}
	l := s.spare(last, p)
	for i := last - 1; i >= first; i-- {
		s.lines.shift(i+1, i)
	}
	s.lines.grow(last + 1)
	s.lines.set(first, l)
}

// most is a number of rows after which inserting or deleting more of them changes nothing.
func (s *screen) most() int {
	if s.regular() {
		return s.bottom - s.top + 1
	}
	return 4 * s.rows
}
