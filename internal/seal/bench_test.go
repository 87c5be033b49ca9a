package seal

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"

	"filippo.io/age"
)

// BenchmarkSeal seals parts of 16 MiB as the exporter does, into memory from which they are sent, in turns with the
// writer of age.Encrypt, which writes to nowhere or to memory. The fastest of many counts: the others were disturbed. Run
// it on one core: make bench-seal.
func BenchmarkSeal(b *testing.B) {
	const size, parts = 16 << 20, 200
	h, s := quick(b)
	recipient, err := age.NewScryptRecipient(testPassphrase)
	if err != nil {
		b.Fatal(err)
	}
	recipient.SetWorkFactor(1)
	plain := random(size)
	src := bytes.NewReader(nil)
	dst := make([]byte, 0, h.PartSize(0, size))
	memory := bytes.NewBuffer(make([]byte, 0, h.PartSize(0, size)))

	ours := func() error {
		src.Reset(plain)
		_, err := s.Part(dst, src, 0, size, 4*size)
		return err
	}
	theirs := func(to io.Writer) error {
		w, err := age.Encrypt(to, recipient)
		if err != nil {
			return err
		}
		if _, err := w.Write(plain); err != nil {
			return err
		}
		return w.Close()
	}
	b.SetBytes(3 * size * parts)
	for b.Loop() {
		times := [3]time.Duration{time.Hour, time.Hour, time.Hour}
		for range parts {
			for i, f := range []func() error{ours, func() error { return theirs(io.Discard) }, func() error { memory.Reset(); return theirs(memory) }} {
				began := time.Now()
				if err := f(); err != nil {
					b.Fatal(err)
				}
				times[i] = min(times[i], time.Since(began))
			}
		}
		speed := func(i int) float64 { return size / 1e9 / times[i].Seconds() }
		fmt.Printf("\n| 16 MiB on one core, the fastest of 200 | speed | seal is |\n|---|---|---|\n| seal, to memory | %.2f GB/s | |\n"+
			"| age.Encrypt, to nowhere | %.2f GB/s | %.2f x as fast |\n| age.Encrypt, to memory | %.2f GB/s | %.2f x as fast |\n\n",
			speed(0), speed(1), speed(0)/speed(1), speed(2), speed(0)/speed(2))
	}
}
