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
	"tapedeck/internal/terminal"
)

// made is what a Writer made.
type made struct {
	play, table, text bytes.Buffer
	index             *Index
}

func (m *made) reader() *Reader {
	return &Reader{Index: m.index, Files: Sources{bytes.NewReader(m.play.Bytes()), bytes.NewReader(m.table.Bytes()), bytes.NewReader(m.text.Bytes())}}
}

func encode(t testing.TB, rec *recording.Recording) *made {
	t.Helper()
	m := new(made)
	w, err := NewWriter(Files{&m.play, &m.table, &m.text}, rec.Cols, rec.Rows)
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
	if m.index, err = w.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

func open(t testing.TB, r io.Reader) *recording.Recording {
	t.Helper()
	rec, err := asciicast.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func eventLines(t *testing.T, rec *recording.Recording) (lines []string) {
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
		m := encode(t, open(t, bytes.NewReader(data)))
		z, err := gzip.NewReader(bytes.NewReader(m.play.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		want, got := open(t, bytes.NewReader(data)), open(t, z)
		if want.Cols != got.Cols || want.Rows != got.Rows || !slices.Equal(eventLines(t, want), eventLines(t, got)) {
			t.Errorf("%s: the play object holds something else", filepath.Base(file))
		}
		again := encode(t, open(t, bytes.NewReader(data)))
		if !bytes.Equal(m.play.Bytes(), again.play.Bytes()) || !bytes.Equal(m.text.Bytes(), again.text.Bytes()) || !bytes.Equal(m.table.Bytes(), again.table.Bytes()) {
			t.Errorf("%s: the same version made other bytes", filepath.Base(file))
		}
		var total int64
		for _, s := range m.index.Segments {
			total += s.Bytes
		}
		if total != int64(m.play.Len()) {
			t.Errorf("%s: the segments have %d bytes of %d", filepath.Base(file), total, m.play.Len())
		}
	}
}

func TestASegmentCanBeReadAlone(t *testing.T) {
	data, err := os.ReadFile("../../testdata/recordings/cast/cast-find-flood.cast")
	if err != nil {
		t.Fatal(err)
	}
	m := encode(t, open(t, bytes.NewReader(data)))
	x, r := m.index, m.reader()
	if len(x.Segments) < 4 {
		t.Fatalf("%d segments are too few for this test", len(x.Segments))
	}
	var all []byte
	for n, s := range x.Segments {
		raw, err := r.Segment(n)
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 && !bytes.Contains(raw[:30], []byte(`, "k", "80x24\n`)) {
			t.Errorf("segment %d does not begin with a keyframe: %.40s", n, raw)
		}
		if x.At(s.StartMs) < n {
			t.Errorf("the segment at %d ms is not %d", s.StartMs, n)
		}
		all = append(all, raw...)
	}
	if len(eventLines(t, open(t, bytes.NewReader(all)))) != 2191 {
		t.Error("the segments together are not the recording")
	}
	if err := r.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// Each bit of a play object, its table and its transcript is changed in turn: the change is noticed, and named.
func TestAnyChangedBitIsNoticed(t *testing.T) {
	in := `{"version":2,"width":20,"height":3}` + "\n" + `[1,"o","one\r\ntwo\r\nthree\r\n"]` + "\n" + `[2,"o","four"]` + "\n"
	m := encode(t, open(t, strings.NewReader(in)))
	if err := m.reader().Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*bytes.Buffer{"play object": &m.play, "table": &m.table, "transcript": &m.text} {
		if b.Len() == 0 {
			t.Fatalf("the %s is empty", name)
		}
		for bit := range b.Len() * 8 {
			b.Bytes()[bit/8] ^= 1 << (bit % 8)
			if err := m.reader().Check(t.Context()); !errors.Is(err, ErrSegment) && !errors.Is(err, ErrTable) && !errors.Is(err, ErrLines) {
				t.Errorf("%s, bit %d: %v", name, bit, err)
			}
			b.Bytes()[bit/8] ^= 1 << (bit % 8)
		}
		whole := bytes.Clone(b.Bytes())
		for n := range whole {
			b.Truncate(n)
			if err := m.reader().Check(t.Context()); !errors.Is(err, ErrSegment) && !errors.Is(err, ErrTable) && !errors.Is(err, ErrLines) {
				t.Errorf("%s, cut at %d: %v", name, n, err)
			}
			b.Reset()
			b.Write(whole)
		}
	}
}

// The screen by way of keyframes is the screen by way of all events.
func TestTheScreenAtAnyMomentIsThatOfALinearReplay(t *testing.T) {
	for _, file := range recordings(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := encode(t, open(t, bytes.NewReader(data)))
		rec := open(t, bytes.NewReader(data))
		linear := terminal.New(rec.Cols, rec.Rows)
		n := 0
		var last time.Duration
		for e, err := range rec.Events {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n%97 == 0 && e.At > last { // everything up to last was shown
				got, err := m.reader().Screen(last)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got.Rows(), linear.Rows()) {
					t.Fatalf("%s at %s:\n%s\nwant\n%s", filepath.Base(file), last, strings.Join(got.Rows(), "\n"), strings.Join(linear.Rows(), "\n"))
				}
			}
			last = e.At
			if err := Show(linear, e); err != nil {
				t.Fatal(err)
			}
		}
		final, err := os.ReadFile(strings.TrimSuffix(file, ".cast") + ".final.txt")
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.reader().Screen(last + time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if trim(strings.Join(got.Rows(), "\n")) != trim(string(final)) {
			t.Errorf("%s ends with\n%s\nwant\n%s", filepath.Base(file), strings.Join(got.Rows(), "\n"), final)
		}
	}
}

func trim(s string) string {
	var rows []string
	for row := range strings.Lines(s) {
		rows = append(rows, strings.TrimRight(row, " \n"))
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

func TestTheTranscriptIsWhatTheScreenSaid(t *testing.T) {
	in := `{"version":2,"width":20,"height":3}` + "\n" + `[1,"o","one\r\n"]` + "\n" + `[2,"o","\u001b[31mtwo\u001b[m\r\n"]` + "\n" +
		`[3,"o","\u001b[?1049h\u001b[Heditor"]` + "\n" + `[3.5,"o","\u001b[2;1Htoo soon"]` + "\n" + `[4.5,"o","\u001b[3;1Hmore"]` + "\n" +
		`[5,"o","\u001b[?1049l"]` + "\n" + `[6,"o","$ exit"]` + "\n"
	r := encode(t, open(t, strings.NewReader(in))).reader()
	lines, err := r.Lines(0)
	want := "1000\tone\n2000\ttwo\n3000\teditor\n4500\ttoo soon\n4500\tmore\n6000\t$ exit\n"
	if err != nil || string(lines) != want {
		t.Errorf("got %q, %v\nwant %q", lines, err, want)
	}
}

func TestTheIndexTellsSizesGapsAndMarkers(t *testing.T) {
	in := `{"version":2,"width":80,"height":24}` + "\n" +
		`[1,"o","a"]` + "\n" + `[1.5,"r","100x30"]` + "\n" + `[3,"m","here"]` + "\n" + `[9.5,"o","b"]` + "\n" + `[20,"x","0"]` + "\n"
	x := encode(t, open(t, strings.NewReader(in))).index
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
	for _, in := range []Index{{Version: 1, Codec: "gzip"}, {Version: 3, Codec: "gzip"}, {Version: 2, Codec: "zstd"}} {
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
		w, _ := NewWriter(Files{io.Discard, io.Discard, io.Discard}, rec.Cols, rec.Rows)
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
	if err := WriteIndex(&b, &Index{Version: 2, Codec: "gzip", Segments: segments{{0, 10, 20, false}}, DurationMs: time.Second.Milliseconds()}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		if _, err := ReadIndex(bytes.NewReader(in)); err != nil && !errors.Is(err, ErrIndex) {
			t.Errorf("an error of no known kind: %v", err)
		}
	})
}

// endsEarly is a source that says that it ends with the bytes that end it, as io.ReaderAt lets it.
type endsEarly struct{ *bytes.Reader }

func (r endsEarly) ReadAt(b []byte, offset int64) (int, error) {
	n, err := r.Reader.ReadAt(b, offset)
	if err == nil && offset+int64(n) == r.Size() {
		err = io.EOF
	}
	return n, err
}

func TestASourceMaySayThatItEndsWithTheLastBytes(t *testing.T) {
	m := encode(t, open(t, bytes.NewReader([]byte(`{"version":2,"width":80,"height":24}`+"\n"+`[1, "o", "hello\r\n"]`+"\n"))))
	r := &Reader{Index: m.index, Files: Sources{endsEarly{bytes.NewReader(m.play.Bytes())}, endsEarly{bytes.NewReader(m.table.Bytes())},
		endsEarly{bytes.NewReader(m.text.Bytes())}}}
	if err := r.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
