package recording

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// sequence is one event a second, output unless it says "resize", and then err, if any.
func sequence(err error, data ...string) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for i, d := range data {
			e := Event{At: time.Duration(i+1) * time.Second, Kind: Output, Data: []byte(d)}
			if d == "resize" {
				e.Kind, e.Data = Resize, []byte("90x30")
			}
			if !yield(e, nil) {
				return
			}
		}
		if err != nil {
			yield(Event{}, err)
		}
	}
}

// passed is what Characters makes of it.
func passed(err error, data ...string) string {
	var lines []string
	for e, err := range Characters(sequence(err, data...)) {
		if err != nil {
			lines = append(lines, err.Error())
			continue
		}
		lines = append(lines, fmt.Sprintf("%s %c%q", e.At, e.Kind, e.Data))
	}
	return strings.Join(lines, ", ")
}

func TestACharacterThatARecorderCutIsWholeWithTheOutputThatEndsIt(t *testing.T) {
	for name, c := range map[string]struct {
		in   []string
		err  error
		want string
	}{
		"nothing is cut":              {in: []string{"a", "é東🚀"}, want: `1s o"a", 2s o"é東🚀"`},
		"cut in two":                  {in: []string{"a\xf0\x9f", "\x9a\x80b"}, want: `1s o"a", 2s o"🚀b"`},
		"cut in single bytes":         {in: []string{"\xf0", "\x9f", "\x9a", "\x80"}, want: `4s o"🚀"`},
		"over a resize":               {in: []string{"\xc3", "resize", "\xa9"}, want: `2s r"90x30", 3s o"é"`},
		"never ended":                 {in: []string{"a\xe6\x9d", "b"}, want: `1s o"a", 2s o"` + "\ufffd" + `b"`},
		"the end is cut":              {in: []string{"a\xe6\x9d"}, want: `1s o"a", 1s o"` + "\ufffd" + `"`},
		"the recording is cut there":  {in: []string{"a\xe6"}, err: ErrTruncated, want: `1s o"a", 1s o"` + "\ufffd" + `", recording: cut off`},
		"output of nothing":           {in: []string{"", "a", "", "", "b"}, want: `2s o"a", 5s o"b"`},
		"output of nothing is last":   {in: []string{"a", "", ""}, want: `1s o"a", 3s o""`},
		"nothing at all":              {want: ``},
		"an error ends it, as it was": {in: []string{"a"}, err: errors.New("broken"), want: `1s o"a", broken`},
	} {
		if got := passed(c.err, c.in...); got != c.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// The examples are tables 3-8 to 3-11 of The Unicode Standard 16.0, section 3.9.
func TestWhatIsNoUTF8BecomesOneMarkForEachMaximalSubpart(t *testing.T) {
	for in, want := range map[string]string{
		"\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41":             "????????A",
		"\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41":             "????????A",
		"\xf4\x91\x92\x93\xff\x41\x80\xbf\x42":             "?????A??B",
		"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41":             "????A",
		"bad: \xff \xe2\x82A \xf0\x9f\x9a\r\n":             "bad: ? ?A ?\r\n",
		"\ufffd is a character like others":                "? is a character like others",
		"\xf0\x9f\x9a\xf0\x9f\x9a\x80\xe2\x82\xac\xe2\x82": "?🚀€?",
	} {
		var got []byte
		for e := range Characters(sequence(nil, in)) {
			got = append(got, e.Data...)
		}
		if want = strings.ReplaceAll(want, "?", "\ufffd"); string(got) != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestASequenceThatIsLeftEarlyIsNotReadOn(t *testing.T) {
	read := 0
	for range Characters(func(yield func(Event, error) bool) {
		for read = 1; yield(Event{Kind: Output, Data: []byte("a")}, nil); read++ {
		}
	}) {
		break
	}
	if read != 1 {
		t.Errorf("%d events were read", read)
	}
}

func FuzzCharacters(f *testing.F) {
	f.Add([]byte("a\xf0\x9f\x9a\x80\xffb\xe2\x82"), uint8(2))
	f.Add([]byte("\xed\xa0\x80\xed\xb0\x80\xf4\x90"), uint8(1))
	f.Fuzz(func(t *testing.T, in []byte, size uint8) {
		var pieces []string
		for piece := range slices.Chunk(in, int(size)+1) {
			if string(piece) != "resize" {
				pieces = append(pieces, string(piece))
			}
		}
		var got []byte
		for e := range Characters(sequence(nil, pieces...)) {
			if !utf8.Valid(e.Data) {
				t.Fatalf("%q is no UTF-8", e.Data)
			}
			got = append(got, e.Data...)
		}
		whole := []byte(strings.Join(pieces, ""))
		want, err := unicode.UTF8.NewDecoder().Bytes(whole)
		if err != nil || string(got) != string(want) {
			t.Fatalf("%q: got %q, want %q, %v", whole, got, want, err)
		}
	})
}
