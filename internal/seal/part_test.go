package seal

import (
	"bytes"
	"errors"
	"io"
	"math"
	"testing"
	"testing/iotest"
)

func TestFewerOrMoreBytesThanAPartHasAreRefused(t *testing.T) {
	_, s := quick(t)
	broken := errors.New("the line broke")
	before := []byte("before")
	for name, c := range map[string]struct {
		r    io.Reader
		want error
	}{
		"none":                     {bytes.NewReader(nil), ErrShort},
		"one less":                 {bytes.NewReader(make([]byte, 2*ChunkSize-1)), ErrShort},
		"a chunk less":             {bytes.NewReader(make([]byte, ChunkSize)), ErrShort},
		"one more":                 {bytes.NewReader(make([]byte, 2*ChunkSize+1)), ErrLong},
		"an error in the middle":   {io.MultiReader(bytes.NewReader(make([]byte, ChunkSize+1)), iotest.ErrReader(broken)), broken},
		"an error in place of end": {io.MultiReader(bytes.NewReader(make([]byte, 2*ChunkSize)), iotest.ErrReader(broken)), broken},
	} {
		got, err := s.Part(before, c.r, 0, 2*ChunkSize, 4*ChunkSize)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if string(got) != "before" {
			t.Errorf("%s: %d bytes come back", name, len(got))
		}
	}
	for name, r := range map[string]io.Reader{
		"a byte at a time":    iotest.OneByteReader(bytes.NewReader(make([]byte, 2*ChunkSize))),
		"the end with a byte": iotest.DataErrReader(bytes.NewReader(make([]byte, 2*ChunkSize))),
	} {
		if _, err := s.Part(nil, r, 0, 2*ChunkSize, 4*ChunkSize); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsNoPartOfTheFileIsRefused(t *testing.T) {
	_, s := quick(t)
	for _, c := range []struct{ offset, length, total int64 }{
		{1, ChunkSize, 4 * ChunkSize},                         // begins within a chunk
		{0, ChunkSize - 1, 4 * ChunkSize},                     // ends within a chunk
		{0, 0, 1},                                             // is empty
		{ChunkSize, 0, ChunkSize},                             // is empty, at the end
		{ChunkSize, ChunkSize + 1, 2 * ChunkSize},             // goes past the end
		{-ChunkSize, ChunkSize, ChunkSize},                    // begins before the start
		{0, -ChunkSize, ChunkSize},                            //
		{0, 0, -1},                                            //
		{ChunkSize, math.MaxInt64 - ChunkSize + 1, ChunkSize}, //
	} {
		if got, err := s.Part(nil, bytes.NewReader(make([]byte, 10*ChunkSize)), c.offset, c.length, c.total); err == nil || got != nil {
			t.Errorf("%+v: %d bytes, %v", c, len(got), err)
		}
	}
}

func TestAPartWithRoomIsSealedInPlace(t *testing.T) {
	h, s := quick(t)
	plain := random(64 * ChunkSize)
	src := bytes.NewReader(nil)
	allocations := func(chunks int64) float64 {
		dst := make([]byte, 0, h.PartSize(0, chunks*ChunkSize))
		return testing.AllocsPerRun(5, func() {
			src.Reset(plain[:chunks*ChunkSize])
			got, err := s.Part(dst, src, 0, chunks*ChunkSize, int64(len(plain)))
			if err != nil || &got[0] != &dst[:1][0] {
				t.Fatalf("it was made elsewhere: %v", err)
			}
		})
	}
	if one, many := allocations(1), allocations(64); one != many || many > 2 {
		t.Errorf("%g allocations for a chunk, %g for 64", one, many)
	}
}

func TestSizesAreKnownBeforehand(t *testing.T) {
	h := Header(make([]byte, 200))
	for _, c := range []struct{ total, size, chunks int64 }{
		{0, 216, 1}, {1, 217, 1}, {ChunkSize, 200 + 65552, 1}, {ChunkSize + 1, 200 + 65552 + 17, 2},
		{50e9, 200 + 50e9 + 16*762940, 762940},
	} {
		if size, chunks := h.SealedSize(c.total), Chunks(c.total); size != c.size || chunks != c.chunks {
			t.Errorf("%d bytes: %d in %d chunks", c.total, size, chunks)
		}
		first, _ := h.Chunk(0, c.total)
		last, length := h.Chunk(c.chunks-1, c.total)
		if first != 200 || last+length != c.size {
			t.Errorf("%d bytes: the first chunk is at %d, the last ends at %d of %d", c.total, first, last+length, c.size)
		}
	}
}
