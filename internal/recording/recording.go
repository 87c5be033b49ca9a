// Package recording reads recorded terminal sessions: bytes of any known format in, a stream of events out.
// One folder per format; the table of them is in formats.
package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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
	MaxLine     = 8 << 20              // bytes of one line or one event
	MaxCols     = 2000                 // of a terminal
	MaxRows     = 1000                 //
	MaxLength   = 366 * 24 * time.Hour // of a recording
	MaxRawSize  = int64(1) << 40       // bytes of a recording, decompressed
	DefaultCols = 80                   // where a recorder did not know the size
	DefaultRows = 24                   //
)

// ErrTruncated says that a recording was cut off. What came before is whole.
var ErrTruncated = errors.New("recording: cut off")

// Error says why a recording cannot be read, in words for people, and where.
type Error struct {
	Format string
	Line   int   // counted from 1; 0 where there are no lines, or when it is about the whole
	Offset int64 // bytes before the place, where there are no lines; 0 also when it is about the whole
	What   string
}

func (e *Error) Error() string {
	switch {
	case e.Line > 0:
		return fmt.Sprintf("%s: line %d: %s", e.Format, e.Line, e.What)
	case e.Offset > 0:
		return fmt.Sprintf("%s: byte %d: %s", e.Format, e.Offset, e.What)
	}
	return e.Format + ": " + e.What
}

// Sequence is what next gives until it fails; io.EOF is its regular end.
func Sequence(next func() (Event, error)) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for {
			e, err := next()
			if err == io.EOF || !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Size checks the size of a terminal. 0x0 is what recorders without a terminal write: it becomes 80x24.
func Size(cols, rows int) (int, int, error) {
	if cols == 0 && rows == 0 {
		return DefaultCols, DefaultRows, nil
	}
	if cols < 1 || rows < 1 || cols > MaxCols || rows > MaxRows {
		return 0, 0, fmt.Errorf("a terminal of %dx%d is out of bounds (1x1 to %dx%d)", cols, rows, MaxCols, MaxRows)
	}
	return cols, rows, nil
}

// ReadData reads the n bytes of one event, at most MaxLine, into buf or a larger one. That there are less is
// ErrTruncated.
func ReadData(r io.Reader, buf []byte, n int) ([]byte, error) {
	if cap(buf) < n {
		buf = make([]byte, n, max(n, 64<<10))
	}
	_, err := io.ReadFull(r, buf[:n])
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = ErrTruncated
	}
	return buf[:n], err
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

// Seconds reads a plain decimal number of seconds, such as 12.345678, cut to microseconds. From 10^9 on it is 10^9.
func Seconds(text []byte) (d time.Duration, ok bool) {
	whole, fraction, dot := bytes.Cut(text, []byte("."))
	if len(whole) == 0 || dot && len(fraction) == 0 || !digits(whole) || !digits(fraction) {
		return 0, false
	}
	if len(whole) > 9 {
		return 1e9 * time.Second, true
	}
	var us int64
	for _, c := range whole {
		us = us*10 + int64(c-'0')
	}
	for k := range 6 {
		us *= 10
		if k < len(fraction) {
			us += int64(fraction[k] - '0')
		}
	}
	return time.Duration(us) * time.Microsecond, true
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
