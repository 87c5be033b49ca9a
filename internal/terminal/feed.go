package terminal

import "unicode/utf8"

// Feed takes output of a program, in UTF-8. A character may be split between calls; a byte that is part of none
// counts as U+FFFD.
func (t *Terminal) Feed(data []byte) {
	if len(t.partial) > 0 {
		data, t.partial = append(t.partial, data...), nil
	}
	for len(data) > 0 {
		if t.parser.state == ground {
			if n := t.text(data); n > 0 {
				data = data[n:]
				continue
			}
		}
		if n := t.parser.numbers(data); n > 0 {
			data = data[n:]
			continue
		}
		r, n := rune(data[0]), 1
		if r >= utf8.RuneSelf {
			if r, n = t.decode(data); n == 0 {
				return
			}
		}
		data = data[n:]
		t.step(r)
	}
}

// step takes a character that is part of a sequence, or a control.
func (t *Terminal) step(r rune) {
	if r == byteOrderMark {
		return
	}
	switch t.parser.step(r) {
	case printText:
		var b [utf8.UTFMax]byte
		t.text(b[:utf8.EncodeRune(b[:], r)])
		return
	case execute:
		if r < int32(len(controls)) && controls[r] != nil {
			controls[r](t)
		}
	case csiDispatch:
		if f := csiHandler(t.parser.id(r)); f != nil {
			f(t, &t.parser.params)
		}
	case escDispatch:
		t.escape(t.parser.id(r))
	case oscEnd:
		if id, text, ok := t.parser.osc.end(); ok && r != 0x18 && r != 0x1a {
			t.command(id, text)
		}
	case dcsUnhook:
	default:
		return
	}
	t.join = 0
}

// byteOrderMark is dropped wherever it is, as xterm.js's decoder does.
const byteOrderMark = '\ufeff'

// decode reads a character that is not ASCII. When its end is missing its bytes are kept, and the size is 0.
func (t *Terminal) decode(data []byte) (r rune, size int) {
	if r, size = utf8.DecodeRune(data); r == utf8.RuneError && size == 1 && !utf8.FullRune(data) {
		t.partial = append(t.partial, data...)
		return 0, 0
	}
	return r, size
}
