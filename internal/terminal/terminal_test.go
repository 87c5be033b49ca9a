package terminal

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// feed makes a terminal of 10 columns and 4 rows, unless a size is given, and feeds it.
func feed(text string, size ...int) *Terminal {
	size = append(size, 10, 4)
	t := New(size[0], size[1])
	t.Feed([]byte(text))
	return t
}

func (s session) play() *Terminal {
	t := New(s.cols, s.rows)
	for _, st := range s.steps {
		if st.cols != 0 {
			t.Resize(st.cols, st.rows)
		} else {
			t.Feed([]byte(st.text))
		}
	}
	return t
}

func TestTheLastScreensOfTheRecordings(t *testing.T) {
	for _, s := range corpus(t) {
		path := "../../testdata/recordings/cast/" + strings.TrimSuffix(s.name, ".cast") + ".final.txt"
		if !strings.HasSuffix(s.name, ".cast") {
			path = "../../testdata/recordings/script/" + strings.TrimSuffix(s.name, ".typescript") + ".final.txt"
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rows := s.play().Rows()
		for i := range rows {
			rows[i] = strings.TrimRight(rows[i], " ")
		}
		if got := strings.TrimRight(strings.Join(rows, "\n"), "\n"); got != strings.TrimRight(string(want), "\n") {
			t.Errorf("%s: got\n%s\nwant\n%s", filepath.Base(path), got, want)
		}
	}
}

func TestRowsAreTextWithoutEmptyCellsAtTheirEnd(t *testing.T) {
	got := feed("a中\x1b[4Ce\u0301 \r\n\x1b[31mb\x1b[K").Rows()
	if want := []string{"a中    e\u0301 ", "b", "", ""}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestACharacterMayBeSplitBetweenFeeds(t *testing.T) {
	text := "a\xff中\xe4😀\xf0\x9fé\xc3"
	whole := feed(text+"!", 80, 2).Rows()[0]
	if want := "a\ufffd中\ufffd😀\ufffd\ufffdé\ufffd!"; whole != want {
		t.Fatalf("got %q, want %q", whole, want)
	}
	single := New(80, 2)
	for i := range len(text) {
		single.Feed([]byte{text[i]})
	}
	if single.Feed([]byte("!")); single.Rows()[0] != whole {
		t.Errorf("byte by byte: %q, want %q", single.Rows()[0], whole)
	}
}

func TestTheCursorStaysBeyondTheLastColumnUntilTheNextCharacter(t *testing.T) {
	term := feed("0123456789")
	if x, y, visible := term.Cursor(); x != 10 || y != 0 || !visible {
		t.Errorf("the cursor is at %d, %d (shown: %v)", x, y, visible)
	}
	term.Feed([]byte("a\x1b[?25l"))
	if x, y, visible := term.Cursor(); x != 1 || y != 1 || visible {
		t.Errorf("the cursor is at %d, %d (shown: %v)", x, y, visible)
	}
}

func TestSizesAreClamped(t *testing.T) {
	term := New(0, -1)
	if cols, rows := term.Size(); cols != 2 || rows != 1 {
		t.Errorf("%dx%d", cols, rows)
	}
	term.Resize(1<<30, 1<<30)
	if cols, rows := term.Size(); cols != 2000 || rows != 1000 {
		t.Errorf("%dx%d", cols, rows)
	}
}

func TestARowIsToldWhenTheCursorLeavesItOnThePrimaryScreen(t *testing.T) {
	var told []string
	term := New(5, 3)
	term.OnLine = func(l Line) {
		text := string(l.AppendText(nil))
		if l.Wrapped {
			text += "+"
		}
		told = append(told, text)
	}
	term.Feed([]byte("one\r\ntwo times\r\n\x1b[?1049hhidden\r\n\x1b[?1049l50%\r75%\x1bD\x1bEend"))
	if want := []string{"one", "two t+", "imes", "75%", ""}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

func TestNothingGrowsWithoutBound(t *testing.T) {
	const size = 4 << 20
	repeat := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for name, text := range map[string]string{
		"combining characters in a cell":  "e" + repeat("\u0301"),
		"combining characters everywhere": repeat("e" + strings.Repeat("\u0301", 600)),
		"a title without an end":          "\x1b]0;" + repeat("x"),
		"a long title":                    "\x1b]0;" + repeat("ü") + "\a",
		"a number without an end":         "\x1b[" + repeat("9"),
		"parameters":                      "\x1b[" + repeat("1;"),
		"subparameters":                   "\x1b[" + repeat("1:"),
		"intermediate bytes":              "\x1b[" + repeat("!"),
		"a device control string":         "\x1bP" + repeat("q"),
		"links":                           linkFlood(size),
		"long links":                      repeat("\x1b]8;;http://" + strings.Repeat("x", 4000) + "\ax\n"),
		"characters without a column":     repeat("\u200b"),
		"bytes of no character":           repeat("\xf0\x9f"),
	} {
		term := New(80, 24)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for data := []byte(text); len(data) > 0; {
			n := min(len(data), 64<<10)
			term.Feed(data[:n])
			data = data[n:]
		}
		dump := len(term.Dump())
		runtime.GC()
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > size || dump > 1<<20 {
			t.Errorf("%s: %d bytes grew to %d, and to a dump of %d", name, size, grown, dump)
		}
		runtime.KeepAlive(term)
	}
}

func linkFlood(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		b.WriteString("\x1b]8;id=" + strings.Repeat(string(rune('a'+i%26)), i%500) + ";http://example.test/")
		b.WriteString(strings.Repeat("y", i/26%800) + "\ax")
	}
	return b.String()
}

func TestSequencesWithHugeNumbersEnd(t *testing.T) {
	term := New(maxCols, maxRows)
	for _, final := range "ABCDEFGHIJKLMPSTXZ`abdefghlmrtu@" {
		term.Feed([]byte("x\x1b[2147483647;2147483647" + string(final)))
	}
	for _, s := range []string{" @", " A", "'}", "'~"} {
		term.Feed([]byte("\x1b[2147483647" + s))
	}
	term.Feed([]byte("\x1bc中\x1b[2147483647b"))
	if got := term.Rows()[maxRows-2]; got != strings.Repeat("中", maxCols/2) {
		t.Errorf("repeating fills the screen: %.40q", got)
	}
}

func TestFeedingAllocatesNothing(t *testing.T) {
	s := readCast(t, "../../testdata/recordings/cast/cast-find-flood.cast")
	var all bytes.Buffer
	for _, st := range s.steps {
		all.WriteString(st.text)
	}
	term := New(s.cols, s.rows)
	if n := testing.AllocsPerRun(5, func() { term.Feed(all.Bytes()) }); n > 0 {
		t.Errorf("%v allocations in %d bytes", n, all.Len())
	}
}
