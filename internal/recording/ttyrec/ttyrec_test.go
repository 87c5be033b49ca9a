package ttyrec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tapedeck/internal/recording"
)

var update = flag.Bool("update", false, "write the goldens")

// frame is one frame at a time in microseconds after 2026-11-23 06:04:05 UTC.
func frame(us uint64, data string) string {
	us += 1795500245 * 1e6
	b := binary.LittleEndian.AppendUint32(nil, uint32(us/1e6))
	b = binary.LittleEndian.AppendUint32(b, uint32(us%1e6))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return string(b) + data
}

// read gives the events as lines, and how the recording ended.
func read(r io.Reader) (events []string, err error) {
	rec, err := Open(r)
	if err != nil {
		return nil, err
	}
	if rec.Cols != 80 || rec.Rows != 24 {
		return nil, fmt.Errorf("the terminal has %dx%d", rec.Cols, rec.Rows)
	}
	for e, err := range rec.Events {
		if err != nil {
			return events, err
		}
		events = append(events, fmt.Sprintf("%.6f %c %q", e.At.Seconds(), e.Kind, e.Data))
	}
	return events, nil
}

func TestTimesAreCountedFromTheFirstFrame(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"one frame":                 {frame(5, "hi"), `0.000000 o "hi"`},
		"over a full second":        {frame(999_999, "a") + frame(1_000_001, "b"), `0.000000 o "a", 0.000002 o "b"`},
		"at the same time":          {frame(5, "a") + frame(5, "b"), `0.000000 o "a", 0.000000 o "b"`},
		"a character in two frames": {frame(0, "\xf0\x9f") + frame(1e6, "\x9a\x80"), `1.000000 o "🚀"`},
		"frames of nothing":         {frame(0, "") + frame(1e6, "a") + frame(2e6, ""), `1.000000 o "a", 2.000000 o ""`},
	} {
		events, err := read(strings.NewReader(c.in))
		if got := strings.Join(events, ", "); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
}

func TestWhatCannotBeReadIsSaidWithItsPlace(t *testing.T) {
	raw := func(words ...uint32) (s string) {
		for _, w := range words {
			s += string(binary.LittleEndian.AppendUint32(nil, w))
		}
		return s
	}
	for name, c := range map[string]struct{ in, want string }{
		"empty":               {"", "ttyrec: the recording is empty"},
		"another format":      {`{"version":2,"width":80,"height":24}`, "ttyrec: this is not the header of a ttyrec's frame"},
		"the time goes back":  {frame(5, "hi") + frame(4, "ho"), "ttyrec: byte 14: the time goes back"},
		"two years":           {frame(0, "hi") + frame(63072000e6, "ho"), "ttyrec: byte 14: the time is out of bounds"},
		"out of step":         {frame(0, "hi") + "what" + frame(1, "ho"), "ttyrec: byte 14: this is not the header of a ttyrec's frame"},
		"a frame of 4 GiB":    {raw(1795500245, 0, 1<<32-1), "ttyrec: the frame is longer than 8 MiB"},
		"8 MiB and one":       {raw(1795500245, 0, 8<<20+1), "ttyrec: the frame is longer than 8 MiB"},
		"a million microsecs": {raw(1795500245, 1e6, 1), "ttyrec: this is not the header of a ttyrec's frame"},
	} {
		_, err := read(strings.NewReader(c.in))
		if _, ok := errors.AsType[*recording.Error](err); !ok || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestACutOffRecordingGivesWhatIsWhole(t *testing.T) {
	const whole = 14
	in := frame(0, "hi") + frame(1, "ho")
	for n := 1; n < len(in); n++ {
		events, err := read(strings.NewReader(in[:n]))
		if n == whole && err != nil || n != whole && !errors.Is(err, recording.ErrTruncated) {
			t.Errorf("cut at %d: %v", n, err)
		}
		if len(events) != n/whole {
			t.Errorf("cut at %d: %q", n, events)
		}
	}
}

func TestABrokenConnectionIsNoFaultOfTheRecording(t *testing.T) {
	failure := fmt.Errorf("the connection broke: %w", io.ErrUnexpectedEOF)
	for n := range len(frame(0, "hi")) + 1 {
		_, err := read(io.MultiReader(strings.NewReader(frame(0, "hi")[:n]), iotest.ErrReader(failure)))
		if err != failure {
			t.Errorf("broken at %d: %v", n, err)
		}
	}
}

func TestNoTextLooksLikeATtyrec(t *testing.T) {
	if !Looks([]byte(frame(0, "hi"))) || Looks([]byte(frame(0, "hi")[:11])) {
		t.Error("a ttyrec does not look like one")
	}
	for c := byte('\t'); c < 0x80; c++ {
		if Looks(bytes.Repeat([]byte{c}, 12)) {
			t.Errorf("twelve times %q looks like one", c)
		}
	}
}

func TestAStormOfEmptyFramesTakesNoMemory(t *testing.T) {
	allocations := func(n int) float64 {
		return testing.AllocsPerRun(1, func() {
			in := io.MultiReader(strings.NewReader(frame(0, "a")), &repeating{[]byte(frame(0, "")), 0, n * 12})
			if events, err := read(in); err != nil || len(events) != 1 {
				t.Errorf("%d events, %v", len(events), err)
			}
		})
	}
	if few, many := allocations(1000), allocations(1_000_000); many > few+10 {
		t.Errorf("%f allocations for 1,000 frames, %f for 1,000,000", few, many)
	}
}

// repeating is the same again and again, left bytes in all.
type repeating struct {
	b        []byte
	at, left int
}

func (r *repeating) Read(p []byte) (n int, err error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	for n < len(p) && r.left > 0 {
		k := copy(p[n:min(len(p), n+r.left)], r.b[r.at:])
		n, r.at, r.left = n+k, (r.at+k)%len(r.b), r.left-k
	}
	return n, nil
}

// The recording was made with ttyrec 1.0.8. It has a character that is cut by a frame, and bytes that are no UTF-8.
const recorded = "../../../testdata/recordings/ttyrec/ttyrec-demo.ttyrec"

func TestTheEventsOfARealRecordingAreAsTheyWere(t *testing.T) {
	data, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	events, err := read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(events, "\n") + "\n"
	const golden = "testdata/ttyrec-demo.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the events differ from %s (-update writes it)", golden)
	}
}

