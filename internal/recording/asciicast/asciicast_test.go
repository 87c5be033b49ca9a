package asciicast

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tapedeck/internal/recording"
)

// read gives the events as lines, and how the recording ended.
func read(r io.Reader) (events []string, err error) {
	rec, err := Open(r)
	if err != nil {
		return nil, err
	}
	for e, err := range rec.Events {
		if err != nil {
			return events, err
		}
		events = append(events, fmt.Sprintf("%s %c %q", e.At, e.Kind, e.Data))
	}
	return events, nil
}

func TestEventsAreReadInVersions2And3(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"times of version 2 are absolute":  {`{"version":2,"width":80,"height":24}` + "\n[0.5, \"o\", \"a\"]\n[1.25,\"o\",\"b\"]\n", []string{`500ms o "a"`, `1.25s o "b"`}},
		"times of version 3 are intervals": {`{"version":3,"term":{"cols":80,"rows":24}}` + "\n[0.5, \"o\", \"a\"]\n# a comment\n[1.25,\"x\",\"42\"]\n", []string{`500ms o "a"`, `1.75s x "42"`}},
		"input and unknown events are left out": {`{"version":2,"width":80,"height":24}` + "\n[1, \"i\", \"secret\"]\n[1,\"z\",\"\"]\n[2,\"r\",\"100x30\"]\n[3,\"m\",\"here\"]\n",
			[]string{`2s r "100x30"`, `3s m "here"`}},
		"escapes": {`{"version":2,"width":80,"height":24}` + "\n" + `[1, "o", "\u001b[1m\"\\\/\b\f\n\r\té\ud83d\ude00\ud83d!"]` + "\n", []string{`1s o "\x1b[1m\"\\/\b\f\n\r\té😀�!"`}},
		"a last line without its newline is whole":     {`{"version":2,"width":80,"height":24}` + "\n[1,\"o\",\"a\"]", []string{`1s o "a"`}},
		"blank lines and carriage returns":             {`{"version":2,"width":80,"height":24}` + "\r\n\r\n [ 1e0 , \"o\" , \"a\" ] \r\n", []string{`1s o "a"`}},
		"a recorder that did not know its terminal":    {`{"version":2,"width":0,"height":0}` + "\n", nil},
		"times are cut to microseconds, never rounded": {`{"version":2,"width":80,"height":24}` + "\n[0.9999999,\"o\",\"\"]\n", []string{`999.999ms o ""`}},
	} {
		got, err := read(strings.NewReader(c.in))
		if err != nil || strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestWhatCannotBeReadIsSaidWithItsLine(t *testing.T) {
	const head = `{"version":2,"width":80,"height":24}` + "\n"
	for in, want := range map[string]string{
		"":                                    "asciicast: the recording is empty",
		"hello\n":                             "asciicast: line 1: this is not the header of an asciicast",
		`{"version":2,`:                       "asciicast: line 1: the recording is cut off in its header",
		`{"version":4,"width":80}` + "\n":     "asciicast: line 1: version 4 is not known; 1, 2 and 3 are",
		`{"version":2,"width":-1,"height":5}`: "asciicast: line 1: a terminal of -1x5 is out of bounds (1x1 to 2000x1000)",
		head + "[2,\"o\",\"a\"]\n[1,\"o\",\"b\"]\n": "asciicast: line 3: the time goes back",
		head + "[-1,\"o\",\"a\"]\n":                 "asciicast: line 2: the time is negative",
		head + "[1e300,\"o\",\"a\"]\n":              "asciicast: line 2: the time is out of bounds",
		head + "[99999999999,\"o\",\"a\"]\n":        "asciicast: line 2: the time is out of bounds",
		head + "[40000000,\"o\",\"a\"]\n":           "asciicast: line 2: the time is out of bounds",
		head + "[01,\"o\",\"a\"]\n":                 `asciicast: line 2: this is not an event such as [1.5, "o", "text"]`,
		head + "[1,\"o\"]\n":                        `asciicast: line 2: this is not an event such as [1.5, "o", "text"]`,
		head + "[1,\"o\",\"a\"\n[2,\"o\",\"b\"]\n":  `asciicast: line 2: this is not an event such as [1.5, "o", "text"]`,
		head + "[1,\"r\",\"80\"]\n":                 `asciicast: line 2: a resize is not of the form "80x24"`,
		head + "[1,\"r\",\"9999x1\"]\n":             "asciicast: line 2: a terminal of 9999x1 is out of bounds (1x1 to 2000x1000)",
	} {
		_, err := read(strings.NewReader(in))
		if _, ok := errors.AsType[*recording.Error](err); !ok || err.Error() != want {
			t.Errorf("%q: got %v, want %s", in, err, want)
		}
	}
}

func TestACutOffRecordingGivesWhatIsWhole(t *testing.T) {
	const in = `{"version":2,"width":80,"height":24}` + "\n[1,\"o\",\"a\"]\n[2,\"o\",\"bbb"
	got, err := read(strings.NewReader(in))
	if !errors.Is(err, recording.ErrTruncated) || len(got) != 1 {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestALineHasABound(t *testing.T) {
	head := `{"version":2,"width":80,"height":24}` + "\n[1,\"o\",\""
	long := io.MultiReader(strings.NewReader(head), io.LimitReader(endless('a'), 1<<30))
	_, err := read(long)
	if err == nil || err.Error() != "asciicast: line 2: the line is longer than 8 MiB" {
		t.Errorf("got %v", err)
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// The recordings were made with three versions of asciinema; every event is compared with what encoding/json reads.
func TestRealRecordingsAreReadAsEncodingJSONReadsThem(t *testing.T) {
	files, err := filepath.Glob("../../../testdata/recordings/cast/*.cast")
	if err != nil || len(files) < 19 {
		t.Fatalf("found %d recordings, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := read(bytes.NewReader(data))
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if want := byJSON(t, data); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: the events differ", file)
		}
	}
}

func byJSON(t *testing.T, data []byte) (events []string) {
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	v3 := bytes.Contains(lines[0], []byte(`"version":3`))
	var at float64
	for _, line := range lines[1:] {
		if line[0] == '#' {
			continue
		}
		var e []any
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if v3 {
			at += e[0].(float64)
		} else {
			at = e[0].(float64)
		}
		if e[1] == "i" {
			continue
		}
		us := int64(at*1e6 + 0.5)
		events = append(events, fmt.Sprintf("%s %s %q", time.Duration(us)*time.Microsecond, e[1], e[2]))
	}
	return events
}

func FuzzEvent(f *testing.F) {
	for _, seed := range []string{`[1.5, "o", "text"]`, `[1e3,"o","\ud83d\ude00"]`, `[0,"r","80x24"]`, `[1,"o","\u12"]`, `[`, `["o"]`, "[1,\"\\u006f\",\"\xff\"]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var want []any
		valid := json.Unmarshal(line, &want) == nil && len(want) == 3
		p := &parser{version: 2}
		e, err := p.event(line)
		if err != nil || !utf8.Valid(line) {
			return
		}
		if !valid {
			t.Fatalf("%q is no JSON, but was read", line)
		}
		code, _ := want[1].(string)
		data, ok := want[2].(string)
		if !ok || string(e.Data) != data || len(code) == 1 && byte(e.Kind) != code[0] {
			t.Errorf("%q is %v, read as %c %q", line, want, e.Kind, e.Data)
		}
	})
}
