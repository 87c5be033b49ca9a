// Package archivetest holds an in-memory archive for tests of use cases, and the contract that it and the real
// one both pass.
package archivetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// Memory is an archive in memory. Fail, when set, is called before and after each write with the write's name;
// an error from it is the write's.
type Memory struct {
	Fail   func(write string, after bool) error
	Now    func() time.Time // for retention; nil: time.Now
	Bypass bool             // sweeping also deletes what is locked

	mu       sync.Mutex
	version  int
	inbox    map[string]arrived
	evidence *bucket
	derived  *bucket
}

// arrived is an object of the inbox.
type arrived struct {
	data     []byte
	etag     string
	created  time.Time
	archived bool
}

// NewMemory makes an empty one.
func NewMemory() *Memory {
	return &Memory{inbox: map[string]arrived{}, evidence: newBucket(), derived: newBucket()}
}

// PutInbox is what a gateway does.
func (m *Memory) PutInbox(f session.Folder, name string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.version++
	m.inbox[archive.InboxKey(f, name)] = arrived{data: data, etag: fmt.Sprint(m.version), created: m.now()}
}

// Keys lists what lies in evidence and derived.
func (m *Memory) Keys() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(slices.Values(append(m.evidence.keys(), m.derived.keys()...)))
}

func (m *Memory) now() time.Time {
	if m.Now != nil {
		return m.Now()
	}
	return time.Now()
}

// write runs an effect between its two moments of failure.
func (m *Memory) write(name string, effect func() error) error {
	if m.Fail != nil {
		if err := m.Fail(name, false); err != nil {
			return err
		}
	}
	m.mu.Lock()
	err := effect()
	m.mu.Unlock()
	if err == nil && m.Fail != nil {
		err = m.Fail(name, true)
	}
	return err
}

func (m *Memory) find(f session.Folder, name string) (arrived, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.inbox[archive.InboxKey(f, name)]
	if !ok {
		return o, archive.ErrNotExist
	}
	return o, nil
}

func (m *Memory) Head(_ context.Context, f session.Folder, name string) (*archive.Arrived, error) {
	o, err := m.find(f, name)
	if err != nil {
		return nil, err
	}
	return &archive.Arrived{Key: archive.InboxKey(f, name), ETag: o.etag, Size: int64(len(o.data)), Created: o.created}, nil
}

func (m *Memory) ReadManifest(_ context.Context, f session.Folder, limit int64) ([]byte, time.Time, error) {
	o, err := m.find(f, session.ManifestName)
	if err != nil {
		return nil, time.Time{}, err
	}
	return o.data[:min(int64(len(o.data)), limit)], o.created, nil
}

func (m *Memory) MarkArchived(_ context.Context, f session.Folder, name string) error {
	return m.write("clear", func() error {
		if o, ok := m.inbox[archive.InboxKey(f, name)]; ok {
			o.archived = true
			m.inbox[archive.InboxKey(f, name)] = o
		}
		return nil
	})
}

func (m *Memory) MarkedArchived(_ context.Context, f session.Folder, name string) (bool, error) {
	o, err := m.find(f, name)
	return o.archived, err
}

func (m *Memory) Arrivals(_ context.Context, after, until time.Time) iter.Seq2[session.Folder, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	var keys []string
	for key, o := range m.inbox {
		if o.created.After(after) && !o.created.After(until) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return func(yield func(session.Folder, error) bool) {
		for _, key := range keys {
			if folder, _, ok := archive.ParseInboxKey(key); ok && !yield(folder, nil) {
				return
			}
		}
	}
}

func (m *Memory) Copy(_ context.Context, src *archive.Arrived, key string) (session.Stored, error) {
	var stored session.Stored
	err := m.write("copy", func() error {
		o, ok := m.inbox[src.Key]
		if !ok {
			return archive.ErrNotExist
		}
		if o.etag != src.ETag {
			return archive.ErrChanged
		}
		stored = newStored(key, o.data)
		return m.evidence.putOnce(key, o.data)
	})
	return stored, err
}

func (m *Memory) PutOriginal(_ context.Context, key string, data []byte) (session.Stored, error) {
	err := m.write("manifest", func() error { return m.evidence.putOnce(key, data) })
	return newStored(key, data), err
}

func (m *Memory) OpenOriginal(_ context.Context, o session.Stored) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := m.evidence.find(o.Key)
	if found == nil {
		return nil, archive.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(found.data)), nil
}

func (m *Memory) Lock(_ context.Context, o session.Stored, until time.Time) error {
	return m.write("lock", func() error {
		found := m.evidence.find(o.Key)
		if found == nil {
			return archive.ErrNotExist
		}
		found.locked = until
		return nil
	})
}

func (m *Memory) KeepConflict(_ context.Context, id, digest string, manifest []byte) error {
	return m.write("keep conflict", func() error {
		if err := m.evidence.putOnce(archive.ConflictKey(id, digest), manifest); !errors.Is(err, archive.ErrChanged) {
			return err
		}
		return nil
	})
}

