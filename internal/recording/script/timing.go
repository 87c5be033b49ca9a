package script

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tapedeck/internal/recording"
)

// record is a line of a timing file.
type record struct {
	kind  byte
	delay time.Duration // since the record before
	size  int           // bytes of output or input
	name  []byte        // of a signal or a header
	value []byte        // what more there is to it
}

// Kinds of records. The classic form has output only.
const (
	output = 'O'
	input  = 'I'
	signal = 'S'
	header = 'H'
)

// timing reads records. Their name and value are valid until the next one.
type timing struct {
	lines *recording.Lines
}

// next is the next record. A line that no newline ends was cut off.
func (t *timing) next() (record, error) {
	for {
		line, whole, err := t.lines.Next()
		switch {
		case errors.Is(err, recording.ErrLongLine):
			return record{}, t.fail(fmt.Sprintf("the line is longer than %d MiB", recording.MaxLine>>20))
		case err != nil:
			return record{}, err
		case len(line) == 0:
			continue
		case !whole:
			return record{}, recording.ErrTruncated
		}
		r, err := parse(line)
		if err != nil {
			return record{}, t.fail(err.Error())
		}
		return r, nil
	}
}

// fail says what is wrong with the last line.
func (t *timing) fail(what string) error {
	return &recording.Error{Format: format + " timing", Line: t.lines.N, What: what}
}

var errForm = errors.New(`this is not a record such as "0.25 80" or "O 0.25 80"`)

// parse reads a classic record, "delay size", or an advanced one, which has its kind before.
func parse(line []byte) (record, error) {
	r := record{kind: output}
	rest := line
	if line[0] < '0' || line[0] > '9' {
		var kind []byte
		if kind, rest = word(line); len(kind) != 1 {
			return r, errForm
		}
		r.kind = kind[0]
	}
	delay, rest := word(rest)
	if len(delay) > 0 && delay[0] == '-' {
		return r, errors.New("the delay is negative")
	}
	var ok bool
	if r.delay, ok = recording.Seconds(delay); !ok {
		return r, errForm
	}
	switch r.kind {
	case output, input:
		size, rest := word(rest)
		n, err := strconv.ParseUint(string(size), 10, 64)
		switch {
		case errors.Is(err, strconv.ErrRange) || n > recording.MaxLine:
			return r, fmt.Errorf("there are more than %d MiB at once", recording.MaxLine>>20)
		case err != nil || len(rest) > 0:
			return r, errForm
		}
		r.size = int(n)
	case signal, header:
		r.name, r.value = word(rest)
	default:
		return r, errForm
	}
	return r, nil
}

// word cuts the first word of a line off.
func word(line []byte) (first, rest []byte) {
	first, rest, _ = bytes.Cut(line, []byte(" "))
	return first, rest
}
