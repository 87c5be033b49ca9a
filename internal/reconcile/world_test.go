package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/ingest"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what fails here is meant to
	os.Exit(m.Run())
}

var start = time.Date(2026, 11, 23, 6, 4, 5, 123e6, time.UTC)

const (
	day       = 24 * time.Hour
	retention = 30 * day
	rowLife   = 300 * day
	inline    = 200 // bytes of a recording that is archived at once
)

var kept = settings.Fixed{TimeZone: "UTC", RetentionDays: 30}

// world is an archive with nothing but memory under it.
type world struct {
	t       testing.TB
	now     time.Time
	index   *indextest.Memory
	archive *archivetest.Memory
	mu      sync.Mutex
	queue   []string // handed over
	ingest  *ingest.Ingest
	reconcile.Reconciler
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, now: start.Add(time.Hour), archive: archivetest.NewMemory()}
	clock := func() time.Time { return w.now }
	w.archive.Now = clock
	w.ingest = &ingest.Ingest{Inbox: w.archive, Evidence: w.archive, Derived: w.archive, Audit: w, Handover: w, Settings: kept,
		InlineBytes: inline, Now: clock}
	w.Reconciler = reconcile.Reconciler{Inbox: w.archive, Commits: w.archive, Ingest: w.ingest, Sweeper: w.archive,
		Settings: kept, RowLife: rowLife, Workers: 1, Now: clock}
	w.newIndex()
	return w
}

// newIndex is the loss of both tables.
func (w *world) newIndex() {
	w.index = indextest.NewMemory()
	w.ingest.Registry, w.ingest.Rows, w.ingest.Work = w.index, w.index, w.index
	w.Work, w.Rows, w.Values, w.Numbers, w.Marks = w.index, w.index, w.index, w.index, w.index
}

func (w *world) Record(context.Context, session.Event) error { return nil }

func (w *world) Send(_ context.Context, identity string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = append(w.queue, identity)
	return nil
}

// run runs the reconciler, and wants no error.
func (w *world) run(o reconcile.Options) reconcile.Report {
	w.t.Helper()
	report, err := w.Run(context.Background(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	return report
}

// archiver empties the queue.
func (w *world) archiver() {
	w.t.Helper()
	for len(w.queue) > 0 {
		identity := w.queue[0]
		w.queue = w.queue[1:]
		if err := w.ingest.Archive(context.Background(), identity); err != nil && !errors.Is(err, ingest.ErrBusy) {
			w.t.Fatal(err)
		}
	}
}

// rows reads all rows.
func (w *world) rows() []session.Session {
	w.t.Helper()
	rows, err := w.index.Rows(context.Background(), "", "Z", 1<<30)
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

func (w *world) row(id string) *session.Session {
	w.t.Helper()
	s, _, err := w.index.Session(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// Recordings that all sessions share.
var (
	cast      = []byte(`{"version":2,"width":80,"height":24}` + "\n" + `[1,"o","hello"]` + "\n" + `[2.5,"o","bye"]` + "\n")
	truncated = cast[:len(cast)-8]
	large     = []byte(string(cast) + `[3,"o","` + fmt.Sprintf("%0200d", 0) + `"]` + "\n")
)

// put is a session as a gateway has it.
type put struct {
	i       int // makes it another one
	folder  string
	account string
	format  string
	at      time.Time
	data    []byte
	broken  bool // the manifest cannot be parsed
}

// recorded is the i-th session, of a day's length after start.
func recorded(i int) put {
	return put{i: i, folder: fmt.Sprint("s", i), account: "ubuntu", format: "asciicast", at: start.Add(time.Duration(i) * 997 * time.Millisecond), data: cast}
}

func (p put) Folder() session.Folder { return session.Folder{Gateway: p.gateway(), Name: p.folder} }

func (p put) gateway() string { return fmt.Sprint("gw-", p.i%7) }

func (p put) uuid() string {
	if p.broken {
		return "folder:" + p.folder
	}
	return fmt.Sprintf("0b7e0000-0000-4000-8000-%012d", p.i)
}

func (p put) identity() string { return session.Identity(p.gateway(), p.uuid()) }

// ID is the session's id, its clock and its manifest being right.
func (p put) ID() string { return session.NewID(p.at, p.gateway(), p.uuid()) }

func (p put) manifest() []byte {
	if p.broken {
		return []byte("this is no JSON")
	}
	return fmt.Appendf(nil, `{"version":1,"sessionId":%q,"actionAt":%q,"name":"Kim %d","account":%q,"protocol":"SSH","format":%q,`+
		`"objects":[{"key":"recording","part":"recording"}]}`, p.uuid(), session.FormatTime(p.at), p.i%100, p.account, p.format)
}

func (w *world) putRecording(p put) { w.archive.PutInbox(p.Folder(), "recording", p.data) }
func (w *world) putManifest(p put) {
	w.archive.PutInbox(p.Folder(), session.ManifestName, p.manifest())
}

// archived puts sessions and lets them arrive.
func (w *world) archived(sessions ...put) {
	w.t.Helper()
	for _, p := range sessions {
		w.putRecording(p)
		w.putManifest(p)
		w.arrive(p)
	}
	w.archiver()
}

func (w *world) arrive(p put) {
	w.t.Helper()
	if failed := w.ingest.Arrive(context.Background(), []session.Folder{p.Folder()}); len(failed) > 0 {
		w.t.Fatal(failed)
	}
}

var errKilled = errors.New("killed")

// killAfter makes every write fail from the k-th moment on: there is one before and one after each.
func (w *world) killAfter(k int) (moments *int, killed *bool) {
	moments, killed = new(int), new(bool)
	fail := func(string, bool) error {
		if *moments++; *moments > k {
			*killed = true
			return errKilled
		}
		return nil
	}
	w.index.Fail, w.archive.Fail = fail, fail
	return moments, killed
}

func (w *world) revive() { w.index.Fail, w.archive.Fail = nil, nil }
