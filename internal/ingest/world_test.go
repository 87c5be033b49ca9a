package ingest_test

import (
	"context"
	"encoding/json"
	"maps"
	"testing"
	"time"

	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/ingest"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
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
