package reel

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"tapedeck/internal/display"
)

// Bounds of what is kept of keys and clipboard.
const (
	maxTyped     = 8 << 20 // bytes of lines of a segment
	maxClipboard = 1 << 20 // bytes of one clipboard
	maxClips     = 16      // open at a time
)

// typed writes down what was typed and what the clipboard got, as JSON lines. It may hold passwords: it never goes
// where the picture goes.
type typed struct {
	lines []byte
	clips map[int]*clip
}

type clip struct {
	mimetype string
	data     []byte
	size     int
}

// line is one of keys.gz.
type line struct {
	Ms        int64   `json:"ms"`
	Key       *int    `json:"key,omitempty"`
	Char      string  `json:"char,omitempty"`
	Name      string  `json:"name,omitempty"`
	Pressed   *bool   `json:"pressed,omitempty"`
	Clipboard string  `json:"clipboard,omitempty"`
	Text      *string `json:"text,omitempty"`
	Bytes     *int    `json:"bytes,omitempty"`
}

// write adds a line, if there is room.
func (t *typed) write(l line) bool {
	if len(t.lines) > maxTyped {
		return false
	}
	b, err := json.Marshal(l)
	if err != nil {
		panic(err) // a struct of strings and numbers
	}
	t.lines = append(append(t.lines, b...), '\n')
	return true
}

// take is what was written since it was called before.
func (t *typed) take() []byte {
	lines := t.lines
	t.lines = t.lines[:0]
	return lines
}

func (w *Writer) key(args [][]byte) {
	if len(args) < 2 {
		w.left["invalid"]++
		return
	}
	keysym, err := display.Number(args[0])
	if err != nil {
		w.left["invalid"]++
		return
	}
	pressed := string(args[1]) != "0"
	l := line{Ms: w.clock.ms, Key: &keysym, Pressed: &pressed}
	if len(args) > 2 {
		l.Ms = w.clock.at(args[2])
	}
	if l.Char = character(keysym); l.Char == "" {
		l.Name = keyNames[keysym]
	}
	if !w.typed.write(l) {
		w.left["keys"]++
	}
}

// character is what a keysym types: Latin-1 as it is, the rest of Unicode from 0x1000000 on (X11, appendix A).
func character(keysym int) string {
	switch {
	case keysym >= 0x20 && keysym <= 0x7e, keysym >= 0xa0 && keysym <= 0xff:
		return string(rune(keysym))
	case keysym >= 0x1000100 && keysym <= 0x110ffff && utf8.ValidRune(rune(keysym-0x1000000)):
		return string(rune(keysym - 0x1000000))
	}
	return ""
}

func (w *Writer) clipboard(args [][]byte) {
	n, err := 0, error(display.ErrInvalid)
	if len(args) >= 2 {
		n, err = display.Number(args[0])
	}
	if err != nil {
		w.left["invalid"]++
		return
	}
	w.taken(args[0])
	if len(w.typed.clips) >= maxClips {
		w.left["bounds"]++
		return
	}
	if w.typed.clips == nil {
		w.typed.clips = map[int]*clip{}
	}
	w.typed.clips[n] = &clip{mimetype: string(args[1][:min(200, len(args[1]))])}
}

func (t *typed) blob(n int, encoded []byte) (known bool) {
	c := t.clips[n]
	if c == nil {
		return false
	}
	data, err := base64.StdEncoding.AppendDecode(nil, encoded)
	if err == nil && len(c.data)+len(data) <= maxClipboard {
		c.data = append(c.data, data...)
	}
	c.size += len(data)
	return true
}

func (t *typed) drop(n int) { delete(t.clips, n) }

func (t *typed) end(n int, ms int64) (known bool) {
	c := t.clips[n]
	if c == nil {
		return false
	}
	t.drop(n)
	l := line{Ms: ms, Clipboard: c.mimetype}
	if text := string(c.data); strings.HasPrefix(c.mimetype, "text/") && utf8.ValidString(text) && c.size == len(c.data) {
		l.Text = &text
	} else {
		l.Bytes = &c.size
	}
	t.write(l)
	return true
}

// keyNames are keys without a character, as X11 names them.
var keyNames = map[int]string{
	0xff08: "BackSpace", 0xff09: "Tab", 0xff0a: "Linefeed", 0xff0d: "Return", 0xff13: "Pause", 0xff14: "Scroll_Lock", 0xff1b: "Escape",
	0xff50: "Home", 0xff51: "Left", 0xff52: "Up", 0xff53: "Right", 0xff54: "Down", 0xff55: "Page_Up", 0xff56: "Page_Down", 0xff57: "End",
	0xff61: "Print", 0xff63: "Insert", 0xff67: "Menu", 0xff7f: "Num_Lock", 0xff8d: "KP_Enter", 0xffaa: "KP_Multiply", 0xffab: "KP_Add",
	0xffad: "KP_Subtract", 0xffae: "KP_Decimal", 0xffaf: "KP_Divide", 0xffb0: "KP_0", 0xffb1: "KP_1", 0xffb2: "KP_2", 0xffb3: "KP_3",
	0xffb4: "KP_4", 0xffb5: "KP_5", 0xffb6: "KP_6", 0xffb7: "KP_7", 0xffb8: "KP_8", 0xffb9: "KP_9", 0xffbe: "F1", 0xffbf: "F2", 0xffc0: "F3",
	0xffc1: "F4", 0xffc2: "F5", 0xffc3: "F6", 0xffc4: "F7", 0xffc5: "F8", 0xffc6: "F9", 0xffc7: "F10", 0xffc8: "F11", 0xffc9: "F12",
	0xffe1: "Shift_L", 0xffe2: "Shift_R", 0xffe3: "Control_L", 0xffe4: "Control_R", 0xffe5: "Caps_Lock", 0xffe7: "Meta_L", 0xffe8: "Meta_R",
	0xffe9: "Alt_L", 0xffea: "Alt_R", 0xffeb: "Super_L", 0xffec: "Super_R", 0xffff: "Delete", 0xfe03: "ISO_Level3_Shift",
}
