package reel_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"tapedeck/internal/display"
	"tapedeck/internal/encode"
	"tapedeck/internal/recording"
	"tapedeck/internal/reel"
	"tapedeck/internal/tape"
)

const recordings = "../../testdata/recordings/guac/"

// made is what is made of a recording.
type made struct {
	play, table, keys, index bytes.Buffer
	*encode.Made
}

func encoded(t testing.TB, r io.Reader) *made {
	t.Helper()
	m, err := tryEncode(r)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func tryEncode(r io.Reader) (*made, error) {
	m := new(made)
	var err error
	m.Made, err = encode.Recording(context.Background(), "guacamole", []encode.Part{{Role: "recording", Bytes: r}},
		encode.Outputs{Files: tape.Files{Play: &m.play, Table: &m.table, Transcript: io.Discard}, Index: &m.index, Keys: &m.keys})
	return m, err
}

func (m *made) reader() *tape.Reader {
	return &tape.Reader{Index: m.Index, Files: tape.Sources{Play: bytes.NewReader(m.play.Bytes()), Table: bytes.NewReader(m.table.Bytes()), Transcript: bytes.NewReader(m.keys.Bytes())}}
}

// names are the recordings; in a short run the small ones.
func names(t *testing.T) (list []string) {
	all, err := filepath.Glob(recordings + "*.guac.gz")
	if err != nil || len(all) < 5 {
		t.Fatal(all, err)
	}
	for _, path := range all {
		if info, err := os.Stat(path); err == nil && (!testing.Short() || info.Size() < 2<<20) {
			list = append(list, filepath.Base(path))
		}
	}
	return list
}

func opened(t testing.TB, name string) io.Reader {
	t.Helper()
	data, err := os.ReadFile(recordings + name)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(data)
}

func plain(t *testing.T, gz []byte) string {
	t.Helper()
	if len(gz) == 0 {
		return ""
	}
	z, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAMomentIsTheSameByItsKeyframeAsFromTheStart(t *testing.T) {
	for _, name := range names(t) {
		t.Run(name, func(t *testing.T) {
			m := encoded(t, opened(t, name))
			if err := reel.Check(t.Context(), m.reader()); err != nil { // each keyframe against the whole before it
				t.Error(err)
			}
			r := rand.New(rand.NewPCG(7, uint64(len(name))))
			whole := m.reader()
			for range 2 {
				at := time.Duration(r.Int64N(m.Index.DurationMs+1)) * time.Millisecond
				byKeyframe, err := reel.Picture(whole, at)
				if err != nil {
					t.Fatal(err)
				}
				if err := fromStart(t, whole, at).Compare(byKeyframe); err != nil {
					t.Errorf("at %s: %v", at, err)
				}
			}
		})
	}
}

// fromStart is the display of a moment that no keyframe was used for: as if none of the segments were one to begin with.
func fromStart(t *testing.T, r *tape.Reader, at time.Duration) *display.Display {
	t.Helper()
	index := *r.Index
	index.Segments = append(index.Segments[:0:0], index.Segments...)
	blind := *r
	blind.Index = &index
	for n := range index.Segments {
		index.Segments[n].Keyframe = false // fed like frames, a keyframe changes nothing
	}
	d, err := reel.Picture(&blind, at)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatWasTypedIsNotInThePlayObject(t *testing.T) {
	for name, typed := range map[string]bool{"rdp-xrdp-1280x720.guac.gz": true, "ssh-nonbmp-title.guac.gz": true, "vnc-killed-mid-instruction.guac.gz": false} {
		m := encoded(t, opened(t, name))
		play, keys := plain(t, m.play.Bytes()), plain(t, m.keys.Bytes())
		for _, opcode := range []string{"3.key,", "9.clipboard,", "4.nest,"} {
			if strings.Contains(play, ";"+opcode) {
				t.Errorf("%s: the play object has a %s", name, opcode)
			}
		}
		if got := strings.Contains(keys, `"pressed":true`); got != typed {
			t.Errorf("%s: keys %.80q", name, keys)
		}
	}
}

func TestTheSameRecordingMakesTheSameBytes(t *testing.T) {
	const name = "ssh-session-resize.guac.gz"
	a, b := encoded(t, opened(t, name)), encoded(t, opened(t, name))
	for i, pair := range [][2]bytes.Buffer{{a.play, b.play}, {a.table, b.table}, {a.keys, b.keys}, {a.index, b.index}} {
		if !bytes.Equal(pair[0].Bytes(), pair[1].Bytes()) {
			t.Errorf("file %d is another", i)
		}
	}
}

func TestWhatTheRecordingsAreKnownFor(t *testing.T) {
	for name, want := range map[string]struct {
		sizes     string
		seconds   float64
		truncated bool
	}{
		"vnc-long-idle-1280x800.guac.gz":     {"1280x800", 573.707, false},
		"ssh-session-resize.guac.gz":         {"1024x768 800x480 1280x800", 72.395, false},
		"vnc-killed-mid-instruction.guac.gz": {"1024x768", 4.378, true},
		"ssh-unicode-title-idle.guac.gz":     {"1024x640", 99.521, false},
	} {
		m := encoded(t, opened(t, name))
		sizes := fmt.Sprintf("%dx%d", m.Index.Cols, m.Index.Rows)
		for _, r := range m.Index.Resizes {
			sizes += fmt.Sprintf(" %dx%d", r.Cols, r.Rows)
		}
		if sizes != want.sizes || float64(m.Index.DurationMs)/1000 != want.seconds || m.Truncated != want.truncated {
			t.Errorf("%s: %s, %d ms, cut off %v", name, sizes, m.Index.DurationMs, m.Truncated)
		}
		if name == "vnc-long-idle-1280x800.guac.gz" {
			long := 0
			for _, g := range m.Index.Idle {
				if g.ToMs-g.FromMs > 90_000 {
					long++
				}
			}
			if long != 3 {
				t.Errorf("%s: idle %v", name, m.Index.Idle)
			}
		}
	}
}

// instructions are elements, encoded: an opcode and its arguments each.
func instructions(list ...string) string {
	var b strings.Builder
	for _, i := range list {
		for n, e := range strings.Split(i, " ") {
			if n > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%d.%s", len([]rune(e)), e)
		}
		b.WriteByte(';')
	}
	return b.String()
}

func TestRecordingsThatMeanNoGood(t *testing.T) {
	const start = "size 0 100 50"
	for name, c := range map[string]struct {
		in    string
		fails string // in the error; "" plays
		left  string // counted in leftOut
	}{
		"nothing":                     {"", "no sync", ""},
		"no sync at all":              {instructions(start, "rect 0 0 0 10 10", "cfill 14 0 255 0 0 255"), "no sync", ""},
		"unknown opcodes":             {instructions(start, "frobnicate 1 2 3", "sync 5"), "", "unknown"},
		"a length of 4 GB":            {"4294967296.x", "length", ""},
		"a length that is wrong":      {instructions(start, "sync 5") + "3.sync,1.9;", "guacamole", ""},
		"an image that is none":       {instructions(start, "img 1 14 0 image/png 0 0", "blob 1 aGVsbG8=", "end 1", "sync 5"), "", "image"},
		"base64 rubbish":              {instructions(start, "img 1 14 0 image/png 0 0", "blob 1 !!!!", "end 1", "sync 5"), "", "i"},
		"blobs of no stream":          {instructions(start, "blob 7 aGVsbG8=", "end 7", "end 1", "sync 5"), "", "stream"},
		"a layer of a million":        {instructions(start, "size 1000000 10 10", "rect 1000000 0 0 5 5", "cfill 14 1000000 1 2 3 255", "sync 5"), "", ""},
		"a size beyond all bounds":    {instructions("size 0 100000 100000", "sync 5"), "", "bounds"},
		"a size of less than nothing": {instructions("size 0 -5 -5", "sync 5"), "", "i"},
		"times that go back":          {instructions(start, "sync 500", "rect 0 0 0 10 10", "cfill 14 0 255 0 0 255", "sync 100", "sync 600"), "", ""},
		"a time that is none":         {instructions(start, "sync x", "sync 5"), "", "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := tryEncode(strings.NewReader(c.in))
			if c.fails != "" {
				e, ok := errors.AsType[*recording.Error](err)
				if !ok || !strings.Contains(e.Error(), c.fails) {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := reel.Check(t.Context(), m.reader()); err != nil {
				t.Error(err)
			}
			if c.left != "" && !strings.Contains(fmt.Sprint(m.Index.LeftOut), c.left) {
				t.Errorf("left out is %v", m.Index.LeftOut)
			}
			if name == "times that go back" && (m.Index.TimesBack != 1 || m.Index.DurationMs != 100) {
				t.Errorf("%d times back, %d ms", m.Index.TimesBack, m.Index.DurationMs)
			}
		})
	}
	many := strings.Builder{}
	for n := range 5000 {
		many.WriteString(instructions(fmt.Sprintf("size -%d 3000 3000", n+1)))
	}
	m, err := tryEncode(strings.NewReader(many.String() + instructions("sync 1")))
	if err != nil || m.Index.LeftOut["bounds"] == 0 {
		t.Errorf("buffers without end: %v %+v", err, m.Index)
	}
}

func FuzzRecording(f *testing.F) {
	f.Add(instructions("size 0 100 50", "rect 0 0 0 10 10", "cfill 14 0 255 0 0 255", "sync 5", "copy 0 0 0 5 5 14 -1 0 0", "move 1 0 3 3 1", "mouse 1 1 0 6", "key 65 1 6", "sync 7"))
	f.Add(instructions("size 0 20 20", "img 1 14 0 image/png 0 0", "blob 1 iVBORw0KGgo=", "end 1", "shade 1 128", "dispose 1", "cursor 0 0 -1 0 0 5 5", "sync 5"))
	f.Add(instructions("size 0 64 64", "img 1 12 -1 image/jpeg 0 0", "blob 1 /9j/4AAQ", "end 1", "copy -1 0 0 9 9 14 0 1 1", "transfer 0 0 0 5 5 6 1 2 2", "sync 5", "nest 1 8.4.sync,1.9;", "clipboard 2 text/plain", "blob 2 aGk=", "end 2", "sync 3", "sync 2", "name łódź", "sync 9"))
	f.Add(instructions("size 1000000 64 64", "size 0 100000 100000", "arc 0 9 9 9 0 6 0", "cstroke 14 0 0 0 1 9 9 9 255", "push 0", "clip 0", "distort 1 0.5 0 0 0.5 1 1", "sync 1") + "9.frobnicat,4294967296.x;")
	f.Fuzz(func(t *testing.T, in string) {
		m, err := tryEncode(strings.NewReader(in))
		if _, ok := errors.AsType[*recording.Error](err); err != nil && !ok {
			t.Fatal(err)
		}
		if err == nil && m.Index.DurationMs >= 0 {
			if err := reel.Check(t.Context(), m.reader()); err != nil {
				t.Fatal(err)
			}
		}
	})
}
