package terminal

type handler func(*Terminal, *params)

// csiHandler finds what a control sequence does; nil for one that does nothing to the state.
func csiHandler(id uint32) handler {
	if id < uint32(len(plainSequences)) {
		return plainSequences[id]
	}
	return prefixedSequences[id]
}

// plainSequences are the control sequences without a prefix or intermediate byte, by their final byte.
var plainSequences = [0x7f]handler{
	'@': (*Terminal).insertChars,
	'A': (*Terminal).cursorUp,
	'B': (*Terminal).cursorDown,
	'C': (*Terminal).cursorRight,
	'D': (*Terminal).cursorLeft,
	'E': (*Terminal).cursorNextLine,
	'F': (*Terminal).cursorPrecedingLine,
	'G': (*Terminal).cursorColumn,
	'H': (*Terminal).cursorPosition,
	'I': (*Terminal).tabForward,
	'J': (*Terminal).eraseInDisplay,
	'K': (*Terminal).eraseInLine,
	'L': (*Terminal).insertLines,
	'M': (*Terminal).deleteLines,
	'P': (*Terminal).deleteChars,
	'S': (*Terminal).scrollUp,
	'T': (*Terminal).scrollDown,
	'X': (*Terminal).eraseChars,
	'Z': (*Terminal).tabBackward,
	'`': (*Terminal).cursorColumn,
	'a': (*Terminal).cursorRight,
	'b': (*Terminal).repeat,
	'd': (*Terminal).cursorRow,
	'e': (*Terminal).cursorRowRelative,
	'f': (*Terminal).cursorPosition,
	'g': (*Terminal).clearTabs,
	'h': (*Terminal).setModes,
	'l': (*Terminal).resetModes,
	'm': (*Terminal).attributes,
	'r': (*Terminal).margins,
	's': (*Terminal).saveCursor,
	'u': (*Terminal).restoreCursor,
}

// prefixedSequences are the others.
var prefixedSequences = map[uint32]handler{
	seq(" @"):  (*Terminal).scrollLeft,
	seq(" A"):  (*Terminal).scrollRight,
	seq("?J"):  (*Terminal).eraseInDisplaySelectively,
	seq("?K"):  (*Terminal).eraseInLineSelectively,
	seq("?h"):  (*Terminal).setPrivateModes,
	seq("?l"):  (*Terminal).resetPrivateModes,
	seq("!p"):  (*Terminal).softReset,
	seq(" q"):  (*Terminal).cursorStyle,
	seq("'}"):  (*Terminal).insertColumns,
	seq("'~"):  (*Terminal).deleteColumns,
	seq("\"q"): (*Terminal).protect,
}

// restrict moves the cursor into the screen, or with the origin mode between the margins. x may be up to maxX.
func (t *Terminal) restrict(maxX int) {
	s := t.active
	s.x = clamp(s.x, 0, maxX)
	if t.modes.origin {
		s.y = clamp(s.y, s.top, s.bottom)
	} else {
		s.y = clamp(s.y, 0, t.rows-1)
	}
}

// moveTo puts the cursor where a program counts from.
func (t *Terminal) moveTo(x, y int) {
	if t.modes.origin {
		y += t.active.top
	}
	t.active.x, t.active.y = x, y
	t.restrict(t.cols - 1)
}

// moveBy moves the cursor. With the origin mode xterm.js counts the row that it gets to from the top margin once more.
func (t *Terminal) moveBy(x, y int) {
	t.restrict(t.cols - 1)
	t.moveTo(t.active.x+x, t.active.y+y)
}

func (t *Terminal) cursorUp(p *params) {
	n := p.or(0, 1)
	if above := t.active.y - t.active.top; above >= 0 {
		n = min(n, above)
	}
	t.moveBy(0, -n)
}

func (t *Terminal) cursorDown(p *params) {
	n := p.or(0, 1)
	if below := t.active.bottom - t.active.y; below >= 0 {
		n = min(n, below)
	}
	t.moveBy(0, n)
}

func (t *Terminal) cursorRight(p *params)       { t.moveBy(p.or(0, 1), 0) }
func (t *Terminal) cursorLeft(p *params)        { t.moveBy(-p.or(0, 1), 0) }
func (t *Terminal) cursorRowRelative(p *params) { t.moveBy(0, p.or(0, 1)) }
func (t *Terminal) cursorColumn(p *params)      { t.moveTo(p.or(0, 1)-1, t.active.y) }
func (t *Terminal) cursorRow(p *params)         { t.moveTo(t.active.x, p.or(0, 1)-1) }
func (t *Terminal) cursorPosition(p *params)    { t.moveTo(p.or(1, 1)-1, p.or(0, 1)-1) }

func (t *Terminal) cursorNextLine(p *params) {
	t.cursorDown(p)
	t.active.x = 0
}

func (t *Terminal) cursorPrecedingLine(p *params) {
	t.cursorUp(p)
	t.active.x = 0
}

// margins sets the rows between which text scrolls.
func (t *Terminal) margins(p *params) {
	top, bottom := p.or(0, 1), p.or(1, t.rows)
	bottom = min(bottom, t.rows)
	if bottom > top {
		t.active.top, t.active.bottom = top-1, bottom-1
		t.moveTo(0, 0)
	}
}

func (t *Terminal) tabForward(p *params) {
	s := t.active
	for n := p.or(0, 1); n > 0 && s.x < t.cols-1; n-- {
		s.x = s.tabs.after(s.x, t.cols)
	}
}

func (t *Terminal) tabBackward(p *params) {
	s := t.active
	if s.x >= t.cols {
		return
	}
	for n := p.or(0, 1); n > 0 && s.x > 0; n-- {
		s.x = s.tabs.before(s.x, t.cols)
	}
}

func (t *Terminal) clearTabs(p *params) {
	switch p.first() {
	case 0:
		t.active.tabs.clear(t.active.x)
	case 3:
		t.active.tabs = tabs{}
	}
}

// saveCursor keeps the cursor, the pen without its extra, and the character set in use; each screen has its own.
func (t *Terminal) saveCursor(*params) {
	s := t.active
	s.saved = savedCursor{s.x, s.base + s.y, t.pen.fg, t.pen.bg, t.charsets.used}
}

func (t *Terminal) restoreCursor(*params) {
	s := t.active
	s.x, s.y = s.saved.x, max(s.saved.y-s.base, 0)
	t.pen.fg, t.pen.bg = s.saved.fg, s.saved.bg
	t.charsets.used = s.saved.charset
	t.restrict(t.cols - 1)
}
