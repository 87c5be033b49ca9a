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
		return d.beyondEmpty(s, y)
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

// beyondEmpty does it on an empty row, which is erased from there.
func (d *dumper) beyondEmpty(s *screen, y int) bool {
	l := s.row(y)
	for x := range s.cols {
		if k, _ := kindOf(l, x); k != erased || l.cells[x].bg != l.cells[0].bg {
			return false
		}
	}
	d.toCell(s.cols-1, y)
	d.text(" ")
	d.setBackground(l.cells[0].bg)
	d.text("\x1b[1K")
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
	if x < 0 || s.x > t.cols || !d.originAllows(s) || x > 0 && l.width(x-1) == 2 {
		return false
	}
	p := t.pen
	if p.bg&extended == 0 {
		p.extra = extra{}
	}
	kind, n := kindOf(l, x)
	if kind != glyph || n != w || l.penAt(x) != p || t.join.joined() != (l.content(x)&joinedFlag != 0) {
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
	c, to := d.t.charsets, d.t.pen
	if restore {
		d.changePen(consistent(to), false)
	} else {
		d.setPen(to)
	}
	for level, set := range c.g {
		if set != 0 {
			d.designate(level, set)
		}
	}
	if c.level != 0 {
		d.text(shifts[c.level])
	}
	if !restore {
		return
	}
	saved := d.t.active.saved
	d.text("\x1b8")
	d.pen.fg, d.pen.bg = saved.fg, saved.bg
	if c.used == c.g[c.level] && saved.charset != c.used {
		d.text(shifts[c.level])
	}
	if consistent(to) == to {
		d.changePen(to, false)
		return
	}
	if (d.pen.bg^to.bg)&extended != 0 { // beginning or ending a link brings the flag in step
		d.link(unknown)
		d.link(to.link)
	}
	d.changePen(to, true)
}

// shifts choose the character set of a level.
var shifts = [4]string{"\x0f", "\x0e", "\x1bn", "\x1bo"}
