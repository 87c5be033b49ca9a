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

// lines are those of a play object of a log of file operations.
func lines(t *testing.T, play []byte) (list []string) {
	t.Helper()
	for line := range strings.Lines(string(play)) {
		list = append(list, strings.TrimSuffix(line, "\n"))
	}
	return list
}

func TestALogOfFileOperationsIsReplayed(t *testing.T) {
	for codec, keep := range map[string]func(*testing.T, []byte) []byte{"plain": asIs, "gzip": gzipped, "zstd": zstandard} {
		w := newWorld(t)
		w.bring("filelog", keep, file{"sftp/sshd-internal-sftp.log", "recording"})
		s := w.only()
		if s.State != session.Ready || s.Reason != "" || *s.DurationMs != 15 || *s.SizeBytes != 5700 {
			t.Fatalf("%s: %s %q, %d ms, %d bytes", codec, s.State, s.Reason, *s.DurationMs, *s.SizeBytes)
		}
		_, rec, err := w.index.Session(context.Background(), s.ID)
		if err != nil || rec.Play.Keys != nil || !strings.HasSuffix(rec.Play.Object.Key, "/play.files.gz") || rec.Play.Transcript.Size != 0 {
			t.Fatalf("%s: %+v, %v", codec, rec.Play, err)
		}
		played := lines(t, w.played(s))
		for _, want := range []string{
			`{"ms":12,"op":"put","path":"/home/alice/wgrane/raporty/raport 1 ąę.bin","bytes":40000,"result":"ok"}`,
			`{"ms":12,"op":"rename","path":"/home/alice/wgrane/cennik.csv","to":"/home/alice/wgrane/cennik 2026.csv","result":"ok"}`,
			`{"ms":15,"op":"get","path":"/etc/shadow","result":"Permission denied"}`,
		} {
			if !slices.Contains(played, want) {
				t.Errorf("%s: there is no %s", codec, want)
			}
		}
		index := string(unzipped(t, w.archive, rec.Play.Index.Key))
		for _, want := range []string{`"version":3`, `"format":"filelog"`, `"operations":[33]`, `{"op":"put","count":4,"refused":0,"bytes":240007}`, `{"op":"get","count":3,"refused":1,"bytes":807}`} {
			if !strings.Contains(index, want) {
				t.Errorf("%s: the index has no %s: %s", codec, want, index)
			}
		}
	}
}

