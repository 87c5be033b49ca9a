package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"filippo.io/age"

	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/export/exporttest"
	"tapedeck/internal/jobs/jobstest"
	"tapedeck/internal/seal"
	"tapedeck/internal/session"
	"tapedeck/internal/settings/settingstest"
)

const chunk = seal.ChunkSize

// testPhrase is that of every job here; its header and key are made once, since that takes a second.
const testPhrase = "vivid-otter-canyon-plume-ledger-frost"

var sealedWith = sync.OnceValues(func() (seal.Header, seal.FileKey) {
	header, key, err := seal.New(testPhrase)
	if err != nil {
		panic(err)
	}
	return header, key
})

// world is everything that an export needs, in memory. Its clock is that of the test's bubble.
type world struct {
	t     *testing.T
	jobs  *jobstest.Memory
	files *archivetest.Exports
	vault *exporttest.Vault
	queue *exporttest.Queue
	audit *exporttest.Log
	store *settingstest.Memory
	told  []session.Announcement
	index map[string]*session.Session
	recs  map[string]*session.Recording

	x Exports
	w Worker

	mu    sync.Mutex
	calls int
	hook  func(n int, call string, after bool) error // before and after the n-th call; may itself make calls
	busy  bool                                       // in the hook
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, jobs: jobstest.NewMemory(), files: archivetest.NewExports(), vault: exporttest.NewVault([32]byte{7}), queue: &exporttest.Queue{},
		audit: &exporttest.Log{}, index: map[string]*session.Session{}, recs: map[string]*session.Recording{},
		store: settingstest.NewMemory(session.Settings{RequireEncryption: true, TimeZone: "UTC", RetentionDays: 400})}
	w.jobs.Fail, w.files.Fail, w.vault.Fail, w.queue.Fail, w.audit.Fail = w.moment, w.moment, w.moment, w.moment, w.moment
	w.x = Exports{Index: w, Settings: w.store, Audit: w.audit, Jobs: w.jobs, Slots: w.jobs, Files: w.files, Keys: w.vault, Queue: w.queue,
		Originals: exporttest.Signer("https://evidence.test"), Made: exporttest.Signer("https://exports.test"), Now: time.Now, PartBytes: chunk}
	w.w = Worker{Jobs: w.jobs, Slots: w.jobs, Files: w.files, Keys: w.vault, Queue: w.queue, Audit: w.audit, Events: w, Now: time.Now, InFlight: 1, Margin: time.Minute}
	return w
}

func (w *world) Announce(_ context.Context, a session.Announcement) {
	if w.moment("announce", false) != nil {
		return
	}
	w.told = append(w.told, a)
	_ = w.moment("announce", true)
}

// moment is called before and after each call of a world's engines.
func (w *world) moment(call string, after bool) error {
	w.mu.Lock()
	if w.hook == nil || w.busy {
		w.mu.Unlock()
		return nil
	}
	n := w.calls
	w.calls++
	hook := w.hook
	w.mu.Unlock()
	return hook(n, call, after)
}

// aside does something in a hook whose own calls have no hook.
func (w *world) aside(f func()) {
	w.mu.Lock()
	w.busy = true
	w.mu.Unlock()
	f()
	w.mu.Lock()
	w.busy = false
	w.mu.Unlock()
}

func (w *world) Session(_ context.Context, id string) (*session.Session, *session.Recording, error) {
	s, there := w.index[id]
	if !there {
		return nil, nil, session.Errorf(session.CodeNotFound, "there is no such session")
	}
	return s, w.recs[id], nil
}

var (
	ada = session.Person{Subject: "ada", Name: "Ada", Roles: []session.Role{session.Exporter}}
	eve = session.Person{Subject: "eve", Roles: []session.Role{session.Exporter}}
)

func noise(size int) []byte {
	data := make([]byte, size)
	rand.NewChaCha8([32]byte{byte(size)}).Read(data)
	return data
}

// put archives a session of originals, and gives its id.
func (w *world) put(originals ...[]byte) string {
	at := time.Date(2026, 11, 23, 6, 4, 5, 123e6, time.UTC)
	id := session.NewID(at, "gw", fmt.Sprint(len(w.index)))
	rec := &session.Recording{}
	for i, data := range originals {
		name := fmt.Sprintf("part-%d.cast", i)
		rec.Originals = append(rec.Originals, session.Original{Stored: w.files.PutOriginal(fmt.Sprintf("sessions/%s/a/original/%d-%s", id, i, name), data), Name: name, Part: "recording"})
	}
	rec.Originals = append(rec.Originals, session.Original{Stored: w.files.PutOriginal("sessions/"+id+"/a/original/manifest", []byte("{}")), Name: "session.json", Part: session.PartManifest})
	w.index[id] = &session.Session{ID: id, No: 1, ActionAt: at, State: session.Ready, ServerName: "web-1", SessionRecord: "ubuntu_20261123"}
	w.recs[id] = rec
	return id
}

