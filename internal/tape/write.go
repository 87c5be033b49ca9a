package tape

import (
	"fmt"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"tapedeck/internal/recording"
	"tapedeck/internal/terminal"
)

const (
	idleFrom = 2 * time.Second // shorter pauses are no gap
	level    = 5               // of compression: above, the size falls little and the time grows much

	// A segment ends with the event that reaches so many decompressed bytes. So many segments have the first size; then
	// it doubles, and again, up to the last: the index of a very long recording stays small.
	firstRaw = 256 << 10
	lastRaw  = 2 << 20
	growth   = 4096
)

// segmentRaw is the size of the n-th segment.
func segmentRaw(n int) int { return min(firstRaw<<min(n/growth, 10), lastRaw) }

// A keyframe of a large and colourful screen is long. A segment is twice as long as its keyframe at least, so that
// keyframes do not outweigh what is between them. With a keyframe longer than this it is blind.
const maxKeyframe = 4 << 20

// keyframe is the code of an event that stands at the start of each segment: "COLSxROWS" and a newline, then a
// string that makes a new terminal of that size show what was shown before the segment. Players of asciicast read
// over codes that they do not know.
const keyframe = 'k'

// Files are what a Writer writes, each as a stream.
type Files struct{ Play, Table, Transcript io.Writer }

// Writer makes a play object in bounded memory, whatever the recording's length.
type Writer struct {
	play, text *Members
	table      io.Writer
	term       *terminal.Terminal
	lines      transcript

	raw   []byte // of the segment that grows
	begun bool   // it has its keyframe
	dump  []byte
	head  int   // length of its keyframe's line
	start int64 // ms of its first event
	blind bool
	frame int // where in raw the keyframe is, head bytes long
	// shadow is a terminal made of the segment's keyframe, that goes along where it has not all that nothing shows: what
	// a resize left, for example.
	shadow *terminal.Terminal
	looked int    // where in raw the shadow was compared last
	weak   []bool // of each segment, whether its keyframe was found to do for that segment, and no further
	tail   tail
	index  Index
	last   time.Duration // of the last event
	shown  time.Duration // of the last event that the terminal showed
}

// NewWriter makes a Writer for a terminal of the given size.
func NewWriter(f Files, cols, rows int) (*Writer, error) {
	w := &Writer{table: f.Table, term: terminal.New(cols, rows), index: NewIndex("", cols, rows)}
	w.lines.watch(w.term)
	w.raw = header(cols, rows)
	var err error
	if w.play, err = NewMembers(f.Play, level); err != nil {
		return nil, err
	}
	w.text, err = NewMembers(f.Transcript, level)
	return w, err
}

// Add appends an event.
func (w *Writer) Add(e recording.Event) error {
	ms := e.At.Milliseconds()
	if !w.begun {
		w.begin(e.At)
	}
	switch e.Kind {
	case recording.Output:
		e.Data = w.tail.whole(e.Data)
		w.lines.at(ms)
		w.term.Feed(e.Data)
		if w.shadow != nil {
			w.shadow.Feed(e.Data)
		}
		w.lines.look()
	case recording.Resize:
		cols, rows, err := recording.ParseSize(e.Data)
		if err != nil {
			return err
		}
		w.term.Resize(cols, rows)
		if w.shadow != nil {
			w.shadow.Resize(cols, rows)
		}
		if len(w.index.Resizes) < maxResizes {
			w.index.Resizes = append(w.index.Resizes, Resize{ms, cols, rows})
		}
	case recording.Marker:
		if len(w.index.Markers) < maxMarkers {
			w.index.Markers = append(w.index.Markers, Marker{ms, label(e.Data)})
		}
	}
	if e.Kind == recording.Output || e.Kind == recording.Resize {
		w.gap(e.At)
		w.shown = e.At
	}
	if e.Kind == recording.Resize || len(w.raw)-w.looked >= lookAfter {
		w.checkShadow()
	}
	w.last = e.At
	w.raw = appendEvent(w.raw, e)
	if len(w.raw) < max(segmentRaw(len(w.index.Segments)), 2*w.head) {
		return nil
	}
	return w.flush()
}

// begin starts a segment with its keyframe.
func (w *Writer) begin(at time.Duration) {
	w.begun, w.start = true, at.Milliseconds()
	cols, rows := w.term.Size()
	head := fmt.Appendf(w.dump[:0], "%dx%d\n", cols, rows)
	w.dump = w.term.AppendDump(head)
	dump := w.dump[len(head):]
	made := terminal.New(cols, rows)
	made.Feed(dump)
	match := w.term.Compare(made)
	w.blind, w.frame = match == terminal.Differs, len(w.raw)
	if !w.blind {
		w.raw = appendLine(w.raw, at, keyframe, w.dump)
	}
	if w.head = len(w.raw) - w.frame; w.head > maxKeyframe {
		w.blind, w.raw, w.head = true, w.raw[:w.frame], maxKeyframe
	}
	if w.shadow = nil; match == terminal.Shows && !w.blind {
		w.shadow, w.looked = made, len(w.raw)
	}
	if w.blind {
		w.distrust()
	}
}

// distrust makes segments blind whose keyframes are not known to do for the segment that grows, which has none of its
// own: who comes here begins at one after which nothing differs. Their keyframes are written already, and are passed over.
func (w *Writer) distrust() {
	for n := len(w.weak) - 1; n >= 0 && (w.weak[n] || w.index.Segments[n].Blind); n-- {
		w.index.Segments[n].Blind = true
	}
}

// lookAfter is after how many bytes of a segment its shadow is compared; also after each resize and at the segment's
// end. After each event would take longer than encoding does.
const lookAfter = 16 << 10

// checkShadow takes a keyframe back whose leftovers come to light: it would show another screen than the recording.
func (w *Writer) checkShadow() {
	if w.looked = len(w.raw); w.shadow != nil && w.term.Compare(w.shadow) == terminal.Differs {
		w.raw = slices.Delete(w.raw, w.frame, w.frame+w.head)
		w.blind, w.shadow = true, nil
		w.distrust()
	}
}

// Close ends the play object and returns its index. It does not close what it writes to.
func (w *Writer) Close() (*Index, error) {
	w.gap(w.last)
	w.index.DurationMs = w.last.Milliseconds()
	w.lines.rest(w.term)
	if len(w.raw) > 0 {
		if err := w.flush(); err != nil {
			return nil, err
		}
	}
	return &w.index, nil
}

func (w *Writer) gap(until time.Duration) {
	if until-w.shown >= idleFrom && len(w.index.Idle) < maxIdle {
		w.index.Idle = append(w.index.Idle, Gap{w.shown.Milliseconds(), until.Milliseconds()})
	}
}

func (w *Writer) flush() (err error) {
	w.checkShadow()
	r := Record{StartMs: w.start}
	if r.Play, err = w.play.Add(w.raw); err != nil {
		return err
	}
	if r.Text, err = w.text.Add(w.lines.take()); err != nil {
		return err
	}
	if _, err := w.table.Write(r.AppendTo(nil)); err != nil {
		return err
	}
	w.weak = append(w.weak, w.shadow != nil)
	w.index.Segments = append(w.index.Segments, Segment{StartMs: w.start, Bytes: r.Play.Bytes, RawBytes: r.Play.RawBytes, Blind: w.blind})
	w.raw, w.begun = w.raw[:0], false
	return nil
}

func label(data []byte) string {
	s := string(data)
	if len(s) <= maxLabel {
		return s
	}
	n := maxLabel
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
