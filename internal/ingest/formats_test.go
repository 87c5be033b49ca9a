package ingest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
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

// pieces lets a recording arrive that is several objects, in order.
func (w *world) pieces(format string, pieces ...[]byte) session.Session {
	w.t.Helper()
	var objects []map[string]any
	for i, data := range pieces {
		name := fmt.Sprintf("recording.%d", i)
		w.archive.PutInbox(folder, name, data)
		objects = append(objects, map[string]any{"key": name, "part": "recording"})
	}
	w.archive.PutInbox(folder, session.ManifestName, manifest(map[string]any{"format": format, "objects": objects}))
	w.arrive(folder)
	return w.only()
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestARecordingInPiecesIsReadAsOne(t *testing.T) {
	whole := map[string][]byte{"asciicast": file{path: "cast/cast-vim.cast"}.read(t), "ttyrec": file{path: "ttyrec/ttyrec-demo.ttyrec"}.read(t)}
	for format, data := range whole {
		w := newWorld(t)
		want := w.pieces(format, data)
		shown := w.played(want)
		cut := len(data)/2 + 3 // in the middle of an event
		zipped, compressed := gzipped(t, data), zstandard(t, data)
		for name, pieces := range map[string][][]byte{
			"plain": {data[:cut], data[cut:]}, "three, one of them empty": {data[:100], nil, data[100:]},
			"each in gzip": {gzipped(t, data[:cut]), gzipped(t, data[cut:])}, "each in zstd": {zstandard(t, data[:cut]), zstandard(t, data[cut:])},
			"a gzip that was cut": {zipped[:len(zipped)/2], zipped[len(zipped)/2:]}, "a zstd that was cut": {compressed[:40], compressed[40:]},
		} {
			w := newWorld(t)
			s := w.pieces(format, pieces...)
			if s.State != session.Ready || s.Reason != "" || *s.SizeBytes != *want.SizeBytes || !bytes.Equal(w.played(s), shown) {
				t.Errorf("%s, %s: %+v", format, name, s)
			}
		}
	}
}

func TestPiecesThatAreNotOneFileAreUnreadable(t *testing.T) {
	data := file{path: "cast/cast-vim.cast"}.read(t)
	typescript := file{path: "script/script-classic-git.typescript"}.read(t)
	for want, c := range map[string]struct {
		format string
		pieces [][]byte
	}{
		"asciicast: line 4: there is a second header: of a recording in several parts, only the first has one": {"asciicast", [][]byte{[]byte(cast), []byte(cast)}},
		"gzip: the compressed data is damaged":               {"asciicast", [][]byte{gzipped(t, data[:500]), data[500:]}},
		`script: 2 parts are "recording"; one belongs there`: {"script", [][]byte{typescript, typescript}},
		"ttyrec: byte 3026: the time goes back":              {"ttyrec", [][]byte{file{path: "ttyrec/ttyrec-demo.ttyrec"}.read(t), file{path: "ttyrec/ttyrec-demo.ttyrec"}.read(t)}},
	} {
		w := newWorld(t)
		if s := w.pieces(c.format, c.pieces...); s.State != session.Unreadable || s.Reason != want {
			t.Errorf("%s %q, want %q", s.State, s.Reason, want)
		}
	}
}

// opened is evidence that notes in which order originals are opened, and how many are.
type opened struct {
	*archivetest.Memory
	names []string
	open  int
}

func (e *opened) OpenOriginal(ctx context.Context, o session.Stored) (io.ReadCloser, error) {
	e.names = append(e.names, path.Base(o.Key))
	e.open++
	body, err := e.Memory.OpenOriginal(ctx, o)
	return &closes{body, e}, err
}

type closes struct {
	io.ReadCloser
	of *opened
}

func (c *closes) Close() error {
	c.of.open--
	return c.ReadCloser.Close()
}

func TestAPartIsOpenedWhenItIsNeeded(t *testing.T) {
	w := newWorld(t)
	evidence := &opened{Memory: w.archive}
	w.ingest.Evidence = evidence
	w.bring("script", asIs, file{"script/script-adv-inout.input", "input"}, file{"script/script-adv-inout.timing", "timing"}, file{"script/script-adv-inout.typescript", "recording"})
	want := []string{"3-script-adv-inout.typescript", "2-script-adv-inout.timing"}
	if s := w.only(); s.State != session.Ready || !slices.Equal(evidence.names, want) || evidence.open != 0 {
		t.Errorf("row %+v, opened %q, %d are still open", s, evidence.names, evidence.open)
	}
}

// lines are those of a play object of a log of file operations.
func lines(t *testing.T, play []byte) (list []string) {
	t.Helper()
	for line := range strings.Lines(string(play)) {
		list = append(list, strings.TrimSuffix(line, "\n"))
	}
	return list
}
