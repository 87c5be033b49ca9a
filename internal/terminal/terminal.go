// Package terminal is a terminal without a display: it does with the same bytes what xterm.js 6 does, and writes its
// state as a string that makes xterm.js show the same (docs/terminal.md).
package terminal

// Bounds of a terminal's size. xterm.js knows no screen of fewer than two columns.
const (
	minCols = 2
	maxCols = 2000
	minRows = 1
	maxRows = 1000
)

// Terminal is xterm.js 6 with its unicode11 add-on and `scrollback: 0`. It must not be copied, and is not safe for
// concurrent use.
type Terminal struct {
	// OnLine, when set, is told of each row of the primary screen when the cursor leaves it by a line feed, an index
	// or by itself at the end of the row. The Line is valid until it returns.
	OnLine func(Line)

	cols, rows int
	primary    screen
	alternate  screen // has no lines while it is not shown
	active     *screen

	pen      pen
	join     joining
	charsets charsets
	modes    modes
	parser   parser
	partial  []byte // the begin of a character whose end has not come yet

	title, icon string
	palette     palette
	links       links
	interned    map[string]string
	scratch     []byte
}

// New makes a terminal as it is when it is switched on. Sizes out of bounds are clamped, as in Resize.
func New(cols, rows int) *Terminal {
	t := &Terminal{cols: clamp(cols, minCols, maxCols), rows: clamp(rows, minRows, maxRows)}
	t.parser.clear()
	t.reset()
	return t
}

// reset is what RIS (ESC c) does: titles, colours, and modes that are options of xterm.js stay.
func (t *Terminal) reset() {
	t.primary = newScreen(t.cols, t.rows, true)
	t.alternate = newScreen(t.cols, t.rows, false)
	t.active = &t.primary
	t.pen, t.join, t.charsets = pen{}, 0, charsets{}
	t.modes.reset()
	t.modes.mouse, t.modes.mouseEncoding = 0, 0
}

// Size is the number of columns and rows.
func (t *Terminal) Size() (cols, rows int) { return t.cols, t.rows }

// Cursor is where the next character goes, counted from 0, and whether the cursor is shown. When the last column was
// written, x is the number of columns or more: the next character goes to the next row.
func (t *Terminal) Cursor() (x, y int, visible bool) {
	return t.active.x, t.active.y, !t.modes.cursorHidden
}

// Title is the title that was set last.
func (t *Terminal) Title() string { return t.title }

// Alternate says whether the alternate screen is shown.
func (t *Terminal) Alternate() bool { return t.active == &t.alternate }

// Rows is the text of the screen, row by row, without empty cells at the ends: as xterm.js's translateToString(true).
func (t *Terminal) Rows() []string {
	rows := make([]string, t.rows)
	for y := range rows {
		t.scratch = t.active.row(y).appendTo(t.scratch[:0])
		rows[y] = string(t.scratch)
	}
	return rows
}

// AppendRow appends the text of a row, as Rows gives it.
func (t *Terminal) AppendRow(dst []byte, y int) []byte {
	if y < 0 || y >= t.rows {
		return dst
	}
	return t.active.row(y).appendTo(dst)
}

// Line is a row that the cursor leaves.
type Line struct {
	line *line
	// Wrapped says that the text goes on in the next row, since it did not fit.
	Wrapped bool
}

// AppendText appends the row's text without empty cells at its end.
func (l Line) AppendText(dst []byte) []byte { return l.line.appendTo(dst) }

func clamp(n, low, high int) int { return min(max(n, low), high) }
