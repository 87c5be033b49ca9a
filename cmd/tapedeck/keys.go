package main

import (
	"io"
	"unicode/utf8"
)

// key is a key that was pressed: a character, or one of these.
type key rune

const (
	keyLeft key = utf8.MaxRune + 1 + iota
	keyRight
	keyShiftLeft
	keyShiftRight
	keyUnknown
)

// sentKeys are keys by what terminals send for them, in both modes of the cursor keys.
var sentKeys = map[string]key{
	"[D": keyLeft, "OD": keyLeft, "[C": keyRight, "OC": keyRight, "[1;2D": keyShiftLeft, "[1;2C": keyShiftRight, "[d": keyShiftLeft, "[c": keyShiftRight,
}

// cutKey cuts the first key off what a terminal sent. ok is false when its end is missing.
func cutKey(b []byte) (k key, rest []byte, ok bool) {
	if b[0] != 0x1b {
		r, n := utf8.DecodeRune(b)
		return key(r), b[n:], utf8.FullRune(b)
	}
	switch {
	case len(b) == 1:
		return 0, b, false
	case b[1] != '[' && b[1] != 'O':
		return keyUnknown, b[1:], true // the escape key, and then another
	}
	for i := 2; i < len(b); i++ {
		if b[i] < 0x40 || b[i] > 0x7e {
			continue
		}
		if k, ok := sentKeys[string(b[1:i+1])]; ok {
			return k, b[i+1:], true
		}
		return keyUnknown, b[i+1:], true
	}
	return 0, b, false
}

// readKeys gives the keys that are pressed, until r ends.
func readKeys(r io.Reader) <-chan key {
	keys := make(chan key)
	go func() {
		defer close(keys)
		var sent []byte
		b := make([]byte, 64)
		for {
			n, err := r.Read(b)
			for sent = append(sent, b[:n]...); len(sent) > 0; {
				k, rest, ok := cutKey(sent)
				if !ok {
					break
				}
				keys <- k
				sent = rest
			}
			if err != nil {
				return
			}
		}
	}()
	return keys
}
