// Package ttyrec reads ttyrec recordings.
//
// Format: ttyrec(1); each frame is its time in seconds and microseconds, its length, all unsigned 32-bit numbers
// with their low byte first, and what the terminal was sent.
package ttyrec

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"tapedeck/internal/recording"
)

const (
	format     = "ttyrec"
	headerSize = 12
)

// Open opens a recording. It does not know the size of its terminal.
func Open(r io.Reader) (*recording.Recording, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	switch _, err := in.Peek(1); {
	case err == io.EOF:
		return nil, &recording.Error{Format: format, What: "the recording is empty"}
	case err != nil && !errors.Is(err, recording.ErrTruncated):
		return nil, err
	}
	events := recording.Characters(recording.Sequence((&frames{in: in}).next))
	return &recording.Recording{Cols: recording.DefaultCols, Rows: recording.DefaultRows, Events: events}, nil
}

// Looks reports whether a recording that begins so may be a ttyrec. No text is: its microseconds would be out of
// bounds.
func Looks(head []byte) bool {
	if len(head) < headerSize {
		return false
	}
	_, err := parse(head)
	return err == nil
}

type frames struct {
	in     *bufio.Reader
	offset int64
	start  time.Duration // of the first frame, since 1970
	last   time.Duration // of the last one, since the first
	begun  bool
	data   []byte
}

func (f *frames) next() (recording.Event, error) {
	head, err := f.in.Peek(headerSize)
	if err != nil {
		if err == io.EOF && len(head) > 0 {
			err = recording.ErrTruncated
		}
		return recording.Event{}, err
	}
	h, err := parse(head)
	if err == nil {
		err = f.place(h.at)
	}
	if err != nil {
		return recording.Event{}, &recording.Error{Format: format, Offset: f.offset, What: err.Error()}
	}
	_, _ = f.in.Discard(headerSize) // it is there
	if f.data, err = recording.ReadData(f.in, f.data, h.size); err != nil {
		return recording.Event{}, err
	}
	f.offset += int64(headerSize + h.size)
	return recording.Event{At: f.last, Kind: recording.Output, Data: f.data}, nil
}

// place makes a frame's time one that is counted from the first.
func (f *frames) place(at time.Duration) error {
	if !f.begun {
		f.begun, f.start = true, at
	}
	at -= f.start
	switch {
	case at < f.last:
		return errors.New("the time goes back")
	case at > recording.MaxLength:
		return errors.New("the time is out of bounds")
	}
	f.last = at
	return nil
}

type header struct {
	at   time.Duration // since 1970
	size int
}

func parse(b []byte) (header, error) {
	seconds, micros, size := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])
	switch {
	case micros >= 1e6:
		return header{}, errors.New("this is not the header of a ttyrec's frame")
	case size > recording.MaxLine:
		return header{}, fmt.Errorf("the frame is longer than %d MiB", recording.MaxLine>>20)
	}
	return header{time.Duration(seconds)*time.Second + time.Duration(micros)*time.Microsecond, int(size)}, nil
}
