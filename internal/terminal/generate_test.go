package terminal

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes sessions of everything that xterm.js knows, and of what it does not. The same seed makes the same
// session.
type generator struct {
	*rand.Rand
	cols, rows int
	weights    []int // of the kinds, so that sessions differ in what they are full of
}

// generate makes a session. A step is one sequence or one piece of text, or a part of it where it is cut.
func generate(seed uint64, steps int) session {
	g := generator{Rand: rand.New(rand.NewPCG(seed, 1))}
	g.cols, g.rows = 2+g.IntN(40), 1+g.IntN(14)
	if g.IntN(8) == 0 {
		g.cols, g.rows = 80, 24
	}
	for range kinds {
		g.weights = append(g.weights, g.IntN(6)*g.IntN(4))
	}
	g.weights[0] += 5
	g.weights[1] += 2
	if g.IntN(2) == 0 {
		g.weights[len(kinds)-1] = 0 // no resizes
	}
	s := session{name: fmt.Sprintf("seed %d", seed), cols: g.cols, rows: g.rows}
	for len(s.steps) < steps {
		st := g.step()
		if st.cols == 0 && len(st.text) > 1 && g.IntN(12) == 0 {
			at := 1 + g.IntN(len(st.text)-1)
			s.steps = append(s.steps, step{text: st.text[:at]})
			st.text = st.text[at:]
		}
		st.check = g.IntN(steps) < 3
		s.steps = append(s.steps, st)
	}
	return s
}

var kinds = []func(*generator) string{
	(*generator).words, (*generator).control, (*generator).wideText, (*generator).position, (*generator).edit, (*generator).colours,
	(*generator).modes, (*generator).screens, (*generator).cursors, (*generator).escapes, (*generator).strings, (*generator).anyCSI,
	(*generator).oddText, (*generator).fullLine,
	nil, // a resize
}

func (g *generator) step() step {
	total := 0
	for _, w := range g.weights {
		total += w
	}
	n := g.IntN(total)
	for i, w := range g.weights {
		if n -= w; n >= 0 {
			continue
		}
		if kinds[i] == nil {
			return g.resize()
		}
		return step{text: kinds[i](g)}
	}
	panic("unreachable")
}

func (g *generator) resize() step {
	switch g.IntN(4) {
	case 0:
		g.cols = max(2, g.cols+g.IntN(5)-2)
	case 1:
		g.rows = max(1, g.rows+g.IntN(5)-2)
	case 2:
		g.cols, g.rows = 2+g.IntN(50), 1+g.IntN(20)
	default:
		g.cols, g.rows = max(2, g.cols+g.IntN(21)-10), max(1, g.rows+g.IntN(11)-5)
	}
	return step{cols: g.cols, rows: g.rows}
}

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

func (g *generator) words() string {
	var b strings.Builder
	for range 1 + g.IntN(8) {
		for range 1 + g.IntN(9) {
			b.WriteByte(byte('!' + g.IntN(94)))
		}
		b.WriteString(pick(g, " ", " ", "  ", "\r\n", "\n", ""))
	}
	return b.String()
}

func (g *generator) fullLine() string {
	n := g.cols * (1 + g.IntN(3))
	return strings.Repeat(string(rune('a'+g.IntN(26))), n+g.IntN(3)-1) + pick(g, "", "\r\n", "\n", "\r")
}

var pieces = []string{"中", "文字", "한", "ａ", "　", "é", "e\u0301", "o\u0308\u0323", "👩‍👩‍👧", "🇵🇱", "👍🏽", "❤️", "ก็", "नि", "│", "─┐", "\u200b", "\u200d",
	"\u0301", "\ufe0f", "😀", "𝒳", "\U000e0100", "ｶﾞ", "̂̂̂", "\u0300中", "A\u0300\u0301\u0302"}

func (g *generator) wideText() string {
	var b strings.Builder
	for range 1 + g.IntN(10) {
		if g.IntN(3) == 0 {
			b.WriteByte(byte('a' + g.IntN(26)))
		}
		b.WriteString(pick(g, pieces...))
	}
	return b.String()
}

