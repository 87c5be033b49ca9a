package terminal

// screen writes a screen that is empty so far, its tabulators and margins, and what is saved for its cursor.
func (d *dumper) screen(s *screen) {
	d.on = s
	d.wraps(s)
	for y := range s.rows {
		d.row(s, y)
	}
	d.tabs(s)
	d.slot(s)
	if s.top != 0 || s.bottom != s.rows-1 {
		d.csi("r", s.top+1, s.bottom+1)
		d.x, d.y = 0, 0
	}
}

// wraps marks the rows that go on from the one above, where writing them one after the other will not do so.
func (d *dumper) wraps(s *screen) {
	last := s.cols - 1
	if s.row(0).wrapped {
		d.position(last, 0)
		d.text("  \b\x1b[X")
		d.x, d.y = 0, min(1, s.rows-1)
		if s.rows > 1 {
			d.text("\x1b[H\x1b[M")
			d.y = 0
		}
	}
	for y := 1; y < s.rows; y++ {
		if !s.row(y).wrapped || d.flows(s, y) {
			continue
		}
		d.position(last, y-1)
		d.text("  \b\x1b[X")
		d.position(last, y-1)
		d.text("\x1b[X")
	}
}

// flows says that writing row y right after the one above makes it go on from there.
func (d *dumper) flows(s *screen, y int) bool {
	l, above := s.row(y), s.row(y-1)
	if first, _ := kindOf(l, 0); first != glyph || consistent(l.penAt(0)) != l.penAt(0) || prepared(l, s.cols) {
		return false
	}
	if above.width(s.cols-2) == 2 && above.content(s.cols-1) != 0 {
		return false
	}
	if l.width(0) == 2 && above.content(s.cols-1) == blank {
		return above.penAt(s.cols-1) == l.penAt(0)
	}
	return endsWithGlyph(above, s.cols)
}

func endsWithGlyph(l *line, cols int) bool {
	if l.content(cols-1) == 0 {
		kind, n := kindOf(l, cols-2)
		return kind == glyph && n == 2
	}
	kind, _ := kindOf(l, cols-1)
	return kind == glyph && l.width(cols-2) < 2
}

// row writes a row.
func (d *dumper) row(s *screen, y int) {
	l := s.row(y)
	flowing := y > 0 && l.wrapped && d.flows(s, y)
	if !flowing {
		d.prepare(s, l, y)
	}
	for x := 0; x < s.cols; {
		kind, n := kindOf(l, x)
		switch kind {
		case erased:
			n = d.erase(s, l, x, y)
		case glyph:
			if flowing && x == 0 {
				d.goOn(s, y)
			} else {
				d.moveTo(x, y)
			}
			d.setPen(l.penAt(x))
			d.write(l, x, n)
		case zero:
			d.moveTo(x, y)
			d.setPen(l.penAt(x))
			d.text(nothing)
			d.write(l, x, n)
		case widened:
			d.base(l, x, y)
		case overlaid:
			d.overlay(l, x, y)
		}
		x += n
	}
	if kind, _ := kindOf(l, s.cols-2); kind == widened {
		d.widen(l, s.cols-2, y)
	}
	clear(d.touched)
}

// goOn leaves it to the next character to begin row y.
func (d *dumper) goOn(s *screen, y int) {
	if s.row(y-1).content(s.cols-1) == blank { // it is a wide one that does not fit
		d.moveTo(s.cols-1, y-1)
	}
	d.y = y
}

// write writes what is in a cell; it takes n columns.
func (d *dumper) write(l *line, x, n int) {
	d.out = l.appendText(d.out, x)
	d.x = x + n
}

// nothing is a sequence that does nothing but to part characters.
const nothing = "\x1b\\"

// erase empties a run of cells of the same background and returns its length.
func (d *dumper) erase(s *screen, l *line, x, y int) int {
	bg, n, touched := l.cells[x].bg, 0, false
	for ; x+n < s.cols; n++ {
		if k, _ := kindOf(l, x+n); k != erased || l.cells[x+n].bg != bg {
			break
		}
		touched = touched || x+n < len(d.touched) && d.touched[x+n]
	}
	if bg == 0 && !touched {
		return n
	}
	d.moveTo(x, y)
	d.setBackground(bg)
	switch {
	case x+n == s.cols && x > 0:
		d.text("\x1b[K")
	case n == 1:
		d.text("\x1b[X")
	default:
		d.csi("X", n)
	}
	return n
}

func (d *dumper) tabs(s *screen) {
	var standard tabs
	standard.setFrom(0, s.cols)
	same := true
	for x := range s.cols {
		same = same && s.tabs.at(x) == standard.at(x)
	}
	if same {
		return
	}
	d.text("\x1b[3g")
	for x := range s.cols {
		if s.tabs.at(x) {
			d.position(x, 0)
			d.text("\x1bH")
		}
	}
}
