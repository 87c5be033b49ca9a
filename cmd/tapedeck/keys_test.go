package main

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestKeysAreTakenFromWhatTerminalsSend(t *testing.T) {
	in := " q\x1b[D\x1bOC\x1b[1;2D\x1b[1;2C\x1b[A\x1b[200~[]0<>\x03\x1bq\xed\x95\x9c"
	want := []key{' ', 'q', keyLeft, keyRight, keyShiftLeft, keyShiftRight, keyUnknown, keyUnknown, '[', ']', '0', '<', '>', ctrlC, keyUnknown, 'q', '한'}
	for name, r := range map[string]io.Reader{"at once": strings.NewReader(in), "byte by byte": iotest.OneByteReader(strings.NewReader(in))} {
		var got []key
		for k := range readKeys(r) {
			got = append(got, k)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func FuzzKeys(f *testing.F) {
	f.Add([]byte("\x1b[1;2C q"))
	f.Fuzz(func(t *testing.T, in []byte) {
		for len(in) > 0 {
			_, rest, ok := cutKey(in)
			if !ok {
				break
			}
			if len(rest) >= len(in) {
				t.Fatalf("%q: nothing was cut", in)
			}
			in = rest
		}
	})
}
