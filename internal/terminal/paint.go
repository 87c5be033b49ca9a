package terminal

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// AppendPainted appends the first cols cells of a row as they look, for a terminal of another make: characters, SGR
// and CHA (ECMA-48, 8.3.117 and 8.3.9) and nothing else, whatever the row is made of. What the terminal thinks of a
// character's width does not move what comes after it. The row begins in the first column; attributes are off at its
// end, and what is right of it is as it was.
func (t *Terminal) AppendPainted(dst []byte, y, cols int) []byte {
	if y < 0 || y >= t.rows {
		return dst
	}
	l, now, placed := t.active.row(y), pen{}, true
	for x := 0; x < min(cols, t.cols, len(l.cells)); x += max(l.width(x), 1) {
		if !placed {
			dst = fmt.Appendf(dst, "\x1b[%dG", x+1)
		}
		if to := l.penAt(x); to != now {
			dst = appendPen(dst, now, to)
			now = to
		}
		from := len(dst)
		if dst = appendHarmless(dst, l.appendText(nil, x)); len(dst) == from || x+l.width(x) > cols {
			dst = append(dst[:from], ' ')
		}
		placed = len(dst) == from+1 // one byte is one column everywhere
	}
	return append(dst, "\x1b[m"...)
}

// appendPen appends the SGR between two pens.
func appendPen(dst []byte, from, to pen) []byte {
	steps := sgr{pen: from}
	steps.add(0)
	steps.change(to)
	return append(append(append(dst, "\x1b["...), steps.out...), 'm')
}

// appendHarmless appends text without what would steer a terminal or turn its direction.
func appendHarmless(dst, text []byte) []byte {
	const nonJoiner, joiner = '\u200c', '\u200d'
	for _, r := range string(text) {
		switch {
		case unicode.IsControl(r):
			dst = utf8.AppendRune(dst, utf8.RuneError)
		case unicode.Is(unicode.Cf, r) && r != joiner && r != nonJoiner:
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}
