package main

import (
	"fmt"
	"io"

	"tapedeck/internal/terminal"
)

// What a terminal is told before and after a recording is shown on it: another screen (private mode 1049) without
// wrapping at the end of a row (7) and, now and then, without a cursor (25).
const (
	viewBegin = "\x1b[?1049h\x1b[?7l\x1b[?25l\x1b[m\x1b[2J"
	viewEnd   = "\x1b[m\x1b[?7h\x1b[?25h\x1b[?1049l"
)

// view draws screens on a person's terminal. Nothing of the recording is passed on to that but what its cells look
// like.
type view struct {
	out  io.Writer
	size func() (cols, rows int)

	cols, rows int
	drawn      []string // what stands in each row, "" for nothing
	cursor     string
}

// draw draws what is new. The status has the last row, where the recording leaves room for it. Of a recording that is
// larger than the terminal, the part with the cursor's row is drawn.
func (v *view) draw(t *terminal.Terminal, status string) error {
	out := []byte(v.fit())
	tCols, tRows := t.Size()
	x, y, visible := t.Cursor()
	top := max(0, min(y, tRows-1)-v.rows+1)
	var row []byte
	for i := range v.rows {
		row = row[:0]
		switch {
		case top+i < tRows:
			row = t.AppendPainted(row, top+i, v.cols)
		case i == v.rows-1:
			row = append(row, "\x1b[7m"+fit(status, v.cols)+"\x1b[m"...)
		}
		if string(row) != v.drawn[i] {
			v.drawn[i] = string(row)
			out = fmt.Appendf(out, "\x1b[%dH\x1b[2K%s", i+1, row)
		}
	}
	cursor := "\x1b[?25l"
	if x = min(x, tCols-1); visible && x < v.cols && y-top < v.rows {
		cursor = fmt.Sprintf("\x1b[%d;%dH\x1b[?25h", y-top+1, x+1)
	}
	if len(out) == 0 && cursor == v.cursor {
		return nil
	}
	v.cursor = cursor
	_, err := fmt.Fprintf(v.out, "\x1b[?25l%s%s", out, cursor)
	return err
}

// fit begins anew when the terminal has another size than before.
func (v *view) fit() string {
	cols, rows := v.size()
	if cols == v.cols && rows == v.rows {
		return ""
	}
	v.cols, v.rows, v.drawn = cols, rows, make([]string, rows)
	return "\x1b[m\x1b[2J"
}
