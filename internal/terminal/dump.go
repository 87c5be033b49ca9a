package terminal

import (
	"fmt"
	"strconv"
)

// Dump is AppendDump into a new slice.
func (t *Terminal) Dump() []byte { return t.AppendDump(nil) }

// AppendDump appends a string that brings a new xterm.js of the same size, with the unicode11 add-on and `scrollback: 0`,
// or a new Terminal, into the terminal's state: what is on the screens, and all that decides what comes next, also in
// the middle of a sequence. A few states cannot be reached by any string, most of them after a resize: Compare tells.
// Bytes of a character that is not complete yet are not part of it.
func (t *Terminal) AppendDump(dst []byte) []byte {
	d := dumper{t: t, out: dst}
	d.titles()
	d.colours()
	d.turnRing()
	d.screen(&t.primary)
	if t.Alternate() {
		d.setPen(pen{})
		d.position(0, t.primary.y)
		d.text("\x1b[?47h")
		d.screen(&t.alternate)
	} else if t.alternate.saved != (savedCursor{}) {
		d.text("\x1b[?47h")
		d.slot(&t.alternate)
		d.text("\x1b[?47l")
	} else if t.modes.screenUsed {
		d.text("\x1b[?47l")
	}
	d.finish()
	d.sequence()
	return d.out
}

// dumper writes a dump and keeps track of the terminal that is going to read it.
type dumper struct {
	t    *Terminal
	out  []byte
	on   *screen // that is being written
	pen  pen
	x, y int
	// origin says that the origin mode is set already.
	origin bool
	// slotUsed says that the place where a cursor is saved was used for something else.
	slotUsed  bool
	addresses int    // bytes of links so far
	steps     []byte // room for changePen
	fresh     []byte
	touched   []bool // columns of the row being written that hold what is not meant to stay
}

func (d *dumper) text(s string) { d.out = append(d.out, s...) }

// csi writes a control sequence. A number that is 0 is left empty.
func (d *dumper) csi(final string, numbers ...int) {
	d.text("\x1b[")
	for i, n := range numbers {
		if i > 0 {
			d.text(";")
		}
		if n != 0 {
			d.out = strconv.AppendInt(d.out, int64(n), 10)
		}
	}
	d.text(final)
}

// moveTo puts the cursor on a cell.
func (d *dumper) moveTo(x, y int) {
	switch {
	case x == d.x && y == d.y:
		return
	case y == d.y && x > d.x && x-d.x == 1:
		d.text("\x1b[C")
	case y == d.y && x > d.x:
		d.csi("C", x-d.x)
	case x == 0 && y == d.y+1 && !d.on.row(y).wrapped:
		d.text("\r\n")
	case x == 0 && y == 0:
		d.text("\x1b[H")
	case x == 0:
		d.csi("H", y+1)
	default:
		d.position(x, y)
	}
	d.x, d.y = x, y
}

// position is moveTo in one way that always works.
func (d *dumper) position(x, y int) {
	d.csi("H", y+1, x+1)
	d.x, d.y = x, y
}

func (d *dumper) titles() {
	t := d.t
	if t.title != "" && t.title == t.icon {
		d.text("\x1b]0;" + t.title + "\a")
		return
	}
	if t.title != "" {
		d.text("\x1b]2;" + t.title + "\a")
	}
	if t.icon != "" {
		d.text("\x1b]1;" + t.icon + "\a")
	}
}

func (d *dumper) colours() {
	p := &d.t.palette
	some := false
	for i, c := range p[:foreground] {
		if c == 0 {
			continue
		}
		if !some {
			d.text("\x1b]4")
			some = true
		}
		d.out = fmt.Appendf(d.out, ";%d;#%06x", i, c&valueMask)
	}
	if some {
		d.text("\a")
	}
	for i, c := range p[foreground:] {
		if c != 0 {
			d.out = fmt.Appendf(d.out, "\x1b]%d;#%06x\a", 10+i, c&valueMask)
		}
	}
}

// turnRing scrolls the empty screen until its ring begins at the same slot: that decides what xterm.js loses when it
// wraps lines anew.
func (d *dumper) turnRing() {
	start, n := d.t.primary.lines.start, d.t.primary.lines.max()
	if start == 0 {
		return
	}
	beyond := 0 // an insertion of lines counts on beyond the last slot
	if start >= n {
		start, beyond = n-1, start%n+1
	}
	d.csi("H", d.t.rows)
	d.lineFeeds(start)
	if beyond > 0 && d.t.rows > 2 {
		d.csi("r", 1, d.t.rows-1)
		d.csi("H", d.t.rows-1)
		d.lineFeeds(beyond)
		d.text("\x1b[r")
	}
	d.position(0, 0)
}

func (d *dumper) lineFeeds(n int) {
	for range n {
		d.out = append(d.out, '\n')
	}
}
