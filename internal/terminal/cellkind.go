package terminal

import "unicode/utf8"

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
	stray         // none of these: only a resize leaves such
)

// kindOf tells how a cell is made, and how many cells that takes.
func kindOf(l *line, x int) (kind, int) {
	if x >= len(l.cells) {
		return stray, 1
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
		return stray, 1
	case w == 0:
		return zero, 1
	case w == 2 && x == len(l.cells)-2 && l.width(x+1) == 1 && l.natural(x+1, 1):
		return overlaid, 2
	case w == 2 && (l.content(x+1) != 0 || x+1 >= len(l.cells) || l.penAt(x) != l.penAt(x+1)):
		return stray, 1
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
