// Package recording reads recorded terminal sessions: bytes of any known format in, a stream of events out.
// One folder per format; the table of them is in formats.
package recording

import (
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// Kind says what an event is.
type Kind byte

const (
	Output Kind = 'o' // bytes that the server sent to the terminal
	Resize Kind = 'r' // "COLSxROWS"
	Marker Kind = 'm' // a label that the recorder or a person set
	Exit   Kind = 'x' // the exit status
)

// Event is something that happened in a session. What was typed is no event: it may hold passwords, and stays
// in the original.
type Event struct {
	At   time.Duration // since the start of the recording, never less than that of the event before
	Kind Kind
	Data []byte // valid until the next event is asked for
}

// Recording is an opened recording: the size of its terminal at the start, and its events, that can be read
// once. A sequence ends after its first error: ErrTruncated after the last whole event of a recording that was
// cut off, an *Error for one that cannot be read, anything else when its source failed.
type Recording struct {
	Cols, Rows int
	Events     iter.Seq2[Event, error]
}

// Bounds of what is read.
const (
	MaxLine    = 8 << 20              // bytes of one line or one event
	MaxCols    = 2000                 // of a terminal
	MaxRows    = 1000                 //
	MaxLength  = 366 * 24 * time.Hour // of a recording
	MaxRawSize = int64(1) << 40       // bytes of a recording, decompressed
	defaultCol = 80                   // where a recorder did not know the size
	defaultRow = 24                   //
)

// ErrTruncated says that a recording was cut off. What came before is whole.
var ErrTruncated = errors.New("recording: cut off")

// Error says why a recording cannot be read, in words for people, and where.
type Error struct {
	Format string
	Line   int // counted from 1; 0 when it is about the whole
	What   string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Format + ": " + e.What
	}
	return fmt.Sprintf("%s: line %d: %s", e.Format, e.Line, e.What)
}

// Size checks the size of a terminal. 0x0 is what recorders without a terminal write: it becomes 80x24.
func Size(cols, rows int) (int, int, error) {
	if cols == 0 && rows == 0 {
		return defaultCol, defaultRow, nil
	}
	if cols < 1 || rows < 1 || cols > MaxCols || rows > MaxRows {
		return 0, 0, fmt.Errorf("a terminal of %dx%d is out of bounds (1x1 to %dx%d)", cols, rows, MaxCols, MaxRows)
	}
	return cols, rows, nil
}

// ParseSize reads the data of a Resize, "COLSxROWS".
func ParseSize(data []byte) (cols, rows int, err error) {
	c, r, ok := strings.Cut(string(data), "x")
	cols, err1 := strconv.Atoi(c)
	rows, err2 := strconv.Atoi(r)
	if !ok || err1 != nil || err2 != nil || len(data) > 12 || c[0] == '+' || r[0] == '+' {
		return 0, 0, errors.New(`a resize is not of the form "80x24"`)
	}
	if cols < 1 || rows < 1 {
		return 0, 0, errors.New("a resize to nothing")
	}
	return Size(cols, rows)
}
