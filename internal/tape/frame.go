package tape

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"tapedeck/internal/recording"
	"tapedeck/internal/terminal"
)

// ErrEvent says that a segment holds something that no writer writes.
var ErrEvent = errors.New("tape: a line of the segment is no event")

// events are the events of a segment, its keyframe among them.
func events(raw []byte) iter.Seq2[recording.Event, error] {
	return func(yield func(recording.Event, error) bool) {
		for line := range bytes.Lines(raw) {
			if line[0] == '{' {
				continue // the header of the whole
			}
			var (
				seconds    float64
				code, data string
			)
			if err := array(line, &seconds, &code, &data); err != nil || len(code) != 1 {
				yield(recording.Event{}, fmt.Errorf("%w: %.60q", ErrEvent, line))
				return
			}
			at := time.Duration(seconds*1e6+0.5) * time.Microsecond
			if !yield(recording.Event{At: at, Kind: recording.Kind(code[0]), Data: []byte(data)}, nil) {
				return
			}
		}
	}
}

// Screen is the terminal after all events with a time of at most at. Before the first event it is empty, past the
// end it is the last screen.
func (r *Reader) Screen(at time.Duration) (*terminal.Terminal, error) {
	if len(r.Index.Segments) == 0 {
		return terminal.New(r.Index.Cols, r.Index.Rows), nil
	}
	to := r.Index.At(at.Milliseconds())
	for from := r.Index.Keyframe(to); ; from = r.Index.Keyframe(from - 1) {
		t, err := r.from(from, to, at)
		if err != errAfter || from == 0 {
			return t, err
		}
	}
}

// errAfter says that a segment begins after the moment that is asked for, in the same millisecond.
var errAfter = errors.New("tape: the segment begins later")

func (r *Reader) from(from, to int, at time.Duration) (*terminal.Terminal, error) {
	t := terminal.New(r.Index.Cols, r.Index.Rows)
	for n := from; n <= to; n++ {
		raw, err := r.Segment(n)
		if err != nil {
			return nil, err
		}
		for e, err := range events(raw) {
			switch {
			case err != nil:
			case e.At > at && n == from && from > 0 && e.Kind == keyframe:
				return nil, errAfter
			case e.At > at:
				return t, nil
			case e.Kind == keyframe && n == from:
				t, err = fromKeyframe(e.Data)
			default:
				err = Show(t, e)
			}
			if err != nil {
				return nil, fmt.Errorf("segment %d: %w", n, err)
			}
		}
	}
	return t, nil
}

// Show lets a terminal show an event.
func Show(t *terminal.Terminal, e recording.Event) error {
	switch e.Kind {
	case recording.Output:
		t.Feed(e.Data)
	case recording.Resize:
		cols, rows, err := recording.ParseSize(e.Data)
		if err != nil {
			return err
		}
		t.Resize(cols, rows)
	}
	return nil
}

func fromKeyframe(data []byte) (*terminal.Terminal, error) {
	size, dump, ok := strings.Cut(string(data), "\n")
	cols, rows, err := recording.ParseSize([]byte(size))
	if !ok || err != nil {
		return nil, fmt.Errorf("%w: a keyframe without a size", ErrEvent)
	}
	t := terminal.New(cols, rows)
	t.Feed([]byte(dump))
	return t, nil
}

// Check reads everything and reports the first thing that is wrong, with the segment's number.
func (r *Reader) Check() error {
	var play, text int64
	for n := range r.Index.Segments {
		record, err := r.Record(n)
		if err != nil {
			return err
		}
		if record.Play.Offset != play || record.Text.Offset != text {
			return fmt.Errorf("read entry %d: %w: its segment is elsewhere", n, ErrTable)
		}
		play, text = play+record.Play.Bytes, text+record.Text.Bytes
		if (record.Text.Bytes == 0) != (record.Text.RawBytes == 0) {
			return fmt.Errorf("read entry %d: %w: a transcript of nothing", n, ErrTable)
		}
		raw, err := r.Segment(n)
		if err != nil {
			return err
		}
		for _, err := range events(raw) {
			if err != nil {
				return fmt.Errorf("segment %d: %w", n, err)
			}
		}
		if _, err := r.Lines(n); err != nil {
			return err
		}
	}
	return nil
}
