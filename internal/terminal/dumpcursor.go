package terminal

// slot writes what is saved for the cursor of a screen.
func (d *dumper) slot(s *screen) {
	saved := s.saved
	if saved == (savedCursor{}) && !d.slotUsed {
		return
	}
	y := clamp(saved.y-s.base, 0, s.rows-1)
	if saved.x < s.cols || !d.beyond(s, y) {
		d.position(min(saved.x, s.cols-1), y)
	}
	d.likePen(pen{fg: saved.fg, bg: saved.bg})
	if saved.charset != 0 {
		d.designate(0, saved.charset)
	}
	d.text("\x1b7")
	if saved.charset != 0 {
		d.designate(0, 0)
	}
	d.slotUsed = false
}

func (d *dumper) designate(level int, c charset) {
	d.text("\x1b" + "()*+"[level:level+1] + charsetFinals[c:c+1])
}

// beyond puts the cursor beyond the last column of a row by writing what is there once more. It is false when there
// is nothing that can be written.
func (d *dumper) beyond(s *screen, y int) bool {
	l, x := s.row(y), s.cols-1
	if !endsWithGlyph(l, s.cols) {
		return false
	}
	if l.content(x) == 0 {
		x--
	}
	p := l.penAt(x)
	if consistent(p) != p {
		return false
	}
	d.toCell(x, y)
	d.setPen(p)
	d.out = l.appendText(d.out, x)
	return true
}

// toCell is position with the origin mode in force, if it is set already.
func (d *dumper) toCell(x, y int) {
	if d.origin {
		y = clamp(y, d.on.top, d.on.bottom) - d.on.top
	}
	d.position(x, y)
}

// finish sets the modes, the pen, the character sets and the cursor.
func (d *dumper) finish() {
	t := d.t
	// Writing the last character once more makes what follows join it, or repeat it; after that nothing may be written.
	again := t.join != 0 && d.canRepeat()
	restore := consistent(t.pen) != t.pen || t.charsets.used != t.charsets.g[t.charsets.level]
	if again || restore {
		d.penAndCharsets(restore)
	}
	d.modes()
	switch s := t.active; {
	case again:
		d.writeAgain()
	case s.x < t.cols && d.originAllows(s):
		d.toCell(s.x, s.y)
	case s.x >= t.cols && !restore && d.originAllows(s) && d.beyond(s, s.y):
	case !t.Alternate():
		d.fromAlternate()
	default:
		d.toCell(t.cols-1, s.y)
	}
	if !again && !restore {
		d.penAndCharsets(false)
	}
	if !again {
		d.text(nothing)
		for range min(t.active.x-t.cols, maxBeyond) {
			d.text("\u200b")
		}
	}
}

// maxBeyond is how far beyond the last column a cursor is put. Characters without a width take it there.
const maxBeyond = 1000

// originAllows says that the cursor can be put on its row.
func (d *dumper) originAllows(s *screen) bool {
	return !d.t.modes.origin || s.y >= s.top && s.y <= s.bottom
}

// fromAlternate sets the cursor on the alternate screen, where nothing is in the way, and takes it along.
func (d *dumper) fromAlternate() {
	s := d.t.active
	d.text("\x1b[?47h")
	d.csi("H", s.y+1, min(s.x, d.t.cols-1)+1)
	if s.x >= d.t.cols {
		d.text(" ")
	}
	d.text("\x1b[?47l")
}

// canRepeat says that the cell before the cursor is what the last character left.
func (d *dumper) canRepeat() bool {
	t := d.t
	s, w := t.active, t.join.width()
	x, l := s.x-w, s.current()
	if x < 0 || s.x > t.cols || !d.originAllows(s) {
		return false
	}
	kind, n := kindOf(l, x)
	if kind != glyph || n != w || l.penAt(x) != t.pen || t.join.joined() != (l.content(x)&joinedFlag != 0) {
		return false
	}
	for _, r := range string(l.appendText(nil, x)) {
		if _, ok := t.charsets.used.source(r); !ok {
			return false
		}
	}
	return true
}

func (d *dumper) writeAgain() {
	t := d.t
	w := t.join.width()
	x, l := t.active.x-w, t.active.current()
	d.toCell(x, t.active.y)
	if t.modes.insert {
		d.csi("P", w)
	}
	for _, r := range string(l.appendText(nil, x)) {
		from, _ := t.charsets.used.source(r)
		d.text(string(from))
	}
}

// penAndCharsets sets them, by restoring the saved cursor when they are as only that makes them.
func (d *dumper) penAndCharsets(restore bool) {
	c := d.t.charsets
	if restore {
		d.changePen(consistent(d.t.pen), false)
	} else {
		d.setPen(d.t.pen)
	}
	for level, set := range c.g {
		if set != 0 {
			d.designate(level, set)
		}
	}
	if c.level != 0 {
		d.text([]string{"", "\x0e", "\x1bn", "\x1bo"}[c.level])
	}
	if !restore {
		return
	}
	saved := d.t.active.saved
	d.text("\x1b8")
	d.pen.fg, d.pen.bg = saved.fg, saved.bg
	if c.used == c.g[c.level] && saved.charset != c.used {
		d.text([]string{"\x0f", "\x0e", "\x1bn", "\x1bo"}[c.level])
	}
	d.changePen(d.t.pen, true)
}