func (g *generator) oddText() string {
	return pick(g, "\ufeff", "\u0080", "\u0084", "\u0085", "\u0088", "\u008d", "\u0090", "\u0098", "\u009b", "\u009c", "\u009d", "\u009e", "\u00a0",
		"\ufffd", "\u00ad", "\x7f", "\x00", "\u2028", "\u9fff", "\U0010ffff", "\U0001f1e6", "\u1160", "\u115f", strings.Repeat("\u0301", 1+g.IntN(20)),
		"\xff", "\xc3(", "\xe4\xb8", "\xf0\x9f\x98", "\xf0\x9f\x98x", "\xc0\x80", "\xed\xa0\x80", "\x80\xbf", "\u009b31m", "\u009d0;c1\u009c", "\u0090q\u009c")
}

func (g *generator) control() string {
	return pick(g, "\r\n", "\n", "\r", "\b", "\t", "\b\b", "\t\t", "\n\n", "\v", "\f", "\x0e", "\x0f", "\a", "\x18", "\x1a", "\x1b", "\x00", "\x01", "\x1c", "\r\n\r\n")
}

func (g *generator) number() string {
	switch g.IntN(10) {
	case 0:
		return ""
	case 1:
		return "0"
	case 2, 3:
		return "1"
	case 4:
		return fmt.Sprint(g.IntN(300))
	case 5:
		return fmt.Sprint(pick(g, g.cols, g.cols-1, g.rows, g.rows-1, g.cols+1))
	}
	return fmt.Sprint(1 + g.IntN(max(g.cols, g.rows)))
}

func (g *generator) numbers(most int) string {
	var b strings.Builder
	for i := range g.IntN(most + 1) {
		if i > 0 {
			b.WriteString(pick(g, ";", ";", ";", ";", ":"))
		}
		b.WriteString(g.number())
	}
	return b.String()
}

func (g *generator) position() string {
	switch g.IntN(4) {
	case 0:
		return fmt.Sprintf("\x1b[%d;%dH", 1+g.IntN(g.rows), 1+g.IntN(g.cols))
	case 1:
		return fmt.Sprintf("\x1b[%d;%dH", 1+g.IntN(g.rows), g.cols-g.IntN(2))
	case 2:
		return "\x1b[" + g.numbers(2) + pick(g, "H", "f", "r")
	}
	return "\x1b[" + g.number() + pick(g, "A", "B", "C", "D", "E", "F", "G", "d", "`", "a", "e", "I", "Z")
}

func (g *generator) edit() string {
	switch g.IntN(3) {
	case 0:
		return "\x1b[" + pick(g, "", "0", "1", "2", "3", "?0", "?1", "?2", "?", "?3") + pick(g, "J", "K", "K", "K")
	case 1:
		return "\x1b[" + g.number() + pick(g, "@", "P", "X", "L", "M", "S", "T", "b", "b")
	}
	return "\x1b[" + g.number() + pick(g, "@", "P", "X", " @", " A", "'}", "'~", "b")
}

func (g *generator) colours() string {
	one := func() string {
		switch g.IntN(10) {
		case 0:
			return "0"
		case 1:
			return fmt.Sprint(pick(g, 38, 48, 58)) + fmt.Sprintf(";5;%d", g.IntN(256))
		case 2:
			return fmt.Sprint(pick(g, 38, 48, 58)) + fmt.Sprintf(";2;%d;%d;%d", g.IntN(256), g.IntN(300), g.IntN(256))
		case 3:
			return fmt.Sprint(pick(g, 38, 48, 58)) + pick(g, ":5:", ":2::", ":2:", "::", ":6:") + g.numbers(4)
		case 4:
			return "4:" + fmt.Sprint(g.IntN(7))
		case 5:
			return fmt.Sprint(g.IntN(60))
		case 6:
			return fmt.Sprint(30 + g.IntN(80))
		case 7:
			return fmt.Sprint(1 + g.IntN(9))
		case 8:
			return fmt.Sprint(21 + g.IntN(9))
		}
		return g.numbers(3)
	}
	all := []string{one()}
	for g.IntN(3) == 0 {
		all = append(all, one())
	}
	return "\x1b[" + strings.Join(all, ";") + "m" + pick(g, "", "", "x")
}

