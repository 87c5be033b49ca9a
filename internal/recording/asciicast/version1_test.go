package asciicast

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"tapedeck/internal/recording"
)

func TestEventsOfVersion1AreReadWhateverItsLines(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want string
	}{
		"in one line":               {`{"version":1,"width":90,"height":30,"duration":2,"stdout":[[0.5,"a"],[1.25,"b"]]}`, "90x30 500ms a 1.75s b"},
		"in many":                   {"\n{\n \"version\": 1,\n \"width\": 90,\r\n \"height\": 30,\n \"env\": {\"a\": [1, {}]},\n \"stdout\": [\n[\n0.5 ,\n\"a\"\n]\n]\n}\n\n", "90x30 500ms a"},
		"its version at the end":    {`{"height":30,"width":90,"stdout":[[1,"a"]],"version":1}`, "90x30 1s a"},
		"without a size":            {`{"version":1,"stdout":[[1,"a"]],"title":null}`, "80x24 1s a"},
		"without events":            {`{"version":1,"width":90,"height":30,"stdout":[]}`, "90x30"},
		"escapes":                   {`{"version":1,"stdout":[[1,"\u001b[1m\ud83d\ude00"]]}`, "80x24 1s \x1b[1m😀"},
		"delays with exponents":     {`{"version":1,"stdout":[[8.4e-05,"a"],[1E0,"b"],[-0.0,"c"]]}`, "80x24 84µs a 1.000084s b 1.000084s c"},
		"delays below microseconds": {`{"version":1,"stdout":[[0.0000004,"a"],[0.0000004,"b"],[0.0000004,"c"]]}`, "80x24 0s a 1µs b 1µs c"},
	} {
		rec, err := Open(strings.NewReader(c.in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := fmt.Sprintf("%dx%d", rec.Cols, rec.Rows)
		for e, err := range rec.Events {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			got += fmt.Sprintf(" %s %s", e.At, e.Data)
		}
		if got != c.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestWhatCannotBeReadInVersion1IsSaidWithItsPlace(t *testing.T) {
	for in, want := range map[string]string{
		`{"version":1,`:                                   "asciicast: the recording is cut off in its header",
		`{"version":1,"width":80}`:                        "asciicast: the recording has no stdout",
		`{"version":1,"stdout":1e999}`:                    "asciicast: byte 27: stdout is no list",
		`{"version":1,"stdout":{}}`:                       "asciicast: byte 23: stdout is no list",
		`{"version":1,"width":"wide","stdout":[]}`:        "asciicast: byte 21: the width is no whole number",
		`{"version":1,"width":9999,"height":1,"stdout":[`: "asciicast: a terminal of 9999x1 is out of bounds (1x1 to 2000x1000)",
		`{"version":1,"stdout":[[-1,"a"]]}`:               "asciicast: byte 23: the time is negative",
		`{"version":1,"stdout":[[1,"a"],[1e300,"a"]]}`:    "asciicast: byte 31: the time is out of bounds",
		`{"version":1,"stdout":[[1e999,"a"]]}`:            "asciicast: byte 23: the time is out of bounds",
		`{"version":1,"stdout":[[3e7,"a"],[3e7,"a"]]}`:    "asciicast: byte 33: the time is out of bounds",
		`{"version":1,"stdout":[[NaN,"a"]]}`:              "asciicast: byte 23: this is no JSON",
		`{"version":1,"stdout":[["1","a"]]}`:              `asciicast: byte 23: this is not an event such as [1.5, "text"]`,
		`{"version":1,"stdout":[[1,"o","a"]]}`:            `asciicast: byte 23: this is not an event such as [1.5, "text"]`,
		`{"version":1,"stdout":[[1,2]]}`:                  `asciicast: byte 23: this is not an event such as [1.5, "text"]`,
		`{"version":1,"stdout":[]}{}`:                     "asciicast: byte 26: something follows the recording",
		`{"version":1,"stdout":[[1,"a"]],"width":100}`:    "asciicast: the width and the height come after the events",
	} {
		_, err := read(strings.NewReader(in))
		if _, ok := errors.AsType[*recording.Error](err); !ok || err.Error() != want {
			t.Errorf("%q: got %v, want %s", in, err, want)
		}
	}
}

// The recording was made with asciinema 1.4.0.
const version1 = "../../../testdata/recordings/castv1/castv1-demo.cast"

func TestARealRecordingOfVersion1IsReadAsEncodingJSONReadsIt(t *testing.T) {
	data, err := os.ReadFile(version1)
	if err != nil {
		t.Fatal(err)
	}
	got, err := read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Duration float64
		Stdout   [][2]any
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(doc.Stdout) || len(got) < 100 {
		t.Fatalf("%d events of %d", len(got), len(doc.Stdout))
	}
	var at float64
	for i, e := range doc.Stdout {
		at += e[0].(float64)
		if want := fmt.Sprintf("%s o %q", time.Duration(math.Round(at*1e6))*time.Microsecond, e[1]); got[i] != want {
			t.Errorf("event %d is %s, want %s", i, got[i], want)
		}
	}
	if math.Abs(at-doc.Duration) > 0.5 {
		t.Errorf("it ends at %f s, its header says %f", at, doc.Duration)
	}
}

func TestARecordingOfVersion1ThatIsCutSaysSo(t *testing.T) {
	data, err := os.ReadFile(version1)
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.TrimSpace(data)
	most := 0
	for n := 0; n < len(data); n += 7 {
		events, err := read(bytes.NewReader(data[:n]))
		_, unreadable := errors.AsType[*recording.Error](err)
		if !errors.Is(err, recording.ErrTruncated) && !(unreadable && len(events) == 0) {
			t.Fatalf("cut at %d: %d events, %v", n, len(events), err)
		}
		most = max(most, len(events))
	}
	if most < 100 {
		t.Errorf("never more than %d events", most)
	}
}

func TestAnEventOfVersion1HasABound(t *testing.T) {
	for name, filler := range map[string]byte{"a text": 'a', "white space": ' ', "nested lists": '['} {
		for _, head := range []string{`{"version":1,"title":`, `{"version":1,"stdout":[[1,`, `{"version":1,"stdout":[],"title":`} {
			if filler == 'a' {
				head += `"`
			}
			in := &counting{r: io.MultiReader(strings.NewReader(head), io.LimitReader(endless(filler), 1<<30))}
			_, err := read(in)
			if _, ok := errors.AsType[*recording.Error](err); !ok {
				t.Errorf("%s after %s: got %v", name, head, err)
			}
			if in.n > 2*recording.MaxLine {
				t.Errorf("%s after %s: %d bytes were read", name, head, in.n)
			}
		}
	}
}

type counting struct {
	r io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func TestABrokenConnectionIsNoFaultOfARecordingOfVersion1(t *testing.T) {
	failure := fmt.Errorf("the connection broke: %w", io.ErrUnexpectedEOF)
	for _, head := range []string{`{"version":1,"title":`, `{"version":1,"stdout":[[1,"a"],`, `{"version":1,"stdout":[]`} {
		_, err := read(io.MultiReader(strings.NewReader(head), iotest.ErrReader(failure)))
		if err != failure {
			t.Errorf("after %s: got %v", head, err)
		}
	}
}

func FuzzVersion1(f *testing.F) {
	f.Add([]byte(`"version":1,"width":90,"height":30,"stdout":[[0.5,"a"],[1.25,"\ud83d"]]}`))
	f.Add([]byte(`"stdout":[[1e3,"a"]],"version":1}`))
	f.Add([]byte(`"version":1,"stdout":[[1,"a"]],"width":3}`))
	f.Add([]byte(`"version":1,"stdout":[]}1e999`))
	f.Fuzz(func(t *testing.T, in []byte) {
		in = append([]byte("{"), in...) // as isVersion1 has seen
		rec, err := openVersion1(bytes.NewReader(in))
		var events []string
		var at time.Duration
		if err == nil {
			for e, failed := range rec.Events {
				if err = failed; err != nil {
					break
				}
				if e.At < at || e.At > recording.MaxLength {
					t.Fatalf("at %s after %s", e.At, at)
				}
				at = e.At
				events = append(events, string(e.Data))
			}
		}
		if _, ok := errors.AsType[*recording.Error](err); err != nil && !ok && !errors.Is(err, recording.ErrTruncated) {
			t.Fatalf("an error of no known kind: %v", err)
		}
		var doc struct{ Stdout [][2]any }
		if err != nil || !utf8.Valid(in) {
			return
		}
		if e := json.Unmarshal(in, &doc); e != nil {
			t.Fatalf("it was read, but is no JSON: %v", e)
		}
		for i, e := range doc.Stdout {
			if i < len(events) && events[i] != e[1] {
				t.Fatalf("event %d is %q, read as %q", i, e[1], events[i])
			}
		}
	})
}
