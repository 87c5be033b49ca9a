package terminal

import "unicode/utf8"

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

// kind is what a cell is made with.
type kind uint8

const (
	erased   kind = iota
	glyph         // a character that takes its columns
	zero          // one that takes no column, but has a cell, since it follows none
	orphan        // the second half of a wide character whose first half is gone
	leftover      // an empty cell with attributes: of a wide character of which a half was overwritten
	widened       // one that was joined to a wide character which was dropped at the end of the row
	overlaid      // a wide character of which the second half was overwritten at the end of the row
	odd           // none of these: only a resize leaves such
)

// kindOf tells how a cell is made, and how many cells that takes.
func kindOf(l *line, x int) (kind, int) {
	if x >= len(l.cells) {
		return odd, 1
	}
	c := l.cells[x]
	w := int(c.content >> widthShift)
	switch {
	case c.content == blank && c.fg == 0 && c.bg&^colourMask == 0:
		return erased, 1
	case c.content == blank:
		return leftover, 1
	case c.content == 0:
		return orphan, 1
	case w == 2 && x == len(l.cells)-2 && l.widened(x):
		return widened, 1
	case c.content&contentMask == 0 || !l.natural(x, w):
		return odd, 1
	case w == 0:
		return zero, 1
	case w == 2 && x == len(l.cells)-2 && l.width(x+1) == 1 && l.natural(x+1, 1):
		return overlaid, 2
	case w == 2 && (l.content(x+1) != 0 || x+1 >= len(l.cells) || l.penAt(x) != l.penAt(x+1)):
		return odd, 1
	}
	return glyph, w
}

// natural says that a cell's text takes w columns when it is written.
func (l *line) natural(x, w int) bool {
	if c := l.cells[x].content; c&joinedFlag == 0 {
		return width(rune(c&codeMask)) == w
	}
	first, size := utf8.DecodeRuneInString(l.texts[x])
	return size > 0 && size < len(l.texts[x]) && width(first) == w && w > 0
}

// widened says that a cell's text does not take two columns when it is written.
func (l *line) widened(x int) bool {
	if c := l.cells[x].content; c&joinedFlag == 0 {
		return width(rune(c&codeMask)) == 0
	}
	first, size := utf8.DecodeRuneInString(l.texts[x])
	return size > 0 && width(first) < 2
}

// prepared says that some of a row's cells must be made before the others.
func prepared(l *line, cols int) bool {
	for x := range cols {
		if k, _ := kindOf(l, x); k == leftover || k == orphan && !(x > 0 && l.width(x-1) == 2) {
			return true
		}
	}
	return false
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
		switch {
		case flowing && x == 0:
			if s.row(y-1).content(s.cols-1) == blank {
				d.moveTo(s.cols-1, y-1)
			}
			d.setPen(l.penAt(0))
			d.y = y
		case kind == erased:
			n = d.erase(s, l, x, y)
			x += n
			continue
		case kind == glyph || kind == zero:
			d.moveTo(x, y)
			d.setPen(l.penAt(x))
			if kind == zero {
				d.text(nothing)
			}
		case kind == widened:
			d.base(l, x, y)
			x++
			continue
		case kind == overlaid:
			d.overlay(l, x, y)
			x += n
			continue
		default:
			x += n
			continue
		}
		d.out = l.appendText(d.out, x)
		x += n
		d.x = x
	}
	if k, _ := kindOf(l, s.cols-2); k == widened {
		d.widen(l, s.cols-2, y)
	}
	for x := range d.touched {
		d.touched[x] = false
	}
}

// base writes the first character of a cell that is going to be widened, if that takes a column.
func (d *dumper) base(l *line, x, y int) {
	if first, _ := utf8.DecodeRune(l.appendText(nil, x)); width(first) == 1 {
		d.moveTo(x, y)
		d.setPen(l.penAt(x))
		d.text(string(first))
		d.x = x + 1
	}
}

// widen joins the rest of a cell to a wide character that is dropped at the end of the row.
func (d *dumper) widen(l *line, x, y int) {
	text := l.appendText(nil, x)
	if first, size := utf8.DecodeRune(text); width(first) == 1 {
		text = text[size:]
	}
	d.position(x+1, y)
	d.text("\x1b[?7l" + wideBlank + string(text) + "\x1b[?7h")
}

// overlay writes a wide character and another one over its second half, where the row does not wrap.
func (d *dumper) overlay(l *line, x, y int) {
	d.position(x, y)
	d.text("\x1b[?7l")
	d.setPen(l.penAt(x))
	d.out = l.appendText(d.out, x)
	d.setPen(l.penAt(x + 1))
	d.out = l.appendText(d.out, x+1)
	d.text("\x1b[?7h")
	d.x = x + 2
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

// prepare makes the cells of a row that take others to make them: first the halves without a whole, which are moved
// to their place, then the empty cells with attributes, from the right, since each takes the cell on its left.
func (d *dumper) prepare(s *screen, l *line, y int) {
	if !prepared(l, s.cols) {
		return
	}
	if d.touched == nil {
		d.touched = make([]bool, s.cols)
	}
	half := false // of a whole
	for x := range s.cols {
		k, n := kindOf(l, x)
		if k == orphan && !half && x >= 2 {
			d.position(x-2, y)
			d.setPen(l.penAt(x))
			d.text(wideBlank)
			d.position(x-1, y)
			d.setBackground(0)
			d.text("\x1b[@")
		}
		half = k == glyph && n == 2
	}
	for x := s.cols - 1; x > 0; x-- {
		if k, _ := kindOf(l, x); k == leftover {
			d.position(x-1, y)
			d.setPen(l.penAt(x))
			d.text(wideBlank)
			d.position(x-1, y)
			d.text(" ")
			d.touched[x-1], d.x = true, x
		}
	}
	if k, _ := kindOf(l, 0); k == leftover {
		d.position(0, y)
		d.setPen(l.penAt(0))
		d.text(wideBlank)
		d.position(1, y)
		d.text(" ")
		d.touched[1], d.x = true, 2
	}
}

const wideBlank = "\u3000"

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
