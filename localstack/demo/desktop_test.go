package demo

import (
	"bytes"
	"io"
	"testing"
	"time"

	"tapedeck/internal/encode"
	"tapedeck/internal/tape"
)

func TestEachDesktopOfTheDemoPlays(t *testing.T) {
	kinds := map[desktop]bool{}
	for _, s := range Generate(1, 600, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)) {
		if s.Desktop != nil {
			kinds[*s.Desktop] = true
		} else if s.Manifest["protocol"] == "RDP" {
			t.Errorf("an RDP session is %v", s.Manifest)
		}
	}
	if len(kinds) != 3 {
		t.Errorf("%d desktops", len(kinds))
	}
	for d := range kinds {
		data, err := d.read("../../testdata/recordings")
		if err != nil {
			t.Fatal(err)
		}
		made, err := encode.Recording(t.Context(), "guacamole", []encode.Part{{Role: "recording", Bytes: bytes.NewReader(data)}},
			encode.Outputs{Files: tape.Files{Play: io.Discard, Table: io.Discard, Transcript: io.Discard}, Index: io.Discard})
		if err != nil || made.Truncated || d.until > 0 && (made.Index.DurationMs < d.until.Milliseconds() || len(data) > 1<<20) {
			t.Errorf("%v: %d bytes, %+v, %v", d, len(data), made, err)
		}
		t.Logf("%v: %d bytes, %d ms", d, len(data), made.Index.DurationMs)
	}
}
