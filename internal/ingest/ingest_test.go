package ingest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/ingest"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

func TestARecordingBecomesARowThatCanBeReplayed(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	s := w.only()
	if s.State != session.Ready || s.Reason != "" || *s.DurationMs != 2500 || *s.SizeBytes != int64(len(cast)) || s.SessionRecord != "ubuntu_20261123_150405" || s.No != 1 {
		t.Errorf("row %+v", s)
	}
	_, rec, err := w.index.Session(context.Background(), s.ID)
	if err != nil || rec == nil || rec.Play == nil || len(rec.Originals) != 2 {
		t.Fatalf("recording %+v, %v", rec, err)
	}
	sum := sha256.Sum256([]byte(cast))
	if o := rec.Originals[1]; o.Name != "recording.cast" || o.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("original %+v", o)
	}
	for _, name := range []string{"recording.cast", session.ManifestName} {
		if marked, err := w.archive.MarkedArchived(context.Background(), folder, name); err != nil || !marked {
			t.Errorf("the inbox was not told that it may forget %s: %v", name, err)
		}
	}
}

func TestTheOrderOfArrivalDoesNotMatter(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	if s := w.only(); s.State != session.Waiting || s.Reason != `"recording.cast" has not arrived` {
		t.Fatalf("row %+v", s)
	}
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	for range 5 { // the same event, again and again
		w.arrive(folder)
	}
	if s := w.only(); s.State != session.Ready || s.Reason != "" {
		t.Errorf("row %+v", s)
	}
	if waiting, err := w.index.Waiting(context.Background(), session.EndOfTime); err != nil || len(waiting) != 0 {
		t.Errorf("still waited for: %v, %v", waiting, err)
	}
	w.arrive(session.Folder{Gateway: "gw-1", Name: "no manifest here"})
	w.only()
}

func TestTwoArchiversDoNotWorkOnOneSession(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 10
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	id := w.only().ID
	if ok, err := w.index.Lease(context.Background(), id, w.now, w.now.Add(time.Minute)); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); !errors.Is(err, ingest.ErrBusy) {
		t.Errorf("got %v", err)
	}
	w.now = w.now.Add(time.Hour)
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err != nil {
		t.Errorf("after the lease: %v", err)
	}
}

// Every bad input becomes a row that says what is wrong.
func TestNothingIsLostInSilence(t *testing.T) {
	for name, c := range map[string]struct {
		manifest  []byte
		recording string
		state     session.State
		reason    string
	}{
		"no JSON":                               {[]byte("hello"), cast, session.Unreadable, "the manifest is not a JSON object"},
		"a field is missing":                    {[]byte(`{"version":1}`), cast, session.Unreadable, "the manifest has no sessionId"},
		"invalid UTF-8":                         {[]byte("{\"version\":1,\"name\":\"\xff\"}"), cast, session.Unreadable, "the manifest is not valid UTF-8"},
		"outside of its folder":                 {manifest(map[string]any{"objects": []map[string]any{{"key": "../gw-2/x", "part": "recording"}}}), cast, session.Unreadable, "the manifest's objects[0]: the key must be the name of an object in the manifest's own folder"},
		"another size":                          {manifest(map[string]any{"objects": []map[string]any{{"key": "recording.cast", "part": "recording", "size": 3}}}), cast, session.Unreadable, `"recording.cast" is not as long as the manifest says`},
		"another hash":                          {manifest(map[string]any{"objects": []map[string]any{{"key": "recording.cast", "part": "recording", "sha256": strings.Repeat("a", 64)}}}), cast, session.Unreadable, `"recording.cast" does not have the SHA-256 that the manifest says`},
		"empty":                                 {manifest(nil), "", session.Unreadable, "asciicast: the recording is empty"},
		"wrong header":                          {manifest(nil), "GIF89a\n", session.Unreadable, "asciicast: line 1: this is not the header of an asciicast"},
		"time goes back":                        {manifest(nil), cast + `[1,"o","x"]` + "\n", session.Unreadable, "asciicast: line 4: the time goes back"},
		"cut off in a line":                     {manifest(nil), cast[:len(cast)-6], session.Ready, "truncated"},
		"a film that is none":                   {manifest(map[string]any{"format": "video"}), cast, session.Unreadable, "video: it is neither MP4 nor WebM"},
		"the gateway's clock is ahead":          {manifest(map[string]any{"actionAt": "2031-01-01T00:00:00Z"}), cast, session.Ready, "clock"},
		"1 MiB of text, and control characters": {manifest(map[string]any{"name": strings.Repeat("x", 1<<20), "role": "a\x1b[2Jb"}), cast, session.Ready, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.archive.PutInbox(folder, "recording.cast", []byte(c.recording))
			w.archive.PutInbox(folder, session.ManifestName, c.manifest)
			w.arrive(folder)
			s := w.only()
			if s.State != c.state || s.Reason != c.reason {
				t.Errorf("%s, %q; want %s, %q", s.State, s.Reason, c.state, c.reason)
			}
			if s.ActionAt.After(w.now) || len(s.Name) > session.MaxTextBytes || strings.ContainsRune(s.Role, 0x1b) {
				t.Errorf("row %+v", s)
			}
			kept := strings.Join(w.archive.Keys(), " ")
			if !strings.Contains(kept, "0-session.json") || !strings.Contains(kept, "/archive.json") {
				t.Errorf("kept is %s", kept)
			}
			w.arrive(folder) // and once more: the same
			if again := w.only(); again.Reason != s.Reason || again.No != s.No {
				t.Errorf("the second time %+v", again)
			}
		})
	}
}

