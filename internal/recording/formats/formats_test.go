package formats

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"tapedeck/internal/recording"
)

const recordings = "../../../testdata/recordings/"

// samples are the main parts of recordings, by their format; a script's other parts lie beside it.
var samples = map[string]string{
	"cast/cast-vim.cast":                   "asciicast",
	"cast/castv3-resize.cast":              "asciicast",
	"castv1/castv1-demo.cast":              "asciicast",
	"script/script-adv-db02.typescript":    "script",
	"script/guacd-nonbmp-title.typescript": "script",
	"ttyrec/ttyrec-demo.ttyrec":            "ttyrec",
	"sftp/sshd-internal-sftp.log":          "filelog",
}

// kept keeps a file as recorders do.
var kept = map[string]func(t *testing.T, data []byte) []byte{
	"plain": func(_ *testing.T, data []byte) []byte { return data },
	"gzip": func(t *testing.T, data []byte) []byte {
		var b bytes.Buffer
		return written(t, &b, gzip.NewWriter(&b), data)
	},
	"zstd": func(t *testing.T, data []byte) []byte {
		var b bytes.Buffer
		z, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		return written(t, &b, z, data)
	},
}

func written(t *testing.T, b *bytes.Buffer, z io.WriteCloser, data []byte) []byte {
	t.Helper()
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(recordings + file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// parts are those of a sample, the way the manifest would name them.
func parts(t *testing.T, file string, keep func(*testing.T, []byte) []byte) (found []Part) {
	t.Helper()
	part := func(role, file string) {
		found = append(found, Part{role, recording.NewSource(bytes.NewReader(keep(t, read(t, file))))})
	}
	part("recording", file)
	if name, ok := strings.CutSuffix(file, ".typescript"); ok {
		part("timing", name+".timing")
	}
	return found
}

// played is how many events a recording has, and all its output.
func played(t *testing.T, format string, parts []Part) (n int, output string) {
	t.Helper()
	var b strings.Builder
	if log, ok, err := OpenFiles(format, parts); err != nil {
		t.Fatal(err)
	} else if ok {
		for o, err := range log.Operations {
			if err != nil {
				t.Fatal(err)
			}
			n++
			b.WriteString(o.Path + "\n")
		}
		return n, b.String()
	}
	rec, err := Open(format, parts)
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range rec.Events {
		if err != nil {
			t.Fatal(err)
		}
		if n++; e.Kind == recording.Output {
			b.Write(e.Data)
		}
	}
	return n, b.String()
}

func TestEachFormatIsReadPlainGzipAndZstd(t *testing.T) {
	for file, format := range samples {
		n, want := played(t, format, parts(t, file, kept["plain"]))
		if n < 30 {
			t.Errorf("%s has %d events", file, n)
		}
		for codec, keep := range kept {
			if k, got := played(t, format, parts(t, file, keep)); k != n || got != want {
				t.Errorf("%s as %s: %d events, want %d", file, codec, k, n)
			}
		}
	}
}

func TestThePartsMayComeInAnyOrderAndInputIsNeverRead(t *testing.T) {
	const file = "script/script-adv-db02.typescript"
	_, want := played(t, "script", parts(t, file, kept["plain"]))
	for _, order := range []string{"timing recording", "input timing recording", "recording input timing", "timing recording input log"} {
		var in []Part
		for role := range strings.FieldsSeq(order) {
			in = append(in, Part{role, iotest.ErrReader(errors.New("this part must not be read"))})
		}
		for _, p := range parts(t, file, kept["plain"]) {
			in[slices.IndexFunc(in, func(q Part) bool { return q.Role == p.Role })] = p
		}
		if _, got := played(t, "script", in); got != want {
			t.Errorf("%s: something else is shown", order)
		}
	}
}

func TestAPartTooFewOrTooManyIsSaid(t *testing.T) {
	p := func(role string) Part { return Part{role, strings.NewReader("")} }
	for _, c := range []struct {
		format string
		parts  []Part
		want   string
	}{
		{"asciicast", nil, `asciicast: 0 parts are "recording"; one belongs there`},
		{"asciicast", []Part{p("recording"), p("recording")}, `asciicast: 2 parts are "recording"; one belongs there`},
		{"script", []Part{p("recording"), p("input")}, `script: 0 parts are "timing"; one belongs there`},
		{"script", []Part{p("timing")}, `script: 0 parts are "recording"; one belongs there`},
		{"ttyrec", []Part{p("log")}, `ttyrec: 0 parts are "recording"; one belongs there`},
		{"guacamole", []Part{p("recording")}, `guacamole: recordings of this format are kept, but cannot be replayed yet`},
	} {
		_, err := Open(c.format, c.parts)
		if _, ok := errors.AsType[*recording.Error](err); !ok || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.format, err, c.want)
		}
	}
}

func TestTheContentTellsTheFormat(t *testing.T) {
	for file, want := range samples {
		for codec, keep := range kept {
			if got, err := Detect(bytes.NewReader(keep(t, read(t, file)))); err != nil || got != want {
				t.Errorf("%s as %s: got %q, %v", file, codec, got, err)
			}
		}
	}
	for _, in := range []string{"", "{", "hello", "GIF89a", "[1,2]", `{"` + "\x00\x00\x00\x00\x00\x00"} {
		if got, err := Detect(strings.NewReader(in)); err != nil || got != "" {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
}

func TestAFilmIsToldAndNotEncoded(t *testing.T) {
	for _, file := range []string{"video/film.mp4", "video/fragments.mp4", "video/film.webm", "video/live.webm"} {
		data := read(t, file)
		if got, err := Detect(bytes.NewReader(data)); err != nil || got != "video" {
			t.Errorf("%s: got %q, %v", file, got, err)
		}
		_, err := Open("video", []Part{{main, bytes.NewReader(data)}})
		if _, ok := errors.AsType[*recording.Error](err); !ok || !strings.HasPrefix(err.Error(), "video: it is a film") {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestNoRecordingLooksLikeTwoFormats(t *testing.T) {
	files, err := filepath.Glob(recordings + "*/*")
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, file := range files {
		head := make([]byte, 64)
		n, err := io.ReadFull(recording.NewSource(bytes.NewReader(read(t, strings.TrimPrefix(file, recordings)))), head)
		if err != nil && err != io.ErrUnexpectedEOF {
			t.Fatal(err)
		}
		var alike []string
		for _, f := range known {
			if f.looks(head[:n]) {
				alike = append(alike, f.name)
			}
		}
		looked += len(alike)
		if len(alike) > 1 {
			t.Errorf("%s looks like %q", file, alike)
		}
	}
	if looked < 25 {
		t.Errorf("%d recordings look like something", looked)
	}
}

func TestALogOfJSONLinesIsToldFromAnAsciicast(t *testing.T) {
	for in, want := range map[string]string{
		`{"time":"2026-11-23T15:36:21.107Z","op":"put","path":"/a","bytes":7}` + "\n": "filelog",
		`{"op":"put","time":"2026-11-23T15:36:21.107Z"}` + "\n":                       "filelog",
		`{"version": 2, "width": 80, "height": 24}` + "\n":                            "asciicast",
		`{"title":"\"op\":","version":2}` + "\n":                                      "asciicast",
	} {
		if got, err := Detect(strings.NewReader(in)); err != nil || got != want {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
}
