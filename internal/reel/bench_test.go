package reel_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// How fast a recording is archived: `go test -run '^$' -bench Writer -cpu 1 ./internal/reel`.
func BenchmarkWriter(b *testing.B) {
	for _, name := range []string{"vnc-desktop-1024x768", "rdp-xrdp-1280x720", "ssh-session-resize", "vnc-long-idle-1280x800"} {
		b.Run(name, func(b *testing.B) {
			z, err := gzip.NewReader(opened(b, name+".guac.gz"))
			if err != nil {
				b.Fatal(err)
			}
			data, err := io.ReadAll(z)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				m := encoded(b, bytes.NewReader(data))
				b.ReportMetric(100*float64(m.play.Len())/float64(len(data)), "%play")
			}
		})
	}
}
