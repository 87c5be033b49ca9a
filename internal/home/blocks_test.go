package home

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

func TestBlocksGiveAFileInFewReads(t *testing.T) {
	want := make([]byte, 3*blockSize+12345)
	for i := range want {
		want[i] = byte(rand.Uint32())
	}
	reads := 0
	b := NewBlocks(int64(len(want)), func(p []byte, at int64) error {
		reads++
		copy(p, want[at:])
		return nil
	})
	if err := iotest.TestReader(io.NewSectionReader(b, 0, int64(len(want))), want); err != nil {
		t.Error(err)
	}
	if reads != 4 {
		t.Errorf("%d reads of 4 blocks", reads)
	}
	p := make([]byte, 100)
	if n, err := b.ReadAt(p, int64(len(want))-50); n != 50 || err != io.EOF || !bytes.Equal(p[:n], want[len(want)-50:]) {
		t.Errorf("at the end: %d bytes, %v", n, err)
	}
}

func TestBlocksThatAreUsedStayAndOthersGo(t *testing.T) {
	const size = 3 * keptBlocks * blockSize
	reads := map[int64]int{}
	b := NewBlocks(size, func(p []byte, at int64) error {
		reads[at/blockSize]++
		p[0] = byte(at / blockSize)
		return nil
	})
	var p [1]byte
	for n := range int64(3 * keptBlocks) {
		for _, m := range []int64{0, n} { // one place is read again and again, as a timing file is
			if _, err := b.ReadAt(p[:], m*blockSize); err != nil || p[0] != byte(m) {
				t.Fatalf("block %d gives %d, %v", m, p[0], err)
			}
		}
	}
	for n, times := range reads {
		if times != 1 {
			t.Errorf("block %d was read %d times", n, times)
		}
	}
	if len(b.kept) != keptBlocks {
		t.Errorf("%d blocks are kept", len(b.kept))
	}
}

func TestABlockThatFailedIsReadAgain(t *testing.T) {
	failed := errors.New("gone")
	b := NewBlocks(10, func(p []byte, _ int64) (err error) {
		err, failed = failed, nil
		copy(p, "0123456789")
		return err
	})
	p := make([]byte, 4)
	if _, err := b.ReadAt(p, 2); err == nil || err.Error() != "gone" {
		t.Errorf("%v", err)
	}
	if _, err := b.ReadAt(p, 2); err != nil || string(p) != "2345" {
		t.Errorf("%q, %v", p, err)
	}
}