const operation = `{"time":"2026-11-23T15:36:21Z","op":"put","path":"/a","bytes":7,"sha256":"` +
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" + `"}` + "\n"

func TestALogThatIsCutOffIsReplayedToItsLastWholeLine(t *testing.T) {
	syslog := file{path: "sftp/sshd-internal-sftp.log"}.read(t)
	var many strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&many, `{"time":"2026-11-23T15:36:21Z","op":"get","path":"/srv/%x"}`+"\n", sha256.Sum256([]byte{byte(i), byte(i >> 8)}))
	}
	closing := bytes.Index(syslog, []byte("written 120000")) + len("written 1") // a size that is not yet the size
	for name, c := range map[string]struct {
		log  []byte
		n    int
		last string
	}{
		"JSON":            {[]byte(operation + operation[:60]), 1, `"bytes":7`},
		"JSON in gzip":    {gzipped(t, []byte(many.String()))[:20_000], -1, `"result":"ok"}`},
		"OpenSSH's":       {syslog[:closing], 9, `"path":"/home/alice/wgrane/raporty/raport 3 ąę.bin","result":"the log was cut off before its result"`},
		"OpenSSH's, zstd": {zstandard(t, bytes.Repeat(syslog, 100))[:1000], -1, `"op":`},
	} {
		w := newWorld(t)
		s := w.pieces("filelog", c.log)
		if s.State != session.Ready || s.Reason != session.ReasonTruncated {
			t.Errorf("%s: %s %q", name, s.State, s.Reason)
			continue
		}
		played := lines(t, w.played(s))
		if c.n >= 0 && len(played) != c.n || !strings.Contains(played[len(played)-1], c.last) {
			t.Errorf("%s: %d operations, the last is %s", name, len(played), played[len(played)-1])
		}
	}
}

func TestALogInPiecesIsReadAsOne(t *testing.T) {
	whole := file{path: "sftp/sshd-internal-sftp.log"}.read(t)
	w := newWorld(t)
	want := w.played(w.pieces("filelog", whole))
	for name, pieces := range map[string][][]byte{"plain": {whole[:1000], whole[1000:]}, "each in gzip": {gzipped(t, whole[:2345]), gzipped(t, whole[2345:])}} {
		w := newWorld(t)
		if s := w.pieces("filelog", pieces...); s.Reason != "" || !bytes.Equal(w.played(s), want) {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestALogThatCannotBeReadSaysWhere(t *testing.T) {
	for want, log := range map[string]string{
		"filelog: the log is empty":                                             "",
		"filelog: line 1: it is neither a JSON object nor a line of syslog":     "hello\n",
		"filelog: line 3: it is no JSON object of an operation":                 operation + operation + "{]\n" + operation,
		"filelog: line 2: its time is not of the form 2026-11-23T15:36:21.107Z": operation + `{"time":"yesterday","op":"get"}` + "\n",
		"filelog: line 2: sha256 is not 64 hexadecimal digits":                  operation + `{"time":"2026-11-23T15:36:21Z","op":"get","sha256":"?"}` + "\n",
		"filelog: line 2: it is more than 366 days after the first":             operation + `{"time":"2036-11-23T15:36:21Z","op":"get"}` + "\n",
		"filelog: line 2: the line is too long":                                 operation + strings.Repeat(" ", 9<<20),
		"filelog: the log is cut off in its first line":                         string(gzipped(t, []byte(operation))[:40]),
		"gzip: the compressed data is damaged":                                  string(damaged(gzipped(t, []byte(operation)))),
	} {
		w := newWorld(t)
		w.ingest.InlineBytes = 16 << 20
		if s := w.pieces("filelog", []byte(log)); s.State != session.Unreadable || s.Reason != want {
			t.Errorf("%s %q, want %q", s.State, s.Reason, want)
		}
	}
	w := newWorld(t)
	w.bring("filelog", asIs, file{"sftp/sshd-internal-sftp.log", "log"})
	if s := w.only(); s.State != session.Unreadable || s.Reason != `filelog: 0 parts are "recording"; one belongs there` {
		t.Errorf("%s %q", s.State, s.Reason)
	}
}

func damaged(data []byte) []byte {
	data[len(data)-5] ^= 1
	return data
}

func TestALogInWhichNothingWasDoneIsReplayed(t *testing.T) {
	w := newWorld(t)
	s := w.pieces("filelog", []byte("2026-11-23T15:36:21Z web-01 internal-sftp[7905]: session opened for local user alice from [127.0.0.1]\n"))
	_, rec, err := w.index.Session(context.Background(), s.ID)
	if err != nil || s.State != session.Ready || *s.DurationMs != 0 || !rec.Play.Replayable() || rec.Play.Object.Size != 0 {
		t.Errorf("%+v, %+v, %v", s, rec, err)
	}
}

// noLogs is the derived bucket of an encoder that read no logs of file operations.
type noLogs struct{ *archivetest.Memory }

func (b noLogs) PutDerived(ctx context.Context, id string, d *archive.DerivedCommit) (*archive.DerivedCommit, error) {
	d.Encoder, d.State, d.Attempt, d.Play = 4, session.Unreadable, "", nil
	d.Reason = "filelog: recordings of this format are kept, but cannot be replayed yet"
	return b.Memory.PutDerived(ctx, id, d)
}

func TestALogThatAnEarlierEncoderCouldNotReadBecomesReady(t *testing.T) {
	w := newWorld(t)
	w.ingest.Derived = noLogs{w.archive}
	w.bring("filelog", asIs, file{"sftp/sshd-internal-sftp.log", "recording"})
	w.ingest.Derived = w.archive
	c, err := w.archive.ReadCommit(context.Background(), w.only().ID)
	if err != nil || w.only().State != session.Unreadable {
		t.Fatalf("%+v, %v", w.only(), err)
	}
	if err := w.ingest.Rederive(context.Background(), c); err != nil || len(w.queue) != 1 {
		t.Fatalf("queue %q, %v", w.queue, err)
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err != nil {
		t.Fatal(err)
	}
	if s := w.only(); s.State != session.Ready || len(lines(t, w.played(s))) != 33 {
		t.Errorf("row %+v", s)
	}
}
