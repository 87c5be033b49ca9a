package ingest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/ingest"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
	"tapedeck/internal/tape"
)

var start = time.Date(2026, 11, 23, 6, 4, 5, 123e6, time.UTC)

const retention = 30 * 24 * time.Hour

var kept = settings.Fixed{TimeZone: "Asia/Seoul", RetentionDays: 30}

// world is an archive with nothing but memory under it.
type world struct {
	t       *testing.T
	now     time.Time
	index   *indextest.Memory
	archive *archivetest.Memory
	audit   []session.Event
	queue   []string
	told    []session.Announcement
	deaf    func(call string, after bool) error // nil, or called before and after others are told
	ingest  *ingest.Ingest
}

func (w *world) Announce(_ context.Context, a session.Announcement) {
	if w.deaf != nil && w.deaf("announce", false) != nil {
		return
	}
	w.told = append(w.told, a)
	if w.deaf != nil {
		_ = w.deaf("announce", true)
	}
}

func (w *world) Record(_ context.Context, e session.Event) error {
	w.audit = append(w.audit, e)
	return nil
}

func (w *world) Send(_ context.Context, identity string) error {
	w.queue = append(w.queue, identity)
	return nil
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, now: start.Add(time.Hour), index: indextest.NewMemory(), archive: archivetest.NewMemory()}
	clock := func() time.Time { return w.now }
	w.archive.Now = clock
	w.ingest = &ingest.Ingest{Registry: w.index, Rows: w.index, Work: w.index, Inbox: w.archive, Evidence: w.archive, Derived: w.archive,
		Audit: w, Handover: w, Events: w, Settings: kept, InlineBytes: 1 << 20, Now: clock}
	return w
}

// reconciler is one for this world.
func (w *world) reconciler() *reconcile.Reconciler {
	return &reconcile.Reconciler{Work: w.index, Inbox: w.archive, Commits: w.archive, Rows: w.index, Values: w.index, Numbers: w.index, Marks: w.index,
		Ingest: w.ingest, Sweeper: w.archive, Settings: kept, RowLife: 5 * 365 * 24 * time.Hour, Workers: 1, Now: w.ingest.Now}
}

const cast = `{"version":2,"width":80,"height":24}` + "\n" + `[1,"o","hello"]` + "\n" + `[2.5,"o","bye"]` + "\n"

var folder = session.Folder{Gateway: "gw-1", Name: "s1"}

const uuid = "0b7e0000-0000-4000-8000-000000000001"

func manifest(change map[string]any) []byte {
	m := map[string]any{"version": 1, "sessionId": uuid, "actionAt": session.FormatTime(start), "name": "Kim Minji", "account": "ubuntu",
		"format": "asciicast", "objects": []map[string]any{{"key": "recording.cast", "part": "recording"}}}
	maps.Copy(m, change)
	data, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return data
}

func (w *world) arrive(f session.Folder) {
	w.t.Helper()
	if failed := w.ingest.Arrive(context.Background(), []session.Folder{f}); len(failed) > 0 {
		w.t.Fatalf("not settled: %v", failed)
	}
}

