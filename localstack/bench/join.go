package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// castFiles are the real recordings that others are made of.
const castFiles = "testdata/recordings/cast/*.cast"

// joined is a recording of about a size, asciicast version 2: all the real ones one after the other, each in its
// size and with its own times, again and again.
type joined struct {
	parts []part
	size  int64
	at    int     // the part
	event int     // that comes next in it
	shift float64 // seconds before the part
	now   string  // the terminal's size
	out   []byte
}

// part is one real recording.
type part struct {
	size   string // COLSxROWS
	events []joinedEvent
}

type joinedEvent struct {
	at   float64 // seconds from the part's start
	size string  // that the terminal has from here on, for a resize
	rest []byte  // of its line, from the comma after the time on
}

func newJoined(size int64) (*joined, error) {
	paths, err := filepath.Glob(castFiles)
	if err != nil {
		return nil, err
	}
	j := &joined{size: size}
	for _, path := range paths {
		p, err := readPart(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		j.parts = append(j.parts, p)
	}
	if len(j.parts) == 0 {
		return nil, errors.New("there are no recordings to join")
	}
	j.now = j.parts[0].size
	var cols, rows int
	if _, err := fmt.Sscanf(j.now, "%dx%d", &cols, &rows); err != nil {
		return nil, err
	}
	j.out = fmt.Appendf(nil, `{"version": 2, "width": %d, "height": %d}`+"\n", cols, rows)
	return j, nil
}

func readPart(path string) (p part, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return p, err
	}
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	var header struct {
		Version, Width, Height int
		Term                   struct{ Cols, Rows int }
	}
	if err := json.Unmarshal(first, &header); err != nil {
		return p, err
	}
	if header.Version == 3 {
		header.Width, header.Height = header.Term.Cols, header.Term.Rows
	}
	p.size = fmt.Sprintf("%dx%d", header.Width, header.Height)
	at := 0.0
	for line := range bytes.Lines(rest) {
		if line[0] != '[' {
			continue // comments and the empty line at the end
		}
		var e [3]any
		if err := json.Unmarshal(line, &e); err != nil {
			return p, err
		}
		seconds, code := e[0].(float64), e[1].(string)
		if at += seconds; header.Version == 2 {
			at = seconds
		}
		event := joinedEvent{at: at, rest: append(bytes.TrimSpace(line[bytes.IndexByte(line, ','):]), '\n')}
		switch code {
		case "x": // the recording goes on
			continue
		case "r":
			event.size = e[2].(string)
		}
		p.events = append(p.events, event)
	}
	return p, nil
}

func (j *joined) Read(b []byte) (int, error) {
	if len(j.out) == 0 {
		if j.size <= 0 {
			return 0, io.EOF
		}
		j.fill(len(b))
	}
	n := copy(b, j.out)
	j.out, j.size = j.out[n:], j.size-int64(n)
	return n, nil
}

// fill makes lines until they are n bytes or all that is wanted.
func (j *joined) fill(n int) {
	j.out = j.out[:0]
	for len(j.out) < n && int64(len(j.out)) < j.size {
		p := &j.parts[j.at]
		if j.event == 0 && j.now != p.size {
			j.out = fmt.Appendf(j.out, "[%.6f, \"r\", %q]\n", j.shift, p.size)
			j.now = p.size
		}
		e := &p.events[j.event]
		j.out = append(strconv.AppendFloat(append(j.out, '['), j.shift+e.at, 'f', 6, 64), e.rest...)
		if e.size != "" {
			j.now = e.size
		}
		if j.event++; j.event == len(p.events) {
			j.shift, j.event, j.at = j.shift+e.at+1, 0, (j.at+1)%len(j.parts)
		}
	}
}
