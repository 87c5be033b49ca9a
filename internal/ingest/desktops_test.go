package ingest_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"tapedeck/internal/session"
)

func TestGraphicsAreReplayedAndWhatWasTypedIsKeptApart(t *testing.T) {
	w := newWorld(t)
	w.bring("guacamole", asIs, file{"guac/ssh-unicode-title-idle.guac.gz", "recording"})
	s := w.only()
	if s.State != session.Ready || s.Reason != "" || *s.DurationMs != 99521 || *s.SizeBytes != 179221 {
		t.Fatalf("%s %q, %d ms, %d bytes", s.State, s.Reason, *s.DurationMs, *s.SizeBytes)
	}
	play := w.played(s)
	_, rec, err := w.index.Session(context.Background(), s.ID)
	if err != nil || rec.Play.Keys == nil || !strings.HasSuffix(rec.Play.Object.Key, "/play.guac.gz") || rec.Play.Transcript.Size != 0 {
		t.Fatalf("%+v, %v", rec.Play, err)
	}
	if bytes.Contains(play, []byte(";3.key,")) || !bytes.Contains(play, []byte(";3.img,")) {
		t.Error("the play object holds keys, or no images")
	}
	if keys := unzipped(t, w.archive, rec.Play.Keys.Key); !bytes.Contains(keys, []byte(`"name":"Return"`)) {
		t.Errorf("the keys are %.200q", keys)
	}
}

func TestGraphicsInPartsAreReadAsOne(t *testing.T) {
	z, err := gzip.NewReader(bytes.NewReader(file{path: "guac/ssh-nonbmp-title.guac.gz"}.read(t)))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	shown := w.played(w.pieces("guacamole", data))
	cut := len(data)/2 + 1 // in the middle of an instruction
	for name, pieces := range map[string][][]byte{"plain": {data[:cut], data[cut:]}, "each in gzip": {gzipped(t, data[:cut]), gzipped(t, data[cut:])}} {
		w := newWorld(t)
		s := w.pieces("guacamole", pieces...)
		if s.State != session.Ready || s.Reason != "" || *s.SizeBytes != int64(len(data)) || !bytes.Equal(w.played(s), shown) {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestGraphicsThatWereCutOffAreReadyAndSaySo(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 16 << 20
	w.bring("guacamole", asIs, file{"guac/vnc-killed-mid-instruction.guac.gz", "recording"})
	if s := w.only(); s.State != session.Ready || s.Reason != session.ReasonTruncated || *s.DurationMs != 4378 {
		t.Errorf("row %+v", s)
	}
}
