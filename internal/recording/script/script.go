// Package script reads what script(1) of util-linux, and others in its form such as guacd, leave: a typescript,
// and a timing file that says when which of its bytes came.
//
// Formats: script(1) and scriptreplay(1); the advanced timing file is that of util-linux 2.35 and newer.
package script

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"

	"tapedeck/internal/recording"
)

const (
	format     = "script"
	maxFirst   = 64 << 10 // bytes of a typescript's first line
	maxTrailer = 1 << 10  // bytes after the last that has a time
)

// script reads a typescript and its timing file in step.
type script struct {
	data       *bufio.Reader
	timing     timing
	cols, rows int
	inputApart bool   // what was typed is a part of its own
	outputLog  string // the names of both, as far as the timing file knows them
	inputLog   string
	pending    *record // that headers read too far
	failed     error   // the same
	at         time.Duration
	buf        []byte
}

// Open opens a recording. inputApart says that what was typed is kept in a part of its own: the timing file of
// some recorders says so itself. Its errors are those of recording.Recording's events.
func Open(typescript, times io.Reader, inputApart bool) (*recording.Recording, error) {
	s := &script{data: bufio.NewReaderSize(typescript, maxFirst), timing: timing{recording.NewLines(times)}, inputApart: inputApart}
	if err := s.firstLine(); err != nil {
		return nil, err
	}
	s.headers()
	cols, rows, err := recording.Size(s.cols, s.rows)
	if err != nil {
		return nil, fail(err.Error())
	}
	return &recording.Recording{Cols: cols, Rows: rows, Events: recording.Characters(recording.Sequence(s.next))}, nil
}

// Looks reports whether a file that begins so may be a typescript.
func Looks(head []byte) bool {
	return bytes.HasPrefix(head, []byte("Script started on ")) || bytes.HasPrefix(head, []byte("[BEGIN TYPESCRIPT]"))
}

var sizeForm = regexp.MustCompile(`COLUMNS="(\d{1,6})" LINES="(\d{1,6})"\]\s*$`)

// firstLine reads the line that a typescript has before its bytes, in whatever language, and that no time counts.
func (s *script) firstLine() error {
	line, err := s.data.ReadSlice('\n')
	switch {
	case err == bufio.ErrBufferFull:
		return fail(fmt.Sprintf("the first line is longer than %d KiB", maxFirst>>10))
	case err == io.EOF && len(line) == 0:
		return fail("the recording is empty")
	case err == io.EOF, errors.Is(err, recording.ErrTruncated):
		return fail("the recording is cut off in its first line")
	case err != nil:
		return err
	}
	if size := sizeForm.FindSubmatch(line); size != nil {
		s.cols, s.rows = number(size[1]), number(size[2])
	}
	return nil
}

// headers reads the records that say how the recording was made, and one further.
func (s *script) headers() {
	for {
		r, err := s.timing.next()
		if err != nil || r.kind != header || string(r.name) == exitCode {
			s.pending, s.failed = &r, err
			return
		}
		switch string(r.name) {
		case "COLUMNS":
			s.cols = number(r.value)
		case "LINES":
			s.rows = number(r.value)
		case "OUTPUT_LOG":
			s.outputLog = string(r.value)
		case "INPUT_LOG":
			s.inputLog = string(r.value)
		}
	}
}

func (s *script) record() (record, error) {
	if r := s.pending; r != nil {
		s.pending = nil
		return *r, s.failed
	}
	return s.timing.next()
}

const exitCode = "EXIT_CODE"

// next is the next event. Where a record shows nothing, it is output of nothing at that time.
func (s *script) next() (recording.Event, error) {
	r, err := s.record()
	if err == io.EOF {
		err = s.trailer()
	}
	if err != nil {
		return recording.Event{}, err
	}
	if s.at += r.delay; s.at > recording.MaxLength {
		return recording.Event{}, s.timing.fail("the time is out of bounds")
	}
	e := recording.Event{At: s.at, Kind: recording.Output}
	switch {
	case r.kind == output:
		s.buf, err = recording.ReadData(s.data, s.buf, r.size)
		e.Data = s.buf
	case r.kind == input:
		err = s.input(r.size)
	case r.kind == signal && string(r.name) == "SIGWINCH":
		return s.resize(e, r.value)
	case r.kind == header && string(r.name) == exitCode:
		e.Kind, e.Data = recording.Exit, r.value
	}
	return e, err
}

// input reads over what was typed, where that is kept among the output.
func (s *script) input(size int) error {
	switch known := s.inputLog != "" && s.outputLog != ""; {
	case known && s.inputLog != s.outputLog, !known && s.inputApart:
		return nil
	case !known:
		return s.timing.fail("there is input, and neither the timing file nor the manifest says where it is kept")
	}
	_, err := s.data.Discard(size)
	if err == io.EOF {
		err = recording.ErrTruncated
	}
	return err
}

var resizeForm = regexp.MustCompile(`^ROWS=(\d{1,6}) COLS=(\d{1,6})$`)

// resize makes the event a resize, unless the terminal got no size.
func (s *script) resize(e recording.Event, value []byte) (recording.Event, error) {
	size := resizeForm.FindSubmatch(value)
	if size == nil || number(size[1]) == 0 || number(size[2]) == 0 {
		return e, nil
	}
	cols, rows, err := recording.Size(number(size[2]), number(size[1]))
	if err != nil {
		return e, s.timing.fail(err.Error())
	}
	s.buf = fmt.Appendf(s.buf[:0], "%dx%d", cols, rows)
	e.Kind, e.Data = recording.Resize, s.buf
	return e, nil
}

// trailer looks at what follows the last byte that has a time: nothing, or one line after an empty one. Anything
// else are bytes whose times are lost.
func (s *script) trailer() error {
	rest, err := s.data.Peek(maxTrailer + 1)
	if err != nil && err != io.EOF {
		return err
	}
	if len(rest) > 0 && (len(rest) > maxTrailer || rest[0] != '\n' || bytes.IndexByte(rest[1:], '\n') != len(rest)-2) {
		return recording.ErrTruncated
	}
	return io.EOF
}

// number is a number of up to six digits; 0 is none.
func number(text []byte) int {
	n, err := strconv.ParseUint(string(text), 10, 20)
	if err != nil {
		return 0
	}
	return int(n)
}

func fail(what string) error { return &recording.Error{Format: format, What: what} }
