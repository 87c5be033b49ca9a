package recording

import (
	"iter"
	"time"
	"unicode/utf8"
)

// Characters makes output whole where a recorder kept bytes and cut them anywhere: the beginning of a character
// waits for the output that ends it, and what is no UTF-8 becomes U+FFFD, once for each maximal subpart (The
// Unicode Standard, section 3.9; WHATWG Encoding does the same). Output of nothing is left out, unless it is the
// last: then it says how long the recording is.
func Characters(events iter.Seq2[Event, error]) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		var c characters
		var at, passed time.Duration
		var failed error
		for e, err := range events {
			if err != nil {
				failed = err
				break
			}
			at = e.At
			if e.Kind == Output {
				if e.Data = c.whole(e.Data); len(e.Data) == 0 {
					continue
				}
			}
			passed = e.At
			if !yield(e, nil) {
				return
			}
		}
		if rest := c.rest(); len(rest) > 0 || at > passed {
			if !yield(Event{At: at, Kind: Output, Data: rest}, nil) {
				return
			}
		}
		if failed != nil {
			yield(Event{}, failed)
		}
	}
}

// characters keeps the beginning of a character between pieces of output.
type characters struct {
	begun []byte // at most three bytes
	in    []byte
	out   []byte
}

// whole is what was begun before and the data, as UTF-8, without what the data begins. It is valid until the next
// call.
func (c *characters) whole(data []byte) []byte {
	if len(c.begun) > 0 {
		c.in = append(append(c.in[:0], c.begun...), data...)
		data = c.in
	}
	n := len(data) - begun(data)
	c.begun = append(c.begun[:0], data[n:]...)
	if data = data[:n]; utf8.Valid(data) {
		return data
	}
	c.out = appendMarked(c.out[:0], data)
	return c.out
}

// rest is U+FFFD for what was begun and never ended.
func (c *characters) rest() []byte {
	if len(c.begun) == 0 {
		return nil
	}
	return utf8.AppendRune(nil, utf8.RuneError)
}

// begun is how many bytes at the end of b begin a character.
func begun(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if end := b[len(b)-n:]; utf8.RuneStart(end[0]) {
			if utf8.FullRune(end) {
				return 0
			}
			return n
		}
	}
	return 0
}

// appendMarked appends b with U+FFFD for each maximal subpart of what is no UTF-8.
func appendMarked(to, b []byte) []byte {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError {
			for n < len(b) && !utf8.FullRune(b[:n+1]) { // what is begun here is longer than one byte
				n++
			}
		}
		to = utf8.AppendRune(to, r)
		b = b[n:]
	}
	return to
}
