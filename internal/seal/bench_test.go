package seal

import (
	"bytes"
	"io"
	"testing"
	"time"

	"filippo.io/age"
)

// BenchmarkSeal seals parts of 16 MiB on one core, as the exporter does, in turns with age.Encrypt's writer, and prints
// how many times as fast it is.
func BenchmarkSeal(b *testing.B) {
	h, s := quick(b)
	const size = 16 << 20
	plain := random(size)
	dst := make([]byte, 0, h.PartSize(0, size))
	recipient, err := age.NewScryptRecipient(testPassphrase)
	if err != nil {
		b.Fatal(err)
	}
	recipient.SetWorkFactor(1)
	b.SetBytes(size)
	var ours, theirs time.Duration
	src := bytes.NewReader(nil)
	for b.Loop() {
		began := time.Now()
		src.Reset(plain)
		if _, err := s.Part(dst, src, 0, size, 4*size); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(began)

		b.StopTimer()
		w, err := age.Encrypt(io.Discard, recipient)
		if err != nil {
			b.Fatal(err)
		}
		began = time.Now()
		if _, err := w.Write(plain); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		theirs += time.Since(began)
		b.StartTimer()
	}
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "x-age")
}
