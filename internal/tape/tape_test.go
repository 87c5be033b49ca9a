package tape

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/recording"
	"tapedeck/internal/recording/asciicast"
)

func encode(t *testing.T, rec *recording.Recording) ([]byte, *Index) {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, rec.Cols, rec.Rows)
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range rec.Events {
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	x, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), x
}

func open(t *testing.T, r io.Reader) *recording.Recording {
	t.Helper()
	rec, err := asciicast.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func events(t *testing.T, rec *recording.Recording) (lines []string) {
	t.Helper()
	for e, err := range rec.Events {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s %c %q", e.At, e.Kind, e.Data))
	}
	return lines
}

func recordings(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/recordings/cast/*.cast")
	if err != nil || len(files) < 19 {
		t.Fatalf("found %d recordings, %v", len(files), err)
	}
	return files
}

func TestThePlayObjectOfEachRecordingIsAnAsciicastWithTheSameEvents(t *testing.T) {
	for _, file := range recordings(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		play, x := encode(t, open(t, bytes.NewReader(data)))
		z, err := gzip.NewReader(bytes.NewReader(play))
		if err != nil {
			t.Fatal(err)
		}
		want, got := open(t, bytes.NewReader(data)), open(t, z)
		if want.Cols != got.Cols || want.Rows != got.Rows || !slices.Equal(events(t, want), events(t, got)) {
			t.Errorf("%s: the play object holds something else", filepath.Base(file))
		}
		again, _ := encode(t, open(t, bytes.NewReader(data)))
		if !bytes.Equal(play, again) {
			t.Errorf("%s: the same version made other bytes", filepath.Base(file))
		}
		var total int64
		for _, s := range x.Segments {
			total += s.Bytes
		}
		if total != int64(len(play)) {
			t.Errorf("%s: the segments have %d bytes of %d", filepath.Base(file), total, len(play))
		}
	}
}

func TestASegmentCanBeReadAlone(t *testing.T) {
	data, err := os.ReadFile("../../testdata/recordings/cast/cast-find-flood.cast")
	if err != nil {
		t.Fatal(err)
	}
	play, x := encode(t, open(t, bytes.NewReader(data)))
	if len(x.Segments) < 4 {
		t.Fatalf("%d segments are too few for this test", len(x.Segments))
	}
	r := NewReader(bytes.NewReader(play), x)
	var all []byte
	for n, s := range x.Segments {
		raw, err := r.Segment(n)
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 && !strings.HasPrefix(string(raw), "[") {
			t.Errorf("segment %d does not begin with an event", n)
		}
		if x.At(s.StartMs) < n {
			t.Errorf("the segment at %d ms is not %d", s.StartMs, n)
		}
		all = append(all, raw...)
	}
	if len(events(t, open(t, bytes.NewReader(all)))) != 2191 {
		t.Error("the segments together are not the recording")
	}
	damaged := bytes.Clone(play)
	damaged[x.Segments[0].Bytes+40] ^= 1
	if _, err := NewReader(bytes.NewReader(damaged), x).Segment(1); !errors.Is(err, ErrSegment) {
		t.Errorf("a damaged segment: %v", err)
	}
}

func TestTheIndexTellsSizesGapsAndMarkers(t *testing.T) {
	in := `{"version":2,"width":80,"height":24}` + "\n" +
		`[1,"o","a"]` + "\n" + `[1.5,"r","100x30"]` + "\n" + `[3,"m","here"]` + "\n" + `[9.5,"o","b"]` + "\n" + `[20,"x","0"]` + "\n"
	_, x := encode(t, open(t, strings.NewReader(in)))
	var b bytes.Buffer
	if err := WriteIndex(&b, x); err != nil {
		t.Fatal(err)
	}
	back, err := ReadIndex(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]any{"duration 20000": back.DurationMs, "resizes [{1500 100 30}]": back.Resizes,
		"markers [{3000 here}]": back.Markers, "idle [{1500 9500} {9500 20000}]": back.Idle} {
		what, want, _ := strings.Cut(name, " ")
		if fmt.Sprint(got) != want {
			t.Errorf("%s is %v, want %s", what, got, want)
		}
	}
}

func TestAnIndexOfAnUnknownVersionIsRefused(t *testing.T) {
	for _, in := range []Index{{Version: 2, Codec: "gzip"}, {Version: 1, Codec: "zstd"}} {
		var b bytes.Buffer
		if err := WriteIndex(&b, &in); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadIndex(&b); !errors.Is(err, ErrIndex) {
			t.Errorf("%+v: %v", in, err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	data, err := os.ReadFile("../../testdata/recordings/cast/cast-find-flood.cast")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		rec, err := asciicast.Open(bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		w, _ := NewWriter(io.Discard, rec.Cols, rec.Rows)
		for e, err := range rec.Events {
			if err != nil {
				b.Fatal(err)
			}
			if err := w.Add(e); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzReadIndex(f *testing.F) {
	var b bytes.Buffer
	if err := WriteIndex(&b, &Index{Version: 1, Codec: "gzip", Segments: []Segment{{0, 10, 20}}, DurationMs: time.Second.Milliseconds()}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		if _, err := ReadIndex(bytes.NewReader(in)); err != nil && !errors.Is(err, ErrIndex) {
			t.Errorf("an error of no known kind: %v", err)
		}
	})
}
