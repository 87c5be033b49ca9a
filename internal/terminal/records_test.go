package terminal

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// records are a terminal's state as text and bytes, in the form that testdata/xterm.mjs gives it. What is marked with
// ~ nothing shows: only a later resize, or an edit after one, brings it out.
type records []record

type record struct {
	key   string
	value []byte
}

func (r *records) put(key string, values ...any) {
	text := make([]string, len(values))
	for i, v := range values {
		if b, ok := v.(bool); ok {
			v = map[bool]int{true: 1}[b]
		}
		text[i] = fmt.Sprint(v)
	}
	*r = append(*r, record{key, []byte(strings.Join(text, " "))})
}

// stateOf is our terminal's state.
func stateOf(t *Terminal) records {
	var r records
	m := t.modes
	r.put("size", t.cols, t.rows)
	r.put("screen", map[bool]string{true: "alternate", false: "primary"}[t.Alternate()])
	r.screen("primary", &t.primary, !t.Alternate(), t.cols, t.rows)
	r.screen("alternate", &t.alternate, t.Alternate(), t.cols, t.rows)
	r.put("pen", t.pen.fg, t.pen.bg, t.pen.under, t.pen.link != 0)
	c := t.charsets
	r.put("charsets", c.level, charsetText(c.used), charsetText(c.g[0]), charsetText(c.g[1]), charsetText(c.g[2]), charsetText(c.g[3]))
	r.put("modes", m.insert, m.origin, !m.noWrap, m.appCursor, m.appKeypad)
	r.put("more modes", m.bracketedPaste, m.focus, m.reverseWrap, m.synchronized)
	r.put("mouse", map[int]string{0: "NONE", 9: "X10", 1000: "VT200", 1002: "DRAG", 1003: "ANY"}[m.mouse],
		map[int]string{0: "DEFAULT", 1006: "SGR", 1016: "SGR_PIXELS"}[m.mouseEncoding])
	r.put("cursor", m.cursorHidden, []string{"", "block", "underline", "bar"}[m.cursorShape],
		[]string{"", "true", "false"}[m.cursorBlink], m.blinkOption, m.newLine)
	r.put("~screen used", m.screenUsed)
	r.put("title", t.title)
	r.put("icon", t.icon)
	var colours []any
	for i, c := range t.palette {
		if c != 0 {
			colours = append(colours, fmt.Sprintf("%d=%d,%d,%d", i, c>>16&255, c>>8&255, c&255))
		}
	}
	r.put("palette", colours...)
	r.parser(t)
	return r
}

func (r *records) screen(name string, s *screen, active bool, cols, rows int) {
	r.put(name+" row", s.y)
	r.put(map[bool]string{true: "~"}[!active]+name+" column", s.x)
	r.put(name+" margins", s.top, s.bottom)
	r.put(name+" tabs", s.tabs.list(0, cols)...)
	r.put("~"+name+" tabs", s.tabs.list(cols, maxCols+1)...)
	y := clamp(s.saved.y-s.base, 0, rows-1)
	r.put(name+" saved", min(s.saved.x, cols-1), y, s.saved.fg, s.saved.bg, charsetText(s.saved.charset))
	r.put("~"+name+" saved", s.saved.x, s.saved.y)
	start, slots := s.lines.start, s.lines.max()
	r.put("~"+name+" ring", s.base, s.base, s.lines.length, slots)
	r.put("~"+name+" slot", start%slots, start >= slots)
	if s.lines.length == 0 {
		return
	}
	for y := range rows {
		l := s.lines.slot(s.base + y)
		if l == nil {
			r.put(fmt.Sprintf("%s row %d", name, y), "no line")
			continue
		}
		*r = append(*r, record{fmt.Sprintf("%s row %d", name, y), rowBytes(l, 0, cols)})
		if len(l.cells) > cols {
			*r = append(*r, record{fmt.Sprintf("~%s row %d", name, y), rowBytes(l, cols, len(l.cells))})
		}
	}
}

func (t *tabs) list(from, to int) (all []any) {
	for x := from; x < to; x++ {
		if t.at(x) {
			all = append(all, x)
		}
	}
	return all
}

