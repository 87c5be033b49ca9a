package asciicast

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"tapedeck/internal/recording"
)

// sniffed is how much of a recording is looked at for its version.
const sniffed = 64 << 10

// isVersion1 reports whether a recording is one document of version 1: the others begin with a header that has
// another version and no events.
func isVersion1(in *bufio.Reader) bool {
	head, _ := in.Peek(sniffed) // an error comes again when it is read
	d := json.NewDecoder(bytes.NewReader(head))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for d.More() {
		name, err := d.Token()
		if err != nil || name == "stdout" {
			return err == nil
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return false
		}
		if name == "version" {
			return string(value) == "1"
		}
	}
	return false
}

// document reads version 1: one JSON object, whose member stdout holds the events, [delay, text] each.
type document struct {
	json *json.Decoder
	in   *leash
	size map[string]int // width and height, as far as they were read
	at   float64        // seconds, added up with all their digits
	raw  json.RawMessage
	scan scanner
}

func openVersion1(r io.Reader) (*recording.Recording, error) {
	in := &leash{r: r}
	d := &document{json: json.NewDecoder(in), in: in, size: map[string]int{}}
	d.json.UseNumber() // no number is out of bounds before it is looked at
	if err := d.head(); err != nil {
		return nil, err
	}
	cols, rows, err := recording.Size(d.size["width"], d.size["height"])
	if err != nil {
		return nil, fail(0, err.Error())
	}
	return &recording.Recording{Cols: cols, Rows: rows, Events: recording.Sequence(d.next)}, nil
}

// head reads up to the first event.
func (d *document) head() error {
	t, err := d.token()
	for err == nil && t != "stdout" {
		if t, err = d.member(t); t == json.Delim('}') {
			return fail(0, "the recording has no stdout")
		}
	}
	if err == nil {
		t, err = d.token()
	}
	switch {
	case errors.Is(err, recording.ErrTruncated):
		return fail(0, "the recording is cut off in its header")
	case err == nil && t != json.Delim('['):
		return d.fail("stdout is no list")
	}
	return err
}

// member reads the value of the member that was named, if any was, and the next name or the end of the object.
func (d *document) member(name json.Token) (json.Token, error) {
	if name, ok := name.(string); ok {
		if err := d.value(); err != nil {
			return nil, err
		}
		if name == "width" || name == "height" {
			n, err := strconv.Atoi(string(d.raw))
			if err != nil {
				return nil, d.fail("the " + name + " is no whole number")
			}
			d.size[name] = n
		}
	}
	return d.token()
}

func (d *document) next() (recording.Event, error) {
	if !d.json.More() {
		return recording.Event{}, d.end()
	}
	if err := d.value(); err != nil {
		return recording.Event{}, err
	}
	s := &d.scan
	s.start(d.raw)
	s.char('[')
	delay, err := strconv.ParseFloat(string(s.number()), 64)
	s.char(',')
	text := s.text()
	s.char(']')
	switch {
	case !s.end() || err != nil && delay == 0:
		return recording.Event{}, d.fail(`this is not an event such as [1.5, "text"]`)
	case delay < 0:
		return recording.Event{}, d.fail(errNegative.Error())
	}
	if d.at += delay; d.at > recording.MaxLength.Seconds() {
		return recording.Event{}, d.fail(errTime.Error())
	}
	return recording.Event{At: time.Duration(math.Round(d.at*1e6)) * time.Microsecond, Kind: recording.Output, Data: text}, nil
}

// end reads what follows the events. It is io.EOF when nothing is wrong with that.
func (d *document) end() error {
	opened := map[string]int{"width": d.size["width"], "height": d.size["height"]}
	t, err := d.token() // the end of the list
	for err == nil && t != json.Delim('}') {
		t, err = d.member(t)
	}
	if err != nil {
		return err
	}
	if d.size["width"] != opened["width"] || d.size["height"] != opened["height"] {
		return fail(0, "the width and the height come after the events")
	}
	if _, err = d.json.Token(); err == io.EOF {
		return io.EOF
	}
	if err == nil {
		return d.fail("something follows the recording")
	}
	return d.read(err)
}

func (d *document) token() (json.Token, error) {
	d.raw = d.raw[:0]
	t, err := d.json.Token()
	return t, d.read(err)
}

func (d *document) value() error {
	d.raw = d.raw[:0]
	return d.read(d.json.Decode(&d.raw))
}

// read tells a recording that cannot be read from one that is cut off and from a source that failed. A source's
// error may wrap that of an end, so these are compared, not unwrapped.
func (d *document) read(err error) error {
	d.in.held = d.json.InputOffset()
	switch err {
	case io.EOF, io.ErrUnexpectedEOF:
		return recording.ErrTruncated
	case recording.ErrLongLine:
		return d.fail(fmt.Sprintf("the event is longer than %d MiB", recording.MaxLine>>20))
	}
	if _, ok := err.(*json.SyntaxError); ok {
		return d.fail("this is no JSON")
	}
	return err
}

// fail says what is wrong with the value that was read last.
func (d *document) fail(what string) error {
	return &recording.Error{Format: format, Offset: d.json.InputOffset() - int64(len(d.raw)), What: what}
}

// leash lets a JSON decoder, that has no bound of its own, read MaxLine further than to the end of the last value.
type leash struct {
	r       io.Reader
	n, held int64
}

func (l *leash) Read(p []byte) (int, error) {
	if l.n-l.held > recording.MaxLine {
		return 0, recording.ErrLongLine
	}
	n, err := l.r.Read(p[:min(len(p), 64<<10)])
	l.n += int64(n)
	return n, err
}
