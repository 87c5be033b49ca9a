package terminal

// controls are what single characters do: C0, and those of C1 that xterm.js knows.
var controls = [0xa0]func(*Terminal){
	'\b': (*Terminal).backspace,
	'\t': (*Terminal).tab,
	'\n': (*Terminal).lineFeed,
	'\v': (*Terminal).lineFeed,
	'\f': (*Terminal).lineFeed,
	'\r': (*Terminal).carriageReturn,
	0x0e: func(t *Terminal) { t.charsets.shift(1) },
	0x0f: func(t *Terminal) { t.charsets.shift(0) },
	0x84: (*Terminal).index,
	0x85: (*Terminal).nextLine,
	0x88: (*Terminal).setTab,
}

// escapes are the sequences of ESC and one character.
var escapes = [0x7f]func(*Terminal){
	'7': func(t *Terminal) { t.saveCursor(nil) },
	'8': func(t *Terminal) { t.restoreCursor(nil) },
	'D': (*Terminal).index,
	'E': (*Terminal).nextLine,
	'H': (*Terminal).setTab,
	'M': (*Terminal).reverseIndex,
	'=': func(t *Terminal) { t.modes.appKeypad = true },
	'>': func(t *Terminal) { t.modes.appKeypad = false },
	'c': (*Terminal).fullReset,
	'n': func(t *Terminal) { t.charsets.shift(2) },
	'o': func(t *Terminal) { t.charsets.shift(3) },
	'|': func(t *Terminal) { t.charsets.shift(3) },
	'}': func(t *Terminal) { t.charsets.shift(2) },
	'~': func(t *Terminal) { t.charsets.shift(1) },
}

// charsetLevels are the levels that an intermediate byte designates a character set for, counted from 1.
var charsetLevels = [128]uint8{'(': 1, ')': 2, '*': 3, '+': 4, '-': 2, '.': 3}

func (t *Terminal) escape(id uint32) {
	if id < uint32(len(escapes)) {
		if f := escapes[id]; f != nil {
			f(t)
		}
		return
	}
	switch id {
	case seq("%@"), seq("%G"):
		t.charsets.shift(0)
		t.charsets.designate(0, 0)
		return
	case seq("#8"):
		t.alignmentPattern()
		return
	}
	if id > 0xffff {
		return
	}
	level := charsetLevels[id>>8&0x7f]
	if set, ok := charsetOf(byte(id)); ok && level > 0 {
		t.charsets.designate(level-1, set)
	}
}

func (t *Terminal) fullReset() {
	t.reset()
	t.parser.clear()
}

func (t *Terminal) carriageReturn() { t.active.x = 0 }

// lineFeed moves the cursor to the next row, or the text up when there is none.
func (t *Terminal) lineFeed() {
	t.leave(false)
	s := t.active
	if t.modes.newLine {
		s.x = 0
	}
	s.y++
	switch {
	case s.y == s.bottom+1:
		s.y--
		s.scroll(t.pen.erasing(), false)
	case s.y >= t.rows:
		s.y = t.rows - 1
	default:
		s.current().wrapped = false
	}
	if s.x >= t.cols {
		s.x--
	}
}

// index, unlike lineFeed, leaves the row that it comes to joined to the one above.
func (t *Terminal) index() {
	t.restrict(t.cols - 1)
	t.leave(false)
	s := t.active
	s.y++
	if s.y == s.bottom+1 {
		s.y--
		s.scroll(t.pen.erasing(), false)
	} else {
		s.y = min(s.y, t.rows-1)
	}
	t.restrict(t.cols - 1)
}

func (t *Terminal) nextLine() {
	t.active.x = 0
	t.index()
}

func (t *Terminal) reverseIndex() {
	t.restrict(t.cols - 1)
	s := t.active
	if s.y != s.top {
		s.y--
		t.restrict(t.cols - 1)
		return
	}
	s.insertRowAtTop(t.pen.erasing())
}

// backspace moves the cursor to the left; in the reverse wraparound mode also to the row above, if this one goes on
// from there.
func (t *Terminal) backspace() {
	if !t.modes.reverseWrap {
		t.restrict(t.cols - 1)
		t.active.x = max(t.active.x-1, 0)
		return
	}
	t.restrict(t.cols)
	s := t.active
	switch {
	case s.x > 0:
		s.x--
	case s.y > s.top && s.y <= s.bottom && s.current().wrapped:
		s.current().wrapped = false
		s.y--
		s.x = t.cols - 1
		// A wide character that did not fit left an empty cell.
		if c := s.current().content(s.x); c&widthMask != 0 && c&contentMask == 0 {
			s.x--
		}
	}
	t.restrict(t.cols - 1)
}

func (t *Terminal) tab() {
	if s := t.active; s.x < t.cols {
		s.x = s.tabs.after(s.x, t.cols)
	}
}

func (t *Terminal) setTab() { t.active.tabs.set(t.active.x) }

// alignmentPattern fills the screen with E. The cells are marked as if they had the pen's extra, but have none.
func (t *Terminal) alignmentPattern() {
	t.moveTo(0, 0)
	s := t.active
	for y := range t.rows {
		l := s.lines.get(s.base + s.y + y)
		l.fill(pen{fg: t.pen.fg, bg: t.pen.bg})
		for i := range l.cells {
			l.cells[i].content = blank | 'E'
		}
		l.wrapped = false
	}
	t.moveTo(0, 0)
}