func rowBytes(l *line, from, to int) []byte {
	var b []byte
	to = min(to, len(l.cells))
	for _, c := range l.cells[from:to] {
		for _, v := range []uint32{c.content, c.fg, c.bg} {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
	}
	if l.wrapped {
		b = append(b, "wrapped"...)
	}
	for i := from; i < to; i++ {
		if l.cells[i].content&joinedFlag != 0 {
			b = fmt.Appendf(b, "\n%d %s", i, l.texts[i])
		}
		if l.cells[i].bg&extended != 0 {
			e := l.extra(i)
			b = fmt.Appendf(b, "\n%d extra %d %d", i, e.under, min(e.link, 1))
		}
	}
	return b
}

func charsetText(c charset) string {
	if c == 0 {
		return "ascii"
	}
	var b strings.Builder
	for from, to := range charsetTables[c] {
		if to != 0 {
			b.WriteRune(rune(from))
			b.WriteRune(to)
		}
	}
	return b.String()
}

func (r *records) parser(t *Terminal) {
	p := &t.parser
	r.put("~joining", t.join)
	r.put("parser", p.state)
	if p.inSequence() || p.state == escape || p.state == escapeIntermediate {
		r.put("collected", p.collect)
	}
	if p.inSequence() {
		var all []any
		for i, v := range p.params.all() {
			all = append(all, v)
			if subs := p.params.subsOf(i); len(subs) > 0 {
				all = append(all, subs)
			}
		}
		text, _ := json.Marshal(all)
		r.put("params", string(text), p.params.full, p.params.inSub)
	}
	if p.state != oscString {
		return
	}
	id := p.osc.id
	if p.osc.part == oscFaulty {
		id = 0
	}
	r.put("osc", p.osc.part, id)
	if p.osc.part == oscText && (keepsText(id) || id >= 110 && id <= 112) {
		r.put("osc text", string(p.osc.text))
	}
}

// differences lists the records in which two states differ. Those marked with ~ count when two states are to be the
// same for ever, or all of them when two terminals were fed the same from the start.
func differences(got, want records, counts func(key string) bool) (keys []string) {
	a, b := got.byKey(), want.byKey()
	for _, r := range slices.Concat(want, got) {
		if counts(r.key) && !bytes.Equal(a[r.key], b[r.key]) && !slices.Contains(keys, r.key) {
			keys = append(keys, r.key)
		}
	}
	return keys
}

func all(string) bool       { return true }
func shown(key string) bool { return key[0] != '~' }

// lasting leaves out what nothing ever depends on, beside what a screen that is not shown does not use.
func lasting(key string) bool {
	switch key {
	case "~primary column", "~alternate column", "~alternate slot", "~screen used":
		return false
	}
	return true
}

func (r records) byKey() map[string][]byte {
	m := make(map[string][]byte, len(r))
	for _, r := range r {
		m[r.key] = r.value
	}
	return m
}

// explain shows how two states differ.
func explain(got, want records, keys []string) string {
	a, b := got.byKey(), want.byKey()
	var out strings.Builder
	for i, key := range keys {
		if i == 6 {
			fmt.Fprintf(&out, "  and %d more\n", len(keys)-i)
			break
		}
		if strings.Contains(key, " row ") {
			fmt.Fprintf(&out, "  %s:\n%s", key, explainRow(a[key], b[key]))
			continue
		}
		fmt.Fprintf(&out, "  %s: %q, want %q\n", key, a[key], b[key])
	}
	return out.String()
}

func explainRow(got, want []byte) string {
	var out strings.Builder
	cells := min(len(got), len(want)) / 12
	for i, shown := 0, 0; i < cells && shown < 8; i++ {
		g, w := got[i*12:i*12+12], want[i*12:i*12+12]
		if !bytes.Equal(g, w) {
			fmt.Fprintf(&out, "    cell %d: %s, want %s\n", i, cellText(g), cellText(w))
			shown++
		}
	}
	if out.Len() == 0 {
		fmt.Fprintf(&out, "    %q, want %q\n", lastBytes(got), lastBytes(want))
	}
	return out.String()
}

func lastBytes(b []byte) []byte { return b[max(0, len(b)-60):] }

func cellText(b []byte) string {
	u := binary.LittleEndian.Uint32
	c := u(b)
	return fmt.Sprintf("%q width %d fg %#x bg %#x joined %v", rune(c&codeMask), c>>widthShift, u(b[4:]), u(b[8:]), c&joinedFlag != 0)
}