func (m *Memory) PutCommit(ctx context.Context, c *archive.Commit) (*archive.Commit, error) {
	id := c.Registration.Session.ID
	err := m.write("commit", func() error { return m.putJSON(m.evidence, archive.CommitKey(id), c) })
	if err != nil {
		return nil, err
	}
	return m.ReadCommit(ctx, id)
}

func (m *Memory) ReadCommit(_ context.Context, id string) (*archive.Commit, error) {
	c := new(archive.Commit)
	return c, m.readJSON(m.evidence, archive.CommitKey(id), c)
}

func (m *Memory) PutDerived(ctx context.Context, id string, d *archive.DerivedCommit) (*archive.DerivedCommit, error) {
	err := m.write("derived", func() error { return m.putJSON(m.derived, archive.DerivedCommitKey(id, d.Encoder), d) })
	if err != nil {
		return nil, err
	}
	return m.ReadDerived(ctx, id, d.Encoder)
}

func (m *Memory) ReadDerived(_ context.Context, id string, encoder int) (*archive.DerivedCommit, error) {
	d := new(archive.DerivedCommit)
	return d, m.readJSON(m.derived, archive.DerivedCommitKey(id, encoder), d)
}

// Lose deletes an object of evidence, whatever holds it.
func (m *Memory) Lose(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.evidence.delete(sessionOf(key), func(o object) bool { return o.key == key })
}

// LoseInbox deletes what gateways put: it expires there.
func (m *Memory) LoseInbox() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.inbox)
}

// Break overwrites an object of evidence.
func (m *Memory) Break(key string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.evidence.find(key).data = data
}

// ReadObject reads a derived object, for tests.
func (m *Memory) ReadObject(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.derived.find(key)
	if o == nil {
		return nil, archive.ErrNotExist
	}
	return o.data, nil
}

// putJSON leaves what is there.
func (m *Memory) putJSON(bucket *bucket, key string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := bucket.putOnce(key, data); !errors.Is(err, archive.ErrChanged) {
		return err
	}
	return nil
}

func (m *Memory) readJSON(bucket *bucket, key string, into any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := bucket.find(key)
	if o == nil {
		return archive.ErrNotExist
	}
	return json.Unmarshal(o.data, into)
}

// listPage is how many sessions a call lists.
const listPage = 200

func (m *Memory) Sessions(_ context.Context, after string) (found []archive.Listed, more bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ids := m.evidence.after(after, listPage+1)
	for _, id := range ids[:min(listPage, len(ids))] {
		found = append(found, archive.Listed{ID: id, Committed: m.evidence.find(archive.CommitKey(id)) != nil})
	}
	return found, len(ids) > listPage, nil
}

func (m *Memory) Empty(context.Context) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.evidence.ids) == 0, nil
}

func (m *Memory) HasConflict(_ context.Context, id string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(m.evidence.sessions[id], func(o object) bool {
		return strings.HasPrefix(o.key, archive.SessionPrefix(id)+"conflicts/")
	}), nil
}

func (m *Memory) SweepOriginal(_ context.Context, id, attempt string) error {
	return m.sweep(m.evidence, id, func(key string) bool { return strings.HasPrefix(key, archive.AttemptPrefix(id, attempt)) })
}

func (m *Memory) SweepDerived(_ context.Context, id, attempt string) error {
	return m.sweep(m.derived, id, func(key string) bool { return strings.HasPrefix(key, archive.AttemptPrefix(id, attempt)) })
}

func (m *Memory) SweepSession(_ context.Context, id string) error {
	for _, bucket := range []*bucket{m.derived, m.evidence} {
		if err := m.sweep(bucket, id, func(key string) bool { return !archive.IsCommit(id, key) }); err != nil {
			return err
		}
	}
	return nil
}

func (m *Memory) sweep(bucket *bucket, id string, doomed func(key string) bool) error {
	return m.write("sweep", func() error {
		for _, o := range bucket.sessions[id] {
			if doomed(o.key) && o.locked.After(m.now()) && !m.Bypass {
				return errors.New("archivetest: an object is locked")
			}
		}
		bucket.delete(id, func(o object) bool { return doomed(o.key) })
		return nil
	})
}

func (m *Memory) NewDerived(_ context.Context, key string) archive.Writer {
	return &writer{m: m, key: key}
}

type writer struct {
	m    *Memory
	key  string
	data []byte
}

func (w *writer) Write(p []byte) (int, error) {
	w.data = append(w.data, p...)
	return len(p), nil
}

func (w *writer) Commit() (session.Stored, error) {
	err := w.m.write("object", func() error { return w.m.derived.putOnce(w.key, w.data) })
	return newStored(w.key, w.data), err
}

func (w *writer) Abort() {}

func newStored(key string, data []byte) session.Stored {
	sum := sha256.Sum256(data)
	return session.Stored{Key: key, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
}
