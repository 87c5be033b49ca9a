package tape

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// simulated is the index of a recording of so many bytes and ms, with segments as those of real recordings: a tenth
// of their size compressed, more or less, a pause every two minutes and a resize an hour.
func simulated(bytes, durationMs int64) *Index {
	r := rand.New(rand.NewPCG(1, 2))
	x := &Index{Version: indexVersion, Codec: codec, DurationMs: durationMs, Cols: 200, Rows: 50, Segments: segments{}, Resizes: []Resize{}, Idle: []Gap{}, Markers: []Marker{}}
	for raw := int64(0); raw < bytes; {
		size := int64(segmentRaw(len(x.Segments)))
		s := Segment{StartMs: int64(float64(durationMs) * float64(raw) / float64(bytes)), Bytes: size/10 + int64(r.NormFloat64()*float64(size)/50), RawBytes: size + r.Int64N(1500)}
		if n := len(x.Segments); n > 0 {
			s.StartMs = max(s.StartMs+r.Int64N(2000)-1000, x.Segments[n-1].StartMs)
		}
		x.Segments = append(x.Segments, s)
		raw += s.RawBytes
	}
	for at := r.Int64N(120_000); at < durationMs && len(x.Idle) < maxIdle; at += 60_000 + r.Int64N(120_000) {
		x.Idle = append(x.Idle, Gap{at, at + 2000 + r.Int64N(20_000)})
	}
	for at := int64(0); at < durationMs && len(x.Resizes) < maxResizes; at += r.Int64N(7_200_000) {
		x.Resizes = append(x.Resizes, Resize{at, 80 + r.IntN(200), 24 + r.IntN(60)})
	}
	return x
}

func TestTheIndexOfALongRecordingIsSmall(t *testing.T) {
	const hour = 3_600_000
	for _, c := range []struct {
		name         string
		bytes, limit int64
		duration     int64
	}{
		{"699 MB", 699 << 20, 24 << 10, 8 * hour},
		{"5 GB", 5 << 30, 96 << 10, 24 * hour},
		{"50 GB", 50 << 30, 320 << 10, 7 * 24 * hour},
	} {
		x := simulated(c.bytes, c.duration)
		var b bytes.Buffer
		if err := WriteIndex(&b, x); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d segments, an index of %d bytes, a table of %d", c.name, len(x.Segments), b.Len(), len(x.Segments)*RecordSize)
		if int64(b.Len()) > c.limit {
			t.Errorf("%s: the index has %d bytes, at most %d are wanted", c.name, b.Len(), c.limit)
		}
		back, err := ReadIndex(&b)
		if err != nil || len(back.Segments) != len(x.Segments) || back.Segments[len(x.Segments)-1] != x.Segments[len(x.Segments)-1] {
			t.Errorf("%s: it is not read as it was written: %v", c.name, err)
		}
	}
}

func TestSegmentsGrow(t *testing.T) {
	for n, want := range map[int]int{0: 256 << 10, 4095: 256 << 10, 4096: 512 << 10, 8191: 512 << 10, 8192: 1 << 20, 12287: 1 << 20, 12288: 2 << 20, 1 << 30: 2 << 20} {
		if got := segmentRaw(n); got != want {
			t.Errorf("segment %d has %d bytes, want %d", n, got, want)
		}
	}
}
