// Package asciicast reads asciicast recordings, version 1, 2 and 3.
//
// Formats: https://docs.asciinema.org/manual/asciicast/v1/ (and v2/, v3/)
package asciicast

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"tapedeck/internal/recording"
)

const format = "asciicast"

type header struct {
	Version int `json:"version"`
	Width   int `json:"width"` // version 2
	Height  int `json:"height"`
	Term    struct {
		Cols int `json:"cols"` // version 3
		Rows int `json:"rows"`
	} `json:"term"`
}

// Open reads the header of a recording. Its errors are those of recording.Recording's events.
func Open(r io.Reader) (*recording.Recording, error) {
	in := bufio.NewReaderSize(r, recording.LineBuffer)
	if isVersion1(in) {
		return openVersion1(in)
	}
	lines := recording.NewLines(in)
	h, err := readHeader(lines)
	if err != nil {
		return nil, err
	}
	rec := &recording.Recording{}
	cols, rows := h.Width, h.Height
	if h.Version == 3 {
		cols, rows = h.Term.Cols, h.Term.Rows
	}
	if rec.Cols, rec.Rows, err = recording.Size(cols, rows); err != nil {
		return nil, fail(1, err.Error())
	}
	rec.Events = recording.Sequence((&parser{lines: lines, version: h.Version}).next)
	return rec, nil
}

// Looks reports whether a file that begins so may be an asciicast.
func Looks(head []byte) bool {
	text := bytes.TrimLeft(head, " \t\r\n")
	return len(text) > 1 && text[0] == '{' && (text[1] == '"' || isSpace(text[1])) && bytes.IndexByte(text, 0) < 0
}

func readHeader(lines *recording.Lines) (*header, error) {
	line, whole, err := lines.Next()
	switch {
	case err == io.EOF:
		return nil, fail(0, "the recording is empty")
	case errors.Is(err, recording.ErrLongLine):
		return nil, tooLong(1)
	case errors.Is(err, recording.ErrTruncated):
		return nil, fail(1, "the recording is cut off in its header")
	case err != nil:
		return nil, err
	}
	h := new(header)
	if err := json.Unmarshal(line, h); err != nil {
		if !whole && strings.HasPrefix(string(line), "{") {
			return nil, fail(1, "the recording is cut off in its header")
		}
		return nil, fail(1, "this is not the header of an asciicast")
	}
	if h.Version != 2 && h.Version != 3 {
		return nil, fail(1, fmt.Sprintf("version %d is not known; 1, 2 and 3 are", h.Version))
	}
	return h, nil
}

type parser struct {
	lines   *recording.Lines
	version int
	at      time.Duration
	scan    scanner
}

// next is the next event that is passed on; input and unknown events are read over.
func (p *parser) next() (recording.Event, error) {
	for {
		line, whole, err := p.lines.Next()
		if errors.Is(err, recording.ErrLongLine) {
			return recording.Event{}, tooLong(p.lines.N)
		}
		if err != nil {
			return recording.Event{}, err
		}
		if blank(line) || p.version == 3 && line[0] == '#' {
			continue
		}
		e, err := p.event(line)
		if err != nil {
			if !whole {
				return recording.Event{}, recording.ErrTruncated
			}
			return recording.Event{}, fail(p.lines.N, err.Error())
		}
		switch e.Kind {
		case recording.Output, recording.Resize, recording.Marker, recording.Exit:
			return e, nil
		}
	}
}

var (
	errForm     = errors.New(`this is not an event such as [1.5, "o", "text"]`)
	errNegative = errors.New("the time is negative")
	errTime     = errors.New("the time is out of bounds")
	errBack     = errors.New("the time goes back")
	errHeader   = errors.New("there is a second header: of a recording in several parts, only the first has one")
)

func (p *parser) event(line []byte) (recording.Event, error) {
	var e recording.Event
	s := &p.scan
	s.start(line)
	s.char('[')
	t := s.seconds()
	s.char(',')
	if code := s.text(); len(code) == 1 {
		e.Kind = recording.Kind(code[0])
	}
	s.char(',')
	data := s.text()
	s.char(']')
	if !s.end() {
		if bytes.HasPrefix(line, []byte(`{"version"`)) {
			return e, errHeader
		}
		return e, cmp.Or(s.err, errForm)
	}
	switch {
	case p.version == 3 && t >= 0:
		p.at += t
	case p.version == 3 || t < 0:
		return e, errNegative
	case t < p.at:
		return e, errBack
	default:
		p.at = t
	}
	if p.at > recording.MaxLength {
		return e, errTime
	}
	e.At, e.Data = p.at, data
	if e.Kind == recording.Resize {
		if _, _, err := recording.ParseSize(data); err != nil {
			return e, err
		}
	}
	return e, nil
}

func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' {
			return false
		}
	}
	return true
}

func fail(line int, what string) error {
	return &recording.Error{Format: format, Line: line, What: what}
}

func tooLong(line int) error {
	return fail(line, fmt.Sprintf("the line is longer than %d MiB", recording.MaxLine>>20))
}
