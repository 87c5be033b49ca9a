package tape

import (
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Reader reads the segments of a play object, in any order.
type Reader struct {
	Index  *Index
	object io.ReaderAt
	from   []int64 // where each segment begins; one more than there are segments
}

// ErrSegment says that a segment is not what the index says of it.
var ErrSegment = errors.New("tape: the segment is damaged")

// NewReader makes a Reader.
func NewReader(object io.ReaderAt, x *Index) *Reader {
	r := &Reader{Index: x, object: object, from: make([]int64, len(x.Segments)+1)}
	for i, s := range x.Segments {
		r.from[i+1] = r.from[i] + s.Bytes
	}
	return r
}

// Segment is the n-th segment, decompressed: whole lines of asciicast v2.
func (r *Reader) Segment(n int) ([]byte, error) {
	s := r.Index.Segments[n]
	z, err := gzip.NewReader(io.NewSectionReader(r.object, r.from[n], s.Bytes))
	if err != nil {
		return nil, fmt.Errorf("read segment %d: %w: %w", n, ErrSegment, err)
	}
	raw, err := io.ReadAll(io.LimitReader(z, s.RawBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read segment %d: %w: %w", n, ErrSegment, err)
	}
	if int64(len(raw)) != s.RawBytes {
		return nil, fmt.Errorf("read segment %d: %w: it is not as long as the index says", n, ErrSegment)
	}
	return raw, nil
}

// At is the number of the last segment that begins at or before a time: what came before that time and is not
// in it is in the segments before.
func (x *Index) At(ms int64) int {
	n := 0
	for i, s := range x.Segments {
		if s.StartMs <= ms {
			n = i
		}
	}
	return n
}
