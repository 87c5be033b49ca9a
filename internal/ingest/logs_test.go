package ingest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tapedeck/internal/archive"
	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/session"
)

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
