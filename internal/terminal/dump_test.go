package terminal

import (
	"fmt"
	"strings"
	"testing"
)

// remade is a new terminal fed with t's dump.
func remade(t *Terminal) *Terminal {
	made := New(t.cols, t.rows)
	made.Feed(t.Dump())
	return made
}

func TestADumpMakesTheSameState(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                              "",
		"text":                                 "one\r\n  two\r\n\r\nthree ",
		"a row that goes on":                   "0123456789abc",
		"rows that go on at the top":           "\n\n\n\n0123456789abcdefghij0123456789abcde\r\n\n\n",
		"a row that goes on from an empty one": "0123456789abc\x1b[1;1H\x1b[1K",
		"the end of a row":                     "0123456789",
		"the end of a row that is erased":      "0123456789\x1b[1K",
		"far beyond the end of a row":          "0123456789\x1b[m\u0301\x1b[m\u0301\u0301",
		"a wide character at the end":          "01234567中",
		"a wide character that did not fit":    "012345678中",
		"colours":                              "\x1b[31ma\x1b[92;44mb\x1b[38;5;200mc\x1b[48;2;1;2;3md\x1b[0;58;5;9;4:3me\x1b[K\n\x1b[41m\x1b[2K",
		"a colour over another":                "\x1b[38;2;1;2;3m\x1b[38;5;7ma\x1b[31;48;2;9;8;7mb\x1b[43mc\x1b[58;2;7;7;7;58;5;1;4md",
		"all attributes":                       "\x1b[1;2;3;4;5;7;8;9;53ma\x1b[21;22;23;24;25;27;28;29;55mb\x1b[4:5mc\x1b[1\"qd\x1b[59m",
		"a white underline":                    "\x1b[4;59mx",
		"combining characters":                 "e\u0301\u0300x\u200by中\u0301",
		"a combining character alone":          "ab\x1b[m\u0301\u0301cd",
		"half of a wide character":             "中文字\x1b[1;2Hx\x1b[31m\x1b[1;5Hy",
		"the other half, at the end":           "01234567中\x1b[32m\x1b[1;9Hx",
		"a half moved by an insertion":         "a中文b\x1b[1;3H\x1b[2@",
		"a character widened by a dropped one": "\x1b[?7l0123456789中\u200b\x1b[?7h",
		"margins and origin":                   "\x1b[2;3r\x1b[?6h\x1b[2;4Hx",
		"tabulators":                           "\x1b[3g\x1b[1;4H\x1bH\x1b[1;8H\x1bH",
		"a saved cursor":                       "\x1b[2;3H\x1b[1;4;33m\x1b(0\x1b7\x1b[m\x1b(Babc",
		"a cursor saved at the end of a row":   "0123456789\x1b7\x1b[H",
		"a restored underline":                 "\x1b[4m\x1b7\x1b[m\x1b8a",
		"an underline without an extra":        "\x1b[4m\x1b7\x1b[m\x1b8\x1b[59ma",
		"the alignment pattern, underlined":    "\x1b[4:3m\x1b#8",
		"character sets":                       "\x1b(0\x1b)A\x1b*4\x1b+K\x0elqk#",
		"a restored character set":             "\x1b(0\x1b7\x1b(B\x1b8q",
		"the alternate screen":                 "shell\r\n$ vi\x1b[?1049h\x1b[Hfile\x1b[2;3r\x1b[2;2H",
		"back from the alternate screen":       "\x1b[?1049h\x1b[5;5H\x1b7text\x1b[?1049l$ ",
		"modes":                                "\x1b[?1;12;25;45;66;1002;1004;1006;2004;2026h\x1b[?7;25l\x1b[4;20h\x1b=\x1b[3 q",
		"the insert mode in a word":            "hello\x1b[4h\x1b[1;3Hxy",
		"cursors that have no shape":           "\x1b[7 q",
		"links":                                "\x1b]8;id=a;http://x/\abc\x1b[1md\x1b]8;;\ae",
		"titles":                               "\x1b]0;both\a\x1b]1;icon\a",
		"a palette":                            "\x1b]4;1;#102030;250;rgb:1/2/3\a\x1b]11;#abc\a",
		"a character to join or repeat":        "x\r\n中",
		"a line drawing character to repeat":   "\x1b(0q",
		"a sequence without its end":           "ab\x1b[1;31:2::3",
		"a private sequence":                   "\x1b[?25;1",
		"the begin of a sequence":              "\x1b",
		"the begin of a parameter":             "\x1b[0",
		"intermediate bytes":                   "\x1b[1!",
		"a designation":                        "\x1b(",
		"a sequence that is ignored":           "\x1b[1?2",
		"a title without its end":              "\x1b]2;half",
		"a command without its end":            "\x1b]52;c;YWJ",
		"a command that is none":               "\x1b]x;y",
		"a device control string":              "\x1bP1;2$qm",
		"an ignored string":                    "\x1b_Gf",
		"more parameters than count":           "\x1b[" + strings.Repeat("1;", 40) + "2",
		"a ring that was turned":               strings.Repeat("line\r\n", 9),
		"a ring that counts on":                "\x1b[1;3r\x1b[3H" + strings.Repeat("\n", 7),
	} {
		term := feed(text)
		if made := remade(term); term.Compare(made) != Same {
			diff := differences(stateOf(made), stateOf(term), lasting)
			t.Errorf("%s: %q gives\n%s", name, term.Dump(), explain(stateOf(made), stateOf(term), diff))
		}
	}
}

func TestCompareTellsLeftoversOfAResize(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		cols, rows    int
		want          Match
	}{
		"a wider screen":                         {"text", "", 20, 4, Same},
		"tabulators right of the screen":         {"text", "", 5, 4, Shows},
		"cells right of the alternate screen":    {"\x1b[?1049hsome text", "", 5, 4, Shows},
		"half a character at the end of the row": {"\x1b[?1049h0123中", "", 5, 4, Differs},
	} {
		term := feed(c.before)
		term.Resize(c.cols, c.rows)
		term.Feed([]byte(c.after))
		if got := term.Compare(remade(term)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestADumpOfARealScreenIsShort(t *testing.T) {
	for _, s := range corpus(t) {
		term := s.play()
		cells := term.cols * term.rows
		if n := len(term.Dump()); n > 2*cells && s.name != "castv3-truecolor.cast" || n > 12*cells { // two colours a cell
			t.Errorf("%s: %d bytes for %d cells", s.name, n, cells)
		}
	}
}

func BenchmarkDump(b *testing.B) {
	for _, name := range []string{"cast-find-flood", "cast-htop-top", "cast-tmux", "cast-wide-v2", "castv3-truecolor"} {
		s := readCast(b, "../../testdata/recordings/cast/"+name+".cast")
		term, biggest := New(s.cols, s.rows), 0
		var dump []byte
		for _, st := range s.steps {
			if st.cols == 0 {
				term.Feed([]byte(st.text))
				if dump = term.AppendDump(dump[:0]); len(dump) > biggest {
					biggest = len(dump)
				}
			}
		}
		b.Run(fmt.Sprintf("%s/%d", name, biggest), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				dump = term.AppendDump(dump[:0])
			}
		})
	}
}
