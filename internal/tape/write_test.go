package tape

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/recording"
	"tapedeck/internal/terminal"
)

// outputs is a recording with one output each millisecond.
func outputs(cols, rows int, list func(yield func([]byte) bool)) *recording.Recording {
	return &recording.Recording{Cols: cols, Rows: rows, Events: func(yield func(recording.Event, error) bool) {
		at := time.Duration(0)
		for data := range list {
			if at += time.Millisecond; !yield(recording.Event{At: at, Kind: recording.Output, Data: data}, nil) {
				return
			}
		}
	}}
}

func TestACharacterThatIsSplitBetweenOutputsIsWhole(t *testing.T) {
	for name, parts := range map[string][]string{
		"two parts": {"a\xe2\x82", "\xacb"}, "three parts": {"a\xe2", "\x82", "\xacb"}, "whole": {"a€", "b"},
	} {
		rec := outputs(20, 2, func(yield func([]byte) bool) {
			for _, p := range parts {
				if !yield([]byte(p)) {
					return
				}
			}
		})
		r := encode(t, rec).reader()
		screen, err := r.Screen(time.Hour)
		if err != nil || screen.Rows()[0] != "a€b" {
			t.Errorf("%s: %q, %v", name, screen.Rows(), err)
		}
		if raw, err := r.Segment(0); err != nil || bytes.Contains(raw, []byte("\ufffd")) {
			t.Errorf("%s: %q, %v", name, raw, err)
		}
		if err := r.Check(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsNoCharacterIsReplacedAlike(t *testing.T) {
	r := encode(t, outputs(20, 2, slices.Values([][]byte{[]byte("a\xff\xe2"), []byte("b\xf0\x9f")}))).reader()
	screen, err := r.Screen(time.Hour)
	if err != nil || screen.Rows()[0] != "a\ufffd\ufffdb" {
		t.Errorf("%q, %v", screen.Rows(), err)
	}
	if err := r.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// colourful fills the cells of a screen, each in colours of its own, in n outputs.
func colourful(n, cells int) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for i := range n {
			var b []byte
			for k := range cells {
				c := i*cells + k
				b = fmt.Appendf(b, "\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dmx", c>>16&255, c>>8&255, c&255, c&255, c>>8&255, c>>16&255)
			}
			if !yield(b) {
				return
			}
		}
	}
}

func TestKeyframesDoNotOutweighTheRecording(t *testing.T) {
	var raw int
	rec := outputs(400, 100, func(yield func([]byte) bool) {
		colourful(400, 500)(func(b []byte) bool {
			raw += len(b)
			return yield(b)
		})
	})
	m := encode(t, rec)
	var stored int64
	for _, s := range m.index.Segments {
		if stored += s.RawBytes; s.Blind {
			t.Error("a segment is blind")
		}
	}
	if n := len(m.index.Segments); n < 3 || stored > int64(raw)*3 {
		t.Errorf("%d segments of %d bytes for %d bytes", n, stored, raw)
	}
	if err := m.reader().Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestASegmentWhoseKeyframeWouldBeTooLongIsBlind(t *testing.T) {
	m := encode(t, outputs(1000, 150, colourful(160, 1000)))
	if n := len(m.index.Segments); n < 3 || !m.index.Segments[n-1].Blind || m.index.Segments[0].Blind {
		t.Errorf("%d segments, %+v", n, m.index.Segments[n-1])
	}
	if err := m.reader().Check(t.Context()); err != nil {
		t.Error(err)
	}
	want := encode(t, outputs(1000, 150, colourful(150, 1000)))
	a, err := want.reader().Screen(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.reader().Screen(150 * time.Millisecond)
	if err != nil || !bytes.Equal(a.Dump(), b.Dump()) {
		t.Errorf("the screen in a blind segment is another: %v", err)
	}
}

func TestALineThatIsSaidAgainAndAgainDoesNotFillTheMemory(t *testing.T) {
	line := []byte(strings.Repeat("x", 1999))
	again := bytes.Repeat([]byte("\x1b[A\n"), 6_000) // up, and down again
	m := encode(t, outputs(2000, 10, slices.Values([][]byte{line, again, []byte("\r\nthe end")})))
	lines, err := m.reader().Lines(0)
	if err != nil || len(lines) < maxText || len(lines) > maxText+4000 {
		t.Errorf("%d bytes, %v", len(lines), err)
	}
}

// What no keyframe can say may come to light later: a tabulator outside of the screen, when it becomes wide again.
// Then the keyframe shows another screen than the recording, and is taken back; before that it is a good one.
func TestAKeyframeWhoseLeftoversComeToLightIsTakenBack(t *testing.T) {
	filler := strings.Repeat("\x1b[1m\x1b[m", firstRaw/10) // more than a segment in which nothing happens
	for name, c := range map[string]struct {
		quiet int      // segments in which nothing happens, before
		after []string // in the last segment: the narrow screen becomes so wide, and this is shown
		blind bool     // all segments with such a keyframe
	}{
		"it comes to light":       {1, []string{"120x5", "\x1b[98G\tx"}, true},
		"and is gone again":       {1, []string{"120x5", "\x1b[98G\tx", "\x1b[2J\x1b[H\x1b[3g"}, true},
		"it stays where it is":    {1, []string{"60x5", "\x1b[98G\tx"}, false},
		"two segments later":      {3, []string{"120x5", "\x1b[98G\tx"}, true},
		"it never comes to light": {3, []string{"60x5", "\x1b[98G\tx"}, false},
	} {
		events := []recording.Event{
			{Kind: recording.Output, Data: []byte("\x1b[3g\x1b[101G\x1bH\r")},
			{Kind: recording.Resize, Data: []byte("40x5")},
		}
		for range c.quiet {
			events = append(events, recording.Event{Kind: recording.Output, Data: []byte(filler)}, recording.Event{Kind: recording.Output, Data: []byte("narrow")})
		}
		events = append(events, recording.Event{Kind: recording.Resize, Data: []byte(c.after[0])})
		for _, output := range c.after[1:] {
			events = append(events, recording.Event{Kind: recording.Output, Data: []byte(output)})
		}
		m := encode(t, &recording.Recording{Cols: 120, Rows: 5, Events: func(yield func(recording.Event, error) bool) {
			for i, e := range events {
				if e.At = time.Duration(i) * time.Second; !yield(e, nil) {
					return
				}
			}
		}})
		if len(m.index.Segments) != c.quiet+1 || m.index.Segments[0].Blind {
			t.Errorf("%s: %+v", name, m.index.Segments)
		}
		for n, s := range m.index.Segments[1:] {
			if s.Blind != c.blind {
				t.Errorf("%s: segment %d: %+v", name, n+1, s)
			}
		}
		if err := m.reader().Check(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		linear := terminal.New(120, 5)
		for i, e := range events {
			if err := Show(linear, e); err != nil {
				t.Fatal(err)
			}
			screen, err := m.reader().Screen(time.Duration(i) * time.Second)
			if err != nil || !slices.Equal(screen.Rows(), linear.Rows()) {
				t.Errorf("%s: after event %d the screen is %q, want %q (%v)", name, i, screen.Rows(), linear.Rows(), err)
			}
		}
	}
}
