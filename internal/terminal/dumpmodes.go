package terminal

import "fmt"

// modes sets what differs from a new terminal. The origin mode moves the cursor.
func (d *dumper) modes() {
	m := &d.t.modes
	var set []int
	for _, private := range []struct {
		on   bool
		mode int
	}{
		{m.appCursor, 1}, {m.origin, 6}, {m.blinkOption, 12}, {m.reverseWrap, 45}, {m.mouse != 0, m.mouse}, {m.focus, 1004},
		{m.mouseEncoding != 0, m.mouseEncoding}, {m.bracketedPaste, 2004}, {m.synchronized, 2026},
	} {
		if private.on {
			set = append(set, private.mode)
		}
	}
	if len(set) > 0 {
		d.text("\x1b[?")
		for i, mode := range set {
			if i > 0 {
				d.text(";")
			}
			d.out = fmt.Append(d.out, mode)
		}
		d.text("h")
	}
	d.origin = m.origin
	for _, sequence := range []struct {
		on   bool
		text string
	}{
		{m.noWrap, "\x1b[?7l"}, {m.cursorHidden, "\x1b[?25l"}, {m.appKeypad, "\x1b="}, {m.insert, "\x1b[4h"}, {m.newLine, "\x1b[20h"},
	} {
		if sequence.on {
			d.text(sequence.text)
		}
	}
	d.cursorStyle()
}

func (d *dumper) cursorStyle() {
	m := &d.t.modes
	if m.cursorBlink == blinkUnset {
		return
	}
	n := 7 // no shape
	if m.cursorShape != shapeUnset {
		n = 2*int(m.cursorShape) - 1
	}
	if m.cursorBlink == blinkOff {
		n++
	}
	d.csi(" q", n)
}

// sequence writes the begin of a sequence whose end is still to come.
func (d *dumper) sequence() {
	p := &d.t.parser
	switch p.state {
	case escape, escapeIntermediate:
		d.text("\x1b")
		d.collected(p.collect)
	case csiEntry, csiParam, csiIntermediate:
		d.text("\x1b[")
		d.parameters(p)
	case csiIgnore:
		d.text("\x1b[??")
	case dcsEntry, dcsParam, dcsIntermediate:
		d.text("\x1bP")
		d.parameters(p)
	case dcsIgnore:
		d.text("\x1bP??")
	case dcsPassthrough:
		d.text("\x1bPq")
	case ignoredString:
		d.text("\x1bX")
	case oscString:
		d.text("\x1b]")
		d.command(&p.osc)
	}
}

// collected writes prefix and intermediate bytes.
func (d *dumper) collected(bytes uint32) {
	for shift := 24; shift >= 0; shift -= 8 {
		if c := byte(bytes >> shift); c != 0 {
			d.out = append(d.out, c)
		}
	}
}

// parameters writes the prefix, the parameters and the intermediate bytes.
func (d *dumper) parameters(p *parser) {
	prefix, rest := splitCollected(p.collect)
	d.collected(prefix)
	v, begin := &p.params, len(d.out)
	for i, n := range v.all() {
		if i > 0 {
			d.text(";")
		}
		if n != 0 {
			d.out = fmt.Append(d.out, n)
		}
		for _, sub := range v.subsOf(i) {
			d.text(":")
			if sub >= 0 {
				d.out = fmt.Append(d.out, sub)
			}
		}
	}
	if v.full {
		d.text(";")
	}
	if v.inSub && v.subsFull {
		d.text(":")
	}
	if len(d.out) == begin && (p.state == csiParam || p.state == dcsParam) {
		d.text("0")
	}
	d.collected(rest)
}

// splitCollected parts the prefix byte from the intermediate ones.
func splitCollected(c uint32) (prefix, rest uint32) {
	for shift := 24; shift >= 0; shift -= 8 {
		if b := c >> shift & 0xff; b >= 0x3c && b <= 0x3f {
			return b, c & (1<<shift - 1)
		}
	}
	return 0, c
}

func (d *dumper) command(o *osc) {
	if o.part == oscFaulty {
		d.text("x")
		return
	}
	if o.id >= 0 {
		d.out = fmt.Append(d.out, o.id)
	}
	if o.part == oscText {
		d.text(";")
		if keepsText(o.id) {
			d.out = append(d.out, o.text...)
		}
	}
}
