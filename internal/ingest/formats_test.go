package ingest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"tapedeck/internal/archive"
	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/session"
)

// file is an object of a recording in testdata.
type file struct{ path, part string }

func (f file) read(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../../testdata/recordings/" + f.path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func zstandard(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return z.EncodeAll(data, nil)
}

func asIs(_ *testing.T, data []byte) []byte { return data }

// bring puts a recording's objects and its manifest into the inbox, and lets it arrive.
func (w *world) bring(format string, keep func(*testing.T, []byte) []byte, files ...file) {
	w.t.Helper()
	var objects []map[string]any
	for _, f := range files {
		name := path.Base(f.path)
		w.archive.PutInbox(folder, name, keep(w.t, f.read(w.t)))
		objects = append(objects, map[string]any{"key": name, "part": f.part})
	}
	w.archive.PutInbox(folder, session.ManifestName, manifest(map[string]any{"format": format, "objects": objects}))
	w.arrive(folder)
}

// played is the whole play object of a session, decompressed.
func (w *world) played(s session.Session) []byte {
	w.t.Helper()
	_, rec, err := w.index.Session(context.Background(), s.ID)
	if err != nil || rec.Play == nil {
		w.t.Fatalf("recording %+v, %v", rec, err)
	}
	return unzipped(w.t, w.archive, rec.Play.Object.Key)
}

