package terminal

import (
	"maps"
	"slices"
	"unicode/utf8"
)

const (
	maxCellText = 1 << 10  // bytes of a character with its combining ones; xterm.js has no bound
	maxLineText = 32 << 10 // of all such characters of a line
)

// line is a row of cells. After a resize it may be longer than the screen is wide: what is right of the screen is
// kept, as xterm.js keeps it.
type line struct {
	cells   []cell
	extras  []extra        // empty as long as no cell has one, else as long as cells; valid where the cell says so
	texts   map[int]string // of cells with joinedFlag; others may linger here, as in xterm.js
	size    int            // bytes in texts
	wrapped bool           // the row above goes on here
}

func newLine(cols int, p pen) *line {
	l := &line{cells: make([]cell, cols)}
	l.fill(p)
	return l
}

// content is 0 outside of the line, as an array of JavaScript has it.
func (l *line) content(i int) uint32 {
	if uint(i) < uint(len(l.cells)) {
		return l.cells[i].content
	}
	return 0
}

func (l *line) width(i int) int { return int(l.content(i) >> widthShift) }

// isHalf says that a cell is, or was, the second half of a wide character.
func (l *line) isHalf(i int) bool { return l.content(i) == 0 }

func (l *line) protected(i int) bool {
	return uint(i) < uint(len(l.cells)) && l.cells[i].bg&protected != 0
}

// set writes a cell. Outside of the line nothing happens.
func (l *line) set(i int, content uint32, p *pen) {
	if uint(i) >= uint(len(l.cells)) {
		return
	}
	if p.bg&extended != 0 {
		l.setExtra(i, p.extra)
	}
	l.cells[i] = cell{content, p.fg, p.bg}
}

func (l *line) clear(i int, p *pen) { l.set(i, blank, p) }

func (l *line) setExtra(i int, e extra) {
	if len(l.extras) == 0 {
		l.extras = slices.Grow(l.extras, cap(l.cells))[:len(l.cells)]
	}
	l.extras[i] = e
}

// extra is what a cell has beside its attributes.
func (l *line) extra(i int) extra {
	if l.cells[i].bg&extended == 0 {
		return extra{}
	}
	return l.extras[i]
}

// penAt is the pen that a cell was written with.
func (l *line) penAt(i int) pen {
	c := l.cells[i]
	return pen{c.fg, c.bg, l.extra(i)}
}

// setText keeps the text of a cell. It is false when that would be too much for the line.
func (l *line) setText(i int, s string) bool {
	size := l.size + len(s) - len(l.texts[i])
	if len(s) > maxCellText || size > maxLineText {
		return false
	}
	if l.texts == nil {
		l.texts = make(map[int]string)
	}
	l.texts[i], l.size = s, size
	return true
}

// textsFrom lists the cells from x on that have a text, in order.
func (l *line) textsFrom(x int) []int {
	if len(l.texts) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(l.texts)), func(i int) bool { return i < x })
}

// appendText appends the text of a cell; nothing when it is empty.
func (l *line) appendText(dst []byte, i int) []byte {
	switch c := l.content(i); {
	case c&joinedFlag != 0:
		return append(dst, l.texts[i]...)
	case c&codeMask != 0:
		return utf8.AppendRune(dst, rune(c&codeMask))
	}
	return dst
}

// fill makes all cells empty.
func (l *line) fill(p pen) {
	clear(l.texts)
	l.size = 0
	l.extras = l.extras[:0]
	l.set(0, blank, &p)
	for n := 1; n < len(l.cells); n *= 2 {
		copy(l.cells[n:], l.cells[:n])
	}
	if p.bg&extended != 0 {
		for i := range l.extras {
			l.extras[i] = p.extra
		}
	}
}

// renew makes a line a new one of the given length.
func (l *line) renew(cols int, p pen, wrapped bool) {
	if cap(l.cells) < cols {
		l.cells = make([]cell, cols)
	}
	l.cells = l.cells[:cols]
	l.wrapped = wrapped
	l.fill(p)
}

// resize cuts a line, or makes it longer with empty cells.
func (l *line) resize(cols int) {
	old := len(l.cells)
	l.cells = slices.Grow(l.cells, max(cols-old, 0))[:cols]
	if len(l.extras) > 0 {
		l.extras = slices.Grow(l.extras, max(cols-old, 0))[:cols]
	}
	for i := old; i < cols; i++ {
		l.cells[i] = cell{content: blank}
	}
	if cols < old {
		maps.DeleteFunc(l.texts, func(i int, s string) bool {
			if i >= cols {
				l.size -= len(s)
			}
			return i >= cols
		})
	}
}

// used is the length of a line without the empty cells at its end.
func (l *line) used() int {
	for i := len(l.cells) - 1; i >= 0; i-- {
		if c := l.cells[i].content; c&contentMask != 0 {
			return i + int(c>>widthShift)
		}
	}
	return 0
}

// appendTo appends the line as text: as xterm.js's translateToString(true) does.
func (l *line) appendTo(dst []byte) []byte {
	for i, end := 0, l.used(); i < end; {
		n := len(dst)
		if dst = l.appendText(dst, i); len(dst) == n {
			dst = append(dst, ' ')
		}
		i += max(l.width(i), 1)
	}
	return dst
}
