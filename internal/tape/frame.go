package tape

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"tapedeck/internal/recording"
	"tapedeck/internal/terminal"
)

// ErrEvent says that a segment holds something that no writer writes.
var ErrEvent = errors.New("tape: a line of the segment is no event")

// errKeyframe says that a keyframe is where none belongs, or none where one does.
var errKeyframe = fmt.Errorf("%w: a keyframe is missing or out of place", ErrEvent)

// header is the first line of the whole, an asciicast v2.
func header(cols, rows int) []byte {
	return fmt.Appendf(nil, `{"version":2,"width":%d,"height":%d}`+"\n", cols, rows)
}

// events are the lines of a segment that are events.
func (r *Reader) events(n int) ([]byte, error) {
	raw, err := r.Segment(n)
	if err != nil || n > 0 {
		return raw, err
	}
	rest, ok := bytes.CutPrefix(raw, header(r.Index.Cols, r.Index.Rows))
	if !ok {
		return nil, fmt.Errorf("segment 0: %w: the header is %.60q", ErrEvent, raw)
	}
	return rest, nil
}

// cutEvent cuts the first event off lines of a segment.
func cutEvent(lines []byte) (e recording.Event, rest []byte, err error) {
	line, rest, whole := bytes.Cut(lines, []byte("\n"))
	var (
		seconds    float64
		code, data string
	)
	if err := array(line, &seconds, &code, &data); !whole || err != nil || len(code) != 1 || seconds < 0 || seconds > recording.MaxLength.Seconds() {
		return e, nil, fmt.Errorf("%w: %.60q", ErrEvent, line)
	}
	at := time.Duration(seconds*1e6+0.5) * time.Microsecond
	return recording.Event{At: at, Kind: recording.Kind(code[0]), Data: []byte(data)}, rest, nil
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

// cutKeyframe cuts a keyframe into the size of its terminal and the string that makes it.
func cutKeyframe(data []byte) (cols, rows int, dump []byte, err error) {
	size, dump, ok := bytes.Cut(data, []byte("\n"))
	if cols, rows, err = recording.ParseSize(size); !ok || err != nil {
		return 0, 0, nil, fmt.Errorf("%w: a keyframe without a size", ErrEvent)
	}
	return cols, rows, dump, nil
}

// fromKeyframe makes the terminal that a keyframe describes.
func fromKeyframe(data []byte) (*terminal.Terminal, error) {
	cols, rows, dump, err := cutKeyframe(data)
	if err != nil {
		return nil, err
	}
	t := terminal.New(cols, rows)
	t.Feed(dump)
	return t, nil
}
