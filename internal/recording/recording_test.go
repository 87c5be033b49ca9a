package recording

import (
	"testing"
	"time"
)

func TestSecondsAreReadToMicroseconds(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"0": 0, "0.000000": 0, "1.5": 1500 * time.Millisecond, "12.345678": 12345678 * time.Microsecond, "0.9999999": 999999 * time.Microsecond,
		"007.25": 7250 * time.Millisecond, "999999999": 999999999 * time.Second,
		"1000000000": 1e9 * time.Second, "123456789012345678901234567890.5": 1e9 * time.Second,
	} {
		if got, ok := Seconds([]byte(in)); !ok || got != want {
			t.Errorf("%q: got %s, %t", in, got, ok)
		}
	}
	for _, in := range []string{"", ".", "1.", ".5", "-1", "+1", "1e3", "NaN", "Inf", "0x1", "1.2.3", " 1", "1 ", "1_0", "1,5", "१"} {
		if got, ok := Seconds([]byte(in)); ok {
			t.Errorf("%q is %s", in, got)
		}
	}
}

func TestAnErrorSaysWhere(t *testing.T) {
	for want, e := range map[string]Error{
		"ttyrec: the recording is empty":      {Format: "ttyrec", What: "the recording is empty"},
		"asciicast: line 4: no event":         {Format: "asciicast", Line: 4, What: "no event"},
		"ttyrec: byte 12: the time goes back": {Format: "ttyrec", Offset: 12, What: "the time goes back"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
