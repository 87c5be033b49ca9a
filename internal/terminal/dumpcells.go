package terminal

import "unicode/utf8"

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
			d.halve(l, x, x-1, x-1, y)
		}
	}
	if k, _ := kindOf(l, 0); k == leftover {
		d.halve(l, 0, 0, 1, y)
	}
}

// halve empties cell x with its attributes, as a half of a wide character at `from` of which the other half, at `over`,
// is overwritten.
func (d *dumper) halve(l *line, x, from, over, y int) {
	d.position(from, y)
	d.setPen(l.penAt(x))
	d.text(wideBlank)
	d.position(over, y)
	d.text(" ")
	d.touched[over], d.x = true, over+1
}

const wideBlank = "\u3000"

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