// rows reads the whole list.
func (w *world) rows() []session.Session {
	w.t.Helper()
	page, err := w.index.List(context.Background(), session.Query{To: session.EndOfTime, PageSize: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	return page.Items
}

// only is the one row that there is.
func (w *world) only() session.Session {
	w.t.Helper()
	rows := w.rows()
	if len(rows) != 1 {
		w.t.Fatalf("%d rows, want 1: %+v", len(rows), rows)
	}
	return rows[0]
}

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

func TestALargeRecordingIsHandedOver(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 10
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	if s := w.only(); s.State != session.Waiting || len(w.queue) != 1 {
		t.Fatalf("row %+v, queue %v", s, w.queue)
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err != nil {
		t.Fatal(err)
	}
	if s := w.only(); s.State != session.Ready {
		t.Errorf("row %+v", s)
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err != nil {
		t.Errorf("the same message again: %v", err)
	}
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

func TestALargeOriginalIsNotEncodedInPassing(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 10
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	w.archive.Fail = func(write string, after bool) error {
		if write == "object" { // of the derived ones: its original is committed
			return errors.New("killed")
		}
		return nil
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err == nil {
		t.Fatal("it was not killed")
	}
	w.archive.Fail, w.queue = nil, nil
	c, err := w.archive.ReadCommit(context.Background(), w.only().ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.ingest.Restore(context.Background(), c); err != nil || len(w.queue) != 1 || w.only().State != session.Waiting {
		t.Fatalf("row %+v, queue %q, %v", w.only(), w.queue, err)
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err != nil || w.only().State != session.Ready {
		t.Errorf("row %+v, %v", w.only(), err)
	}
}

// without is a context that leaves no time to encode, though enough for everything else.
func without(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestWhatCannotBeEncodedInARunIsListedAndKept(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 10
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	if err := w.ingest.Archive(without(t), w.queue[0]); err != nil { // it copied the original, which took its time
		t.Fatal(err)
	}
	if s := w.only(); s.State != session.Waiting || len(w.queue) != 2 {
		t.Fatalf("after the run that copied: row %+v, queue %q", s, w.queue)
	}
	w.now = w.now.Add(17 * time.Minute)
	if err := w.ingest.Archive(without(t), w.queue[1]); err != nil {
		t.Fatal(err)
	}
	s := w.only()
	if s.State != session.Ready || s.Reason != session.ReasonTooLarge || len(w.queue) != 2 {
		t.Errorf("row %+v, queue %q", s, w.queue)
	}
	_, rec, err := w.index.Session(t.Context(), s.ID)
	if err != nil || rec.Play != nil || len(rec.Originals) != 2 {
		t.Fatalf("recording %+v, %v", rec, err)
	}
	body, err := w.archive.OpenOriginal(t.Context(), rec.Originals[1].Stored)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if kept, err := io.ReadAll(body); err != nil || string(kept) != cast {
		t.Errorf("kept is %q, %v", kept, err)
	}
	w.arrive(folder) // the same event again
	if again := w.only(); !reflect.DeepEqual(again, s) {
		t.Errorf("once more: %+v", again)
	}
}

func TestARunThatHasTimeEncodesWhatTheOneThatCopiedCouldNot(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 10
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	if err := w.ingest.Archive(without(t), w.queue[0]); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	if err := w.ingest.Archive(t.Context(), w.queue[1]); err != nil || w.only().State != session.Ready || w.only().Reason != "" {
		t.Errorf("row %+v, %v", w.only(), err)
	}
	w.sweep("the end of its time", w.only().ID)
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

// A run is killed before and after each of its writes, in turn; the next one finishes, and a day later nothing
// is left of the first but what a commit names.
func TestARunThatIsKilledAnywhereIsFinishedByTheNext(t *testing.T) {
	killed := errors.New("killed")
	for _, large := range []bool{false, true} {
		moments := 0
		for k := 0; ; k++ {
			w := newWorld(t)
			if large {
				w.ingest.InlineBytes = 10
			}
			w.archive.PutInbox(folder, "recording.cast", []byte(cast))
			w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
			var at string
			n := 0
			die := func(write string, after bool) error {
				if n++; n > k {
					if at == "" {
						at = fmt.Sprintf("%s (after it: %t)", write, after)
					}
					return killed // and nothing works any more
				}
				return nil
			}
			w.index.Fail, w.archive.Fail, w.deaf = die, die, die
			run := func() {
				w.ingest.Arrive(context.Background(), []session.Folder{folder})
				for _, identity := range w.queue {
					_ = w.ingest.Archive(context.Background(), identity)
				}
			}
			run()
			if at == "" {
				break // it was not killed any more: that was all
			}
			moments++
			w.index.Fail, w.archive.Fail, w.deaf = nil, nil, nil
			w.now = w.now.Add(20 * time.Minute) // past a lease
			run()
			s := w.only()
			if s.State != session.Ready || s.Reason != "" {
				t.Fatalf("killed at %s: row %+v", at, s)
			}
			if n := len(w.told); n < 1 || n > 2 {
				t.Errorf("killed at %s: others were told %d times", at, n)
			}
			w.sweep(at, s.ID)
		}
		if moments < 15 {
			t.Errorf("killed at %d moments only", moments)
		}
	}
}

// sweep runs the reconciler two days later and looks at what is left.
func (w *world) sweep(at, id string) {
	w.t.Helper()
	w.now = w.now.Add(48 * time.Hour)
	r := w.reconciler()
	if _, err := r.Run(context.Background(), reconcile.Options{}); err != nil {
		w.t.Fatalf("killed at %s: %v", at, err)
	}
	_, rec, err := w.index.Session(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	want := map[string]bool{archive.CommitKey(id): true, archive.DerivedCommitKey(id, tape.EncoderVersion): true, rec.Play.Object.Key: true, rec.Play.Index.Key: true,
		rec.Play.Table.Key: true, rec.Play.Transcript.Key: true}
	for _, o := range rec.Originals {
		want[o.Key] = true
	}
	have := map[string]bool{}
	for _, key := range w.archive.Keys() {
		have[key] = true
	}
	if !maps.Equal(want, have) {
		w.t.Errorf("killed at %s: left is %v, want %v", at, have, want)
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