func unzipped(t *testing.T, m *archivetest.Memory, key string) []byte {
	t.Helper()
	data, err := m.ReadObject(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestRecordingsOfEachFormatBecomeRowsThatCanBeReplayed(t *testing.T) {
	script := func(name, typescript string) []file {
		return []file{{"script/" + name + typescript, "recording"}, {"script/" + name + ".timing", "timing"}}
	}
	for name, c := range map[string]struct {
		format     string
		files      []file
		durationMs int64
		sizeBytes  int64
		shows      string
	}{
		"asciicast 1":     {"asciicast", []file{{"castv1/castv1-demo.cast", "recording"}}, 10686, 8712, "krok 5"},
		"script classic":  {"script", script("script-classic-git", ".typescript"), 43221, 10795 + 3998, "Merge feature"},
		"script in gzip":  {"script", script("script-classic-flood", ".typescript.gz"), 16096, 957518 + 40705, "FLOOD-END"},
		"script advanced": {"script", script("script-adv-db02", ".typescript"), 22866, 2745 + 3758, "krok 5"},
		"guacd":           {"script", script("guacd-nonbmp-title", ".typescript"), 20609, 731 + 2452, "logout"},
		"ttyrec":          {"ttyrec", []file{{"ttyrec/ttyrec-demo.ttyrec", "recording"}}, 10542, 3026, "€ euro"},
	} {
		for codec, keep := range map[string]func(*testing.T, []byte) []byte{"plain": asIs, "zstd": zstandard} {
			if name == "script in gzip" && codec == "zstd" {
				continue // one compression is enough
			}
			w := newWorld(t)
			w.bring(c.format, keep, c.files...)
			s := w.only()
			if s.State != session.Ready || s.Reason != "" || *s.DurationMs != c.durationMs || *s.SizeBytes != c.sizeBytes {
				t.Errorf("%s, %s: %s %q, %d ms, %d bytes", name, codec, s.State, s.Reason, *s.DurationMs, *s.SizeBytes)
				continue
			}
			if !bytes.Contains(w.played(s), []byte(c.shows)) {
				t.Errorf("%s, %s: %q is not shown", name, codec, c.shows)
			}
		}
	}
}

func TestWhatWasTypedIsKeptAndNeverReplayed(t *testing.T) {
	input := file{"script/script-adv-inout.input", "input"}
	typescript, times := file{"script/script-adv-inout.typescript", "recording"}, file{"script/script-adv-inout.timing", "timing"}
	const secret = "tok-0000-test"
	for _, files := range [][]file{{typescript, times, input}, {input, times, typescript}} {
		w := newWorld(t)
		w.bring("script", asIs, files...)
		s := w.only()
		if s.State != session.Ready || s.Reason != "" || *s.SizeBytes != 15437+4010 {
			t.Fatalf("row %+v", s)
		}
		_, rec, err := w.index.Session(context.Background(), s.ID)
		if err != nil || len(rec.Originals) != 4 {
			t.Fatalf("recording %+v, %v", rec, err)
		}
		for i, f := range files {
			sum := sha256.Sum256(f.read(t))
			if o := rec.Originals[i+1]; o.Name != path.Base(f.path) || o.Part != f.part || o.SHA256 != hex.EncodeToString(sum[:]) {
				t.Errorf("original %+v", o)
			}
		}
		if !bytes.Contains(input.read(t), []byte(secret)) {
			t.Fatal("the input does not hold the secret: this test looks for the wrong thing")
		}
		for _, key := range []string{rec.Play.Object.Key, rec.Play.Index.Key} {
			if bytes.Contains(unzipped(t, w.archive, key), []byte(secret)) {
				t.Errorf("%s holds what was typed", key)
			}
		}
	}
}

// asciicastOnly is the derived bucket of an encoder that read nothing but asciicast.
type asciicastOnly struct{ *archivetest.Memory }

func (b asciicastOnly) PutDerived(ctx context.Context, id string, d *archive.DerivedCommit) (*archive.DerivedCommit, error) {
	d.Encoder, d.State, d.Attempt, d.Play = 1, session.Unreadable, "", nil
	d.Reason = "script: recordings of this format are kept, but cannot be replayed yet"
	return b.Memory.PutDerived(ctx, id, d)
}

func TestAScriptThatAnEarlierEncoderCouldNotReadBecomesReady(t *testing.T) {
	w := newWorld(t)
	w.ingest.Derived = asciicastOnly{w.archive}
	w.bring("script", asIs, file{"script/script-classic-git.typescript", "recording"}, file{"script/script-classic-git.timing", "timing"})
	w.ingest.Derived = w.archive
	s := w.only()
	c, err := w.archive.ReadCommit(context.Background(), s.ID)
	if err != nil || s.State != session.Unreadable || s.Encoder != 1 {
		t.Fatalf("row %+v, %v", s, err)
	}
	w.archive.LoseInbox()
	if err := w.ingest.Rederive(context.Background(), c); err != nil || len(w.queue) != 1 || w.only().State != session.Unreadable {
		t.Fatalf("queue %q, row %+v, %v", w.queue, w.only(), err)
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err != nil {
		t.Fatal(err)
	}
	if s := w.only(); s.State != session.Ready || s.Reason != "" || *s.DurationMs != 43221 || !bytes.Contains(w.played(s), []byte("Merge feature")) {
		t.Errorf("row %+v", s)
	}
}

func TestAScriptWithoutItsTimingFileIsUnreadable(t *testing.T) {
	w := newWorld(t)
	w.bring("script", asIs, file{"script/script-classic-git.typescript", "recording"})
	if s := w.only(); s.State != session.Unreadable || s.Reason != `script: 0 parts are "timing"; one belongs there` {
		t.Errorf("row %+v", s)
	}
}

func TestAScriptWhoseTypescriptIsCutOffIsTruncated(t *testing.T) {
	w := newWorld(t)
	half := func(_ *testing.T, data []byte) []byte {
		if bytes.HasPrefix(data, []byte("Script started")) {
			return data[:len(data)/2]
		}
		return data
	}
	w.bring("script", half, file{"script/script-classic-git.typescript", "recording"}, file{"script/script-classic-git.timing", "timing"})
	if s := w.only(); s.State != session.Ready || s.Reason != session.ReasonTruncated || *s.DurationMs >= 43221 {
		t.Errorf("row %+v", s)
	}
}
