package tape

import (
	"strconv"

	"tapedeck/internal/terminal"
)

// lookEvery is how often, in ms, the alternate screen is looked at: programs that draw there have no lines.
const lookEvery = 1000

// maxText is how many bytes of lines a segment has at most: a few bytes of output can say a long line again and again.
const maxText = 8 << 20

// transcript writes down what the screen said: each line of the primary screen when the cursor leaves it, and what
// is new on the alternate screen once a second. A line of it is "MS<TAB>TEXT<LF>".
type transcript struct {
	term   *terminal.Terminal
	now    int64  // ms
	text   []byte // of the segment that grows
	looked int64  // when the alternate screen was looked at, -1 for never
	seen   map[string]bool
	row    []byte
}

func (t *transcript) watch(term *terminal.Terminal) {
	t.term, t.looked, t.seen = term, -lookEvery, map[string]bool{}
	term.OnLine = func(l terminal.Line) {
		t.row = l.AppendText(t.row[:0])
		t.write(t.row)
	}
}

func (t *transcript) at(ms int64) { t.now = ms }

// look looks at the alternate screen when it is its time.
func (t *transcript) look() {
	switch {
	case !t.term.Alternate():
		if t.looked >= 0 {
			t.looked = -lookEvery
			clear(t.seen)
		}
	case t.now-t.looked >= lookEvery:
		t.looked = t.now
		t.screen()
	}
}

// screen writes the rows of the screen that were not on it when it was looked at before.
func (t *transcript) screen() {
	_, rows := t.term.Size()
	now := make(map[string]bool, rows)
	for y := range rows {
		t.row = t.term.AppendRow(t.row[:0], y)
		if !t.seen[string(t.row)] && !now[string(t.row)] {
			t.write(t.row)
		}
		now[string(t.row)] = true
	}
	t.seen = now
}

// rest writes what stands on the screen at the end.
func (t *transcript) rest(term *terminal.Terminal) {
	if !term.Alternate() {
		clear(t.seen)
	}
	_, y, _ := term.Cursor()
	_, rows := term.Size()
	if term.Alternate() {
		t.screen()
		return
	}
	for ; y < rows; y++ {
		t.row = term.AppendRow(t.row[:0], y)
		t.write(t.row)
	}
}

func (t *transcript) write(row []byte) {
	if len(row) == 0 || len(t.text) > maxText {
		return
	}
	t.text = strconv.AppendInt(t.text, t.now, 10)
	t.text = append(t.text, '\t')
	t.text = append(t.text, row...)
	t.text = append(t.text, '\n')
}

// take is what was written since it was called before.
func (t *transcript) take() []byte {
	text := t.text
	t.text = t.text[:0]
	return text
}
