package terminal

import "unicode/utf8"

// text writes the characters that data begins with, up to a control or a character that is not whole, and returns
// how many bytes they were.
func (t *Terminal) text(data []byte) int {
	i, began := 0, false
	for i < len(data) {
		if c := data[i]; c < utf8.RuneSelf {
			n := printable(data[i:])
			if n == 0 {
				break
			}
			if !began {
				began = t.beginText()
			}
			t.ascii(data[i : i+n])
			i += n
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 && !utf8.FullRune(data[i:]) || r < other {
			break
		}
		i += size
		if r == byteOrderMark {
			continue
		}
		if !began {
			began = t.beginText()
		}
		t.put(r)
	}
	if began {
		t.endText()
	}
	return i
}

// printable is the number of printable ASCII characters that data begins with.
func printable(data []byte) int {
	for i, c := range data {
		if c-0x20 >= 0x5f {
			return i
		}
	}
	return len(data)
}

// beginText and endText care for wide characters of which the text overwrites one half.
func (t *Terminal) beginText() bool {
	if s := t.active; s.x > 0 {
		if l := s.current(); l.width(s.x-1) == 2 {
			l.clear(s.x-1, &t.pen)
		}
	}
	return true
}

func (t *Terminal) endText() {
	if s := t.active; s.x < t.cols {
		if l := s.current(); l.isHalf(s.x) {
			l.clear(s.x, &t.pen)
		}
	}
}

// ascii writes characters that take a column each, in one go where nothing is in the way.
func (t *Terminal) ascii(text []byte) {
	if t.charsets.used != 0 || t.modes.insert {
		for _, c := range text {
			t.put(rune(c))
		}
		return
	}
	s := t.active
	for len(text) > 0 {
		if s.x >= t.cols {
			t.overflow(0)
		}
		l := s.current()
		n := min(len(text), t.cols-s.x)
		if t.pen.bg&extended != 0 || s.x+n > len(l.cells) {
			for i, c := range text[:n] {
				l.set(s.x+i, blank|uint32(c), &t.pen)
			}
		} else {
			cells, fg, bg := l.cells[s.x:s.x+n], t.pen.fg, t.pen.bg
			for i, c := range text[:n] {
				cells[i] = cell{blank | uint32(c), fg, bg}
			}
		}
		s.x += n
		text = text[n:]
	}
	t.join = 1 << 1
}

// put writes a character, after xterm.js's print (src/common/InputHandler.ts).
func (t *Terminal) put(r rune) {
	r = t.charsets.used.of(r)
	before := t.join
	t.join = before.next(r)
	w, joined, old := t.join.width(), t.join.joined(), 0
	if joined {
		old = before.width()
	}
	s := t.active
	if s.x+w-old > t.cols && !t.overflow(w) {
		return
	}
	l := s.current()
	if joined && s.x > 0 {
		at := s.x - 1
		if l.width(at) == 0 {
			at--
		}
		t.joinTo(l, at, r, w)
		return
	}
	if t.modes.insert {
		l.insert(s.x, w-old, &t.pen)
		if l.width(t.cols-1) == 2 {
			l.clear(t.cols-1, &t.pen)
		}
	}
	l.set(s.x, uint32(r)|uint32(w)<<widthShift, &t.pen)
	s.x++
	if w == 2 {
		l.set(s.x, 0, &t.pen)
		s.x++
	}
}

// overflow makes room for a character that does not fit into the row. It is false when the character is to be dropped.
func (t *Terminal) overflow(w int) bool {
	s := t.active
	if t.modes.noWrap {
		s.x = t.cols - 1
		return w != 2
	}
	left, x := s.current(), s.x
	t.leave(true)
	s.x = 0
	s.y++
	if s.y == s.bottom+1 {
		s.y--
		s.scroll(t.pen.erasing(), true)
	} else {
		s.y = min(s.y, t.rows-1)
		s.current().wrapped = true
	}
	for ; x < t.cols; x++ {
		left.clear(x, &t.pen)
	}
	return true
}

// joinTo adds a combining character to a cell.
func (t *Terminal) joinTo(l *line, x int, r rune, w int) {
	c := l.content(x)
	if c&contentMask == 0 {
		c = uint32(r) | blank
	} else {
		t.scratch = utf8.AppendRune(l.appendText(t.scratch[:0], x), r)
		if l.setText(x, t.intern(t.scratch)) {
			c = c&widthMask | joinedFlag
		}
	}
	if x >= 0 && x < len(l.cells) {
		l.cells[x].content = c&^widthMask | uint32(w)<<widthShift
	}
}

const maxInterned = 4 << 10

// intern keeps texts of cells, so that those which occur again take no new memory.
func (t *Terminal) intern(b []byte) string {
	if s, known := t.interned[string(b)]; known {
		return s
	}
	if t.interned == nil || len(t.interned) == maxInterned {
		t.interned = make(map[string]string)
	}
	s := string(b)
	t.interned[s] = s
	return s
}

// leave tells of the row that the cursor is about to leave downward.
func (t *Terminal) leave(wrapped bool) {
	if t.OnLine != nil && t.active == &t.primary {
		t.OnLine(Line{t.primary.current(), wrapped})
	}
}