func (g *generator) modes() string {
	if g.IntN(4) == 0 {
		return pick(g, "\x1b[", "\x1b[") + pick(g, "4", "20", "4;20", "2", "12", "99") + pick(g, "h", "l")
	}
	if g.IntN(12) == 0 {
		return "\x1b[?6h" + g.words() + "\x1b[?6l"
	}
	mode := func() string {
		return pick(g, "1", "2", "3", "5", "6", "7", "7", "8", "9", "12", "25", "45", "45", "66", "1000", "1002", "1003", "1004", "1005", "1006", "1015", "1016",
			"1034", "2004", "2026", "9999", "")
	}
	s := mode()
	for g.IntN(4) == 0 {
		s += ";" + mode()
	}
	return "\x1b[?" + s + pick(g, "h", "l", "h", "l", "$p", "s", "r")
}

func (g *generator) screens() string {
	return "\x1b[?" + pick(g, "47", "1047", "1048", "1049", "1049", "1049;25") + pick(g, "h", "l")
}

func (g *generator) cursors() string {
	return pick(g, "\x1b7", "\x1b8", "\x1b[s", "\x1b[u", "\x1b[ q", "\x1b["+g.number()+" q", "\x1b[!p", "\x1b[1\"q", "\x1b[0\"q", "\x1b[2\"q", "\x1bH", "\x1b[g",
		"\x1b[3g", "\x1b[0g", "\x1b[6n", "\x1b[?6n", "\x1b[c", "\x1b[>c", "\x1bH")
}

func (g *generator) escapes() string {
	switch g.IntN(4) {
	case 0:
		return "\x1b" + pick(g, "(", ")", "*", "+", "-", ".", "/") + pick(g, "0", "A", "B", "B", "4", "5", "C", "R", "Q", "K", "Y", "E", "6", "Z", "H", "7", "=", "x")
	case 1:
		return "\x1b" + pick(g, "n", "o", "|", "}", "~", "=", ">", "#8", "#3", "%@", "%G", "Z", "\\", "1")
	case 2:
		if g.IntN(6) == 0 {
			return "\x1bc"
		}
		return "\x1b" + string(rune(0x20+g.IntN(0x5f))) + pick(g, "", string(rune(0x20+g.IntN(0x5f))))
	}
	return "\x1b" + pick(g, "D", "E", "M", "H", "M", "D")
}

func (g *generator) strings() string {
	end := pick(g, "\a", "\x1b\\", "\x1b\\", "\u009c", "\x18", "\x1a", "\x1b[m", "")
	colour := func() string {
		return pick(g, "#123", "#a1b2c3", "rgb:1/f/8", "rgb:12/34/56", "rgb:123/456/789", "rgb:ffff/0000/8000", "?", "red", "RGB:AA/bb/CC", "#12345", "#123456789", "")
	}
	switch g.IntN(8) {
	case 0:
		return "\x1b]" + pick(g, "0", "1", "2", "00") + ";" + pick(g, "title", "ü 東京 🚀", "a;b", "") + end
	case 1:
		return "\x1b]8;" + pick(g, "", "id=1", "x=y:id=2", "id=", " ") + ";" + pick(g, "", "", "https://example.test/", "https://example.test/a;b") + end
	case 2:
		return fmt.Sprintf("\x1b]4;%d;%s;%s;%s", g.IntN(300), colour(), g.number(), colour()) + end
	case 3:
		return fmt.Sprintf("\x1b]%d;%s", 10+g.IntN(4), colour()) + pick(g, "", ";"+colour()) + end
	case 4:
		return "\x1b]" + pick(g, "104", "104;1;2", "110", "111", "112", "104;", "105") + end
	case 5:
		return "\x1bP" + g.numbers(3) + pick(g, "q", "$qm", "$q q", "+q544e", "?1$q", "|") + pick(g, "", "#0;2;0;0;0~-", "abc") + end
	case 6:
		return "\x1b" + pick(g, "X", "^", "_") + pick(g, "text", "é", "Gf=100") + end
	}
	return "\x1b]" + pick(g, "52;c;YWJj", "133;A", "633;C", "1337;x=y", "7;file:///", ";", "x", "", "99999999999", "9;4") + end
}

// anyCSI is a control sequence that may have no meaning.
func (g *generator) anyCSI() string {
	s := "\x1b[" + pick(g, "", "", "", "?", ">", "=", "<") + g.numbers(pick(g, 0, 2, 5, 40))
	s += pick(g, "", "", "", "", " ", "!", "\"", "'", "$", "%", "*", "  ", "$$$$$")
	if g.IntN(10) == 0 {
		s += pick(g, "\x7f", "\n", "\b", "é", "\x18", ";", "?")
	}
	return s + string(rune(0x40+g.IntN(0x3f)))
}
