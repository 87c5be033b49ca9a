package main

import (
	"bufio"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

func TestWhatWouldSteerATerminalIsMadeVisible(t *testing.T) {
	for s, want := range map[string]string{
		"\x1b[2J":               "\ufffd[2J",
		"\x07\x08\x00\x7f":      "\ufffd\ufffd\ufffd\ufffd",
		"a\tb\nc\rd":            "a\ufffdb\ufffdc\ufffdd",
		"\u009b31m\u0085":       "\ufffd31m\ufffd",
		"\u202eexe.gnp\u202c":   "\ufffdexe.gnp\ufffd",
		"\u2066\u2069\u200f":    "\ufffd\ufffd\ufffd",
		"a\u200bb\u00adc\ufeff": "a\ufffdb\ufffdc\ufffd",
		"\u2028\u2029":          "\ufffd\ufffd",
		"a\xffb\xc3":            "a\ufffdb\ufffd",
		"":                      "",
		"김서준 👩\u200d💻 می\u200cخواهم ❤\ufe0f": "김서준 👩\u200d💻 می\u200cخواهم ❤\ufe0f",
	} {
		if got := printable(s); got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
}

func TestWideCharactersTakeTwoColumnsAndJoinedOnesNone(t *testing.T) {
	for s, want := range map[string]int{
		"":                   0,
		"abc":                3,
		"김서준":                6,
		"\u1100\u1161\u11a8": 2, // decomposed
		"佐藤 陽菜":              9,
		"ﾊｽﾃｨｵﾝ":             6, // half width
		"ＡＢ":                 4, // full width
		"e\u0301":            1,
		"か\u3099":            2,
		"😀":                  2,
		"❤\ufe0f":            1,
		"م\u200cی":           2,
		"\ufffd…":            2,
	} {
		if got := displayWidth(s); got != want {
			t.Errorf("%q takes %d columns, want %d", s, got, want)
		}
	}
}

func TestWhatDoesNotFitIsCutWithAMark(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{
		{"abcdef", 6, "abcdef"},
		{"abcdefg", 6, "abcde…"},
		{"가나다", 6, "가나다"},
		{"가나다라", 6, "가나…"}, // half of a character does not fit
		{"가나다라", 7, "가나다…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
	} {
		if got := fit(c.s, c.n); got != c.want || displayWidth(got) > c.n {
			t.Errorf("%q in %d columns is %q, want %q", c.s, c.n, got, c.want)
		}
	}
}

func TestColumnsOfTheTableBeginInOnePlace(t *testing.T) {
	a := newTestAPI(t)
	for _, s := range odd() {
		a.put(s)
	}
	lines := a.found()
	for _, line := range lines[1:] {
		id := strings.LastIndex(line, "01M8")
		if got, want := displayWidth(line[:id]), displayWidth(lines[0])-len("id"); got != want {
			t.Errorf("the id begins at column %d, not %d: %s", got, want, line)
		}
	}
}

func TestALaterPageOfTheTableOnlyWidensIt(t *testing.T) {
	a := newTestAPI(t)
	for _, s := range odd() {
		a.put(s)
	}
	var starts []int
	for _, line := range a.found("--page-size", "1")[1:] {
		starts = append(starts, displayWidth(line[:strings.LastIndex(line, "01M8")]))
	}
	if !slices.IsSorted(starts) || starts[0] >= starts[5] || starts[5] != displayWidth(a.found()[0])-len("id") {
		t.Errorf("ids begin at columns %v", starts)
	}
}

func TestCSVIsReadAsItWasWritten(t *testing.T) {
	for _, fields := range [][]string{
		{"plain", "a,b", `the "best"`, "two\r\nlines", "one\nline", "a\rb", "", " blank "},
		{"", ""},
		{`"`, `""`, ",", "\n"},
		{"김서준", "佐藤"},
	} {
		var b strings.Builder
		o := csvOutput{w: bufio.NewWriter(&b), list: sessionList}
		o.record(fields)
		o.w.Flush()
		if !strings.HasSuffix(b.String(), "\r\n") {
			t.Errorf("%q has no line end", b.String())
		}
		got, err := csv.NewReader(strings.NewReader(b.String())).Read()
		want := slices.Clone(fields)
		for i := range want { // the reader takes a line end inside of quotes for "\n"
			want[i] = strings.ReplaceAll(want[i], "\r\n", "\n")
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q is read as %q, %v", b.String(), got, err)
		}
	}
}

func TestWhatASpreadsheetWouldCalculateIsText(t *testing.T) {
	for s, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1",
		"": "", "a=1": "a=1", "1-1": "1-1", "김-서준": "김-서준", "'=1": "'=1",
	} {
		if got := plainText(s); got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
}