// start does what Start does, but for the second that the passphrase takes.
func (w *world) start(sealed bool, originals ...[]byte) *session.Export {
	w.t.Helper()
	s, sources, err := w.x.find(w.t.Context(), ada, "r", w.put(originals...))
	w.must(err)
	e, err := w.x.plan(w.t.Context(), ada, s, sources, sealed)
	w.must(err)
	if sealed {
		header, key := sealedWith()
		e.Header = header
		e.Wrapped, err = w.vault.Wrap(w.t.Context(), key[:], keyContext(e))
		w.must(err)
	}
	plan(e)
	w.must(w.jobs.TakeSlots(w.t.Context(), e.ID, ada.Subject, time.Now()))
	w.must(w.jobs.Create(w.t.Context(), e))
	for _, s := range e.Shards {
		w.must(send(w.t.Context(), w.queue, Message{ExportID: e.ID, Shard: s.N}))
	}
	return e
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// work gives the queue's messages to a worker, each again for as long as it ends in an error, and sweeps as the schedule does,
// until there is nothing left to do or an hour has passed.
func (w *world) work(ctx context.Context) (errs error) {
	for range 60 {
		for m, ok := w.queue.Take(); ok; m, ok = w.queue.Take() {
			var message Message
			w.must(json.Unmarshal([]byte(m), &message))
			if err := w.w.Run(ctx, message); err != nil {
				errs = errors.Join(errs, err)
			}
			if ctx.Err() != nil {
				return errs
			}
		}
		if err := w.w.Sweep(ctx); err != nil {
			errs = errors.Join(errs, err)
		}
		if ctx.Err() != nil || w.jobs.Taken() == 0 {
			return errs
		}
		time.Sleep(time.Minute)
	}
	return errs
}

func (w *world) load(id string) *session.Export {
	w.t.Helper()
	e, err := w.jobs.Load(context.Background(), id)
	w.must(err)
	return e
}

// opened is the plaintext of a job's file, by the stock library.
func (w *world) opened(e *session.Export) []byte {
	w.t.Helper()
	file := w.files.File(e.ID)
	if !e.Sealed() {
		return file
	}
	return unsealed(w.t, bytes.NewReader(file))
}

// unsealed is what the stock library makes of a file.
func unsealed(t *testing.T, file io.Reader) []byte {
	t.Helper()
	_, key := sealedWith()
	r, err := age.Decrypt(file, age.NewInjectedFileKeyIdentity(key[:]))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// ready checks that a job has come to one right file and left nothing else.
func (w *world) ready(id string, plain []byte) {
	w.t.Helper()
	e := w.load(id)
	if e.State != session.ExportReady {
		w.t.Fatalf("it is %s: %s", e.State, e.Error)
	}
	if got := w.opened(e); !bytes.Equal(got, plain) {
		w.t.Fatalf("%d bytes that are not the recording's %d", len(got), len(plain))
	}
	sum := sha256.Sum256(plain)
	if e.SHA256 != hex.EncodeToString(sum[:]) || e.FileSize != int64(len(w.files.File(id))) {
		w.t.Errorf("sha256 %s, %d bytes", e.SHA256, e.FileSize)
	}
	if w.audit.Count(session.ActExportReady) == 0 {
		w.t.Error("it is not in the audit log")
	}
	w.clean(e)
}

// failed checks that a job has failed and left nothing.
func (w *world) failed(id, reason string) {
	w.t.Helper()
	e := w.load(id)
	if e.State != session.ExportFailed || e.Error != reason {
		w.t.Fatalf("it is %s: %q, want %q", e.State, e.Error, reason)
	}
	if w.audit.Count(session.ActExportFailed) == 0 {
		w.t.Error("it is not in the audit log")
	}
	if file := w.files.File(id); file != nil {
		w.t.Errorf("it has left a file of %d bytes", len(file))
	}
	w.clean(e)
}

func (w *world) clean(e *session.Export) {
	w.t.Helper()
	if n := w.files.Uploads(); n > 0 {
		w.t.Errorf("%d uploads are open", n)
	}
	if n := w.jobs.Taken(); n > 0 {
		w.t.Errorf("%d slots are taken", n)
	}
	if len(e.Wrapped) > 0 {
		w.t.Error("the wrapped key is still there")
	}
}

// bubble runs a test with a clock of its own.
func bubble(t *testing.T, f func(t *testing.T)) { synctest.Test(t, f) }