func TestASecondManifestThatSaysSomethingElseIsAConflict(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	before := w.only()
	for i, change := range []map[string]any{{"account": "root"}, {"actionAt": "2020-01-01T00:00:00Z"}} {
		other := session.Folder{Gateway: "gw-1", Name: fmt.Sprintf("again-%d", i)}
		w.archive.PutInbox(other, "recording.cast", []byte(cast))
		w.archive.PutInbox(other, session.ManifestName, manifest(change))
		w.arrive(other)
		after := w.only()
		if after.Reason != "conflict" || after.Account != before.Account || !after.ActionAt.Equal(before.ActionAt) || after.State != session.Ready {
			t.Errorf("row %+v", after)
		}
	}
	if len(w.audit) == 0 || w.audit[0].Action != session.ActConflict || w.audit[0].SessionID != before.ID {
		t.Errorf("audit %+v", w.audit)
	}
	if kept := strings.Join(w.archive.Keys(), " "); !strings.Contains(kept, "/conflicts/") {
		t.Errorf("kept is %s", kept)
	}
	another := session.Folder{Gateway: "gw-2", Name: "s1"} // the same uuid of another gateway is another session
	w.archive.PutInbox(another, "recording.cast", []byte(cast))
	w.archive.PutInbox(another, session.ManifestName, manifest(nil))
	w.arrive(another)
	if rows := w.rows(); len(rows) != 2 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestTheCommitFileHoldsWhereTheRegistrationWasLost(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	before := w.only()
	w.index = indextest.NewMemory()
	w.ingest.Registry, w.ingest.Rows, w.ingest.Work = w.index, w.index, w.index
	if err := w.index.StartNumbers(context.Background(), 1000); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the same event again
		w.arrive(folder)
		if after := w.only(); !reflect.DeepEqual(after, before) {
			t.Errorf("got %+v\nwant %+v", after, before)
		}
	}
	w.sweep("registering again", before.ID)
}

func TestNothingIsNumberedOverALostIndex(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	w.index = indextest.NewMemory()
	w.ingest.Registry, w.ingest.Rows, w.ingest.Work = w.index, w.index, w.index
	if failed := w.ingest.Arrive(context.Background(), []session.Folder{folder}); !errors.Is(failed[folder], ingest.ErrLost) || len(w.rows()) != 0 {
		t.Errorf("got %v", failed)
	}
}

func TestWhatDoesNotComeWithinADayIsIncomplete(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	r := w.reconciler()
	if _, err := r.Run(context.Background(), reconcile.Options{}); err != nil || w.only().State != session.Waiting {
		t.Fatalf("too early: %+v, %v", w.only(), err)
	}
	w.now = w.now.Add(25 * time.Hour)
	if _, err := r.Run(context.Background(), reconcile.Options{}); err != nil {
		t.Fatal(err)
	}
	if s := w.only(); s.State != session.Incomplete || s.Reason != `"recording.cast" did not come within a day` {
		t.Errorf("row %+v", s)
	}
	w.archive.PutInbox(folder, "recording.cast", []byte(cast)) // late is better than never
	w.arrive(folder)
	if s := w.only(); s.State != session.Ready {
		t.Errorf("row %+v", s)
	}
}

func TestAnExpiredRecordingIsGoneAndItsRowStays(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	r := w.reconciler()
	id := w.only().ID
	if err := r.Expire(context.Background(), id); !errors.Is(err, reconcile.ErrKept) {
		t.Fatalf("too early: %v", err)
	}
	w.now = w.now.Add(retention + time.Second)
	if err := r.Expire(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	if s := w.only(); s.State != session.Expired {
		t.Errorf("row %+v", s)
	}
	if keys, want := w.archive.Keys(), []string{archive.CommitKey(id), archive.DerivedCommitKey(id, tape.EncoderVersion)}; !slices.Equal(keys, want) {
		t.Errorf("left is %q, want %q", keys, want)
	}
}

func TestTheDemoRecordingsAreAllReadable(t *testing.T) {
	files, err := os.ReadDir("../../testdata/recordings/cast")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".cast") {
			continue
		}
		n++
		data, err := os.ReadFile("../../testdata/recordings/cast/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld(t)
		w.ingest.InlineBytes = 10 << 20
		w.archive.PutInbox(folder, "recording.cast", data)
		w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
		w.arrive(folder)
		if s := w.only(); s.State != session.Ready || s.Reason != "" {
			t.Errorf("%s: %+v", file.Name(), s)
		}
	}
	if n < 19 {
		t.Errorf("%d recordings", n)
	}
}