func TestEveryByteOfARealRecordingIsShownAndNothingThatWasTypedUnseen(t *testing.T) {
	data, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	var want []byte
	for b := data; len(b) > 0; {
		n := 12 + int(binary.LittleEndian.Uint32(b[8:]))
		want, b = append(want, b[12:n]...), b[n:]
	}
	rec, err := Open(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	var end time.Duration
	for e, err := range rec.Events {
		if err != nil {
			t.Fatal(err)
		}
		got.Write(e.Data)
		end = e.At
	}
	// Of what is no UTF-8 in it, each piece is one maximal subpart.
	if got.String() != strings.ToValidUTF8(string(want), "\ufffd") {
		t.Errorf("%d bytes are shown of %d", got.Len(), len(want))
	}
	for _, text := range []string{"zażółć 東京 🚀", "€ euro", "krok 5\r\n", "30 100"} {
		if !strings.Contains(got.String(), text) {
			t.Errorf("%q is missing", text)
		}
	}
	if strings.Contains(got.String(), "s3cret-test-Only") || end != 10542221*time.Microsecond {
		t.Errorf("it ends at %s, with the password: %t", end, strings.Contains(got.String(), "s3cret"))
	}
}

func FuzzTtyrec(f *testing.F) {
	f.Add([]byte(frame(0, "hi") + frame(1e6, "\xe2\x82")))
	f.Add([]byte(frame(0, "hi") + frame(1e6, "")[:8]))
	f.Fuzz(func(t *testing.T, in []byte) {
		rec, err := Open(bytes.NewReader(in))
		size, at := 0, time.Duration(0)
		if err == nil {
			for e, failed := range rec.Events {
				if err = failed; err != nil {
					break
				}
				if e.At < at || e.At > recording.MaxLength {
					t.Fatalf("at %s after %s", e.At, at)
				}
				at = e.At
				size += len(bytes.ReplaceAll(e.Data, []byte("\ufffd"), []byte("?")))
			}
		}
		if _, ok := errors.AsType[*recording.Error](err); err != nil && !ok && !errors.Is(err, recording.ErrTruncated) {
			t.Errorf("an error of no known kind: %v", err)
		}
		if size > len(in) {
			t.Errorf("%d bytes of output from %d", size, len(in))
		}
	})
}
