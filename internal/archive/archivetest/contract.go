package archivetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"iter"
	"slices"
	"testing"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// Archive is what the contract is about.
type Archive interface {
	Head(ctx context.Context, f session.Folder, name string) (*archive.Arrived, error)
	ReadManifest(ctx context.Context, f session.Folder, limit int64) ([]byte, time.Time, error)
	MarkArchived(ctx context.Context, f session.Folder, name string) error
	MarkedArchived(ctx context.Context, f session.Folder, name string) (bool, error)
	Arrivals(ctx context.Context, after, until time.Time) iter.Seq2[session.Folder, error]
	Copy(ctx context.Context, src *archive.Arrived, key string) (session.Stored, error)
	PutOriginal(ctx context.Context, key string, data []byte) (session.Stored, error)
	OpenOriginal(ctx context.Context, o session.Stored) (io.ReadCloser, error)
	Lock(ctx context.Context, o session.Stored, until time.Time) error
	KeepConflict(ctx context.Context, id, digest string, manifest []byte) error
	PutCommit(ctx context.Context, c *archive.Commit) (*archive.Commit, error)
	ReadCommit(ctx context.Context, id string) (*archive.Commit, error)
	NewDerived(ctx context.Context, key string) archive.Writer
	PutDerived(ctx context.Context, id string, d *archive.DerivedCommit) (*archive.DerivedCommit, error)
	ReadDerived(ctx context.Context, id string, encoder int) (*archive.DerivedCommit, error)
	Sessions(ctx context.Context, after string) (found []archive.Listed, more bool, err error)
	Empty(ctx context.Context) (bool, error)
	HasConflict(ctx context.Context, id string) (bool, error)
}

// Sweeper is the part that deletes.
type Sweeper interface {
	SweepOriginal(ctx context.Context, id, attempt string) error
	SweepDerived(ctx context.Context, id, attempt string) error
	SweepSession(ctx context.Context, id string) error
}

// Engine is an archive and the other side of it: what gateways and players do.
type Engine struct {
	Archive
	Sweeper
	PutInbox   func(f session.Folder, name string, data []byte)
	ReadObject func(ctx context.Context, key string) ([]byte, error) // of the derived bucket
}

var folder = session.Folder{Gateway: "gw-1", Name: "a session+1"}

// Contract checks what every archive promises. The engine must be empty.
func Contract(t *testing.T, e Engine) {
	listings(t, e)
	ctx := context.Background()
	n := 0
	newID := func() string {
		n++
		return session.NewID(time.UnixMilli(1_760_000_000_000), t.Name(), string(rune('a'+n)))
	}
	arrive := func(t *testing.T, name string, data []byte) *archive.Arrived {
		t.Helper()
		e.PutInbox(folder, name, data)
		a, err := e.Head(ctx, folder, name)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}

	t.Run("what is not there is ErrNotExist", func(t *testing.T) {
		_, err := e.Head(ctx, folder, "nothing")
		_, _, err2 := e.ReadManifest(ctx, session.Folder{Gateway: "gw-1", Name: "no"}, 10)
		_, err3 := e.ReadCommit(ctx, newID())
		_, err4 := e.ReadDerived(ctx, newID(), 1)
		_, err5 := e.MarkedArchived(ctx, folder, "nothing")
		err6 := e.Lock(ctx, session.Stored{Key: archive.OriginalKey(newID(), "aa", 1, "nothing")}, time.Now().Add(time.Hour))
		for i, err := range []error{err, err2, err3, err4, err5, err6} {
			if !errors.Is(err, archive.ErrNotExist) {
				t.Errorf("%d: %v", i, err)
			}
		}
		if err := e.MarkArchived(ctx, folder, "nothing"); err != nil {
			t.Errorf("letting go what is gone: %v", err)
		}
	})

	t.Run("a manifest is read up to a limit", func(t *testing.T) {
		arrive(t, session.ManifestName, []byte("0123456789"))
		data, created, err := e.ReadManifest(ctx, folder, 4)
		if err != nil || string(data) != "0123" || time.Since(created) > time.Hour {
			t.Errorf("got %q at %s, %v", data, created, err)
		}
	})

	for name, size := range map[string]int{"small": 1000, "empty": 0, "large": 9 << 20} {
		t.Run("a "+name+" original is copied as it is", func(t *testing.T) {
			data := bytes.Repeat([]byte("evidence "), size/9+1)[:size]
			key := archive.OriginalKey(newID(), "aa", 1, name)
			stored, err := e.Copy(ctx, arrive(t, name, data), key)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(data)
			if stored.Key != key || stored.Size != int64(size) || stored.SHA256 != hex.EncodeToString(sum[:]) {
				t.Errorf("stored %+v", stored)
			}
			body, err := e.OpenOriginal(ctx, stored)
			if err != nil {
				t.Fatal(err)
			}
			defer body.Close()
			if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, data) {
				t.Errorf("read %d bytes, %v", len(got), err)
			}
		})
	}

	t.Run("an original that changed meanwhile is not copied", func(t *testing.T) {
		for name, size := range map[string]int{"changed": 100, "changed-large": 9 << 20} {
			a := arrive(t, name, make([]byte, size))
			arrive(t, name, bytes.Repeat([]byte{1}, size))
			if _, err := e.Copy(ctx, a, archive.OriginalKey(newID(), "aa", 1, name)); !errors.Is(err, archive.ErrChanged) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})

	t.Run("no key is written twice", func(t *testing.T) {
		id := newID()
		key := archive.OriginalKey(id, "aa", 0, "x")
		if _, err := e.PutOriginal(ctx, key, []byte("one")); err != nil {
			t.Fatal(err)
		}
		if _, err := e.PutOriginal(ctx, key, []byte("two")); !errors.Is(err, archive.ErrChanged) {
			t.Errorf("put: %v", err)
		}
		if _, err := e.Copy(ctx, arrive(t, "twice", make([]byte, 9<<20)), key); !errors.Is(err, archive.ErrChanged) {
			t.Errorf("copy: %v", err)
		}
		for _, size := range []int{10, 9 << 20} {
			w := e.NewDerived(ctx, archive.PlayKey(id, "aa"))
			if _, err := w.Write(make([]byte, size)); err != nil {
				t.Fatal(err)
			}
			_, err := w.Commit()
			if size == 10 && err != nil || size > 10 && !errors.Is(err, archive.ErrChanged) {
				t.Errorf("derived object of %d bytes: %v", size, err)
			}
		}
	})

	t.Run("the first commit holds", func(t *testing.T) {
		id := newID()
		commit := func(attempt string) *archive.Commit {
			return &archive.Commit{Attempt: attempt, Registration: session.Registration{Session: session.Session{ID: id}}}
		}
		for _, attempt := range []string{"first", "second"} {
			held, err := e.PutCommit(ctx, commit(attempt))
			if err != nil || held.Attempt != "first" {
				t.Errorf("%s: held %+v, %v", attempt, held, err)
			}
			d, err := e.PutDerived(ctx, id, &archive.DerivedCommit{Encoder: 3, Attempt: attempt})
			if err != nil || d.Attempt != "first" {
				t.Errorf("%s: held %+v, %v", attempt, d, err)
			}
		}
		if _, err := e.ReadDerived(ctx, id, 4); !errors.Is(err, archive.ErrNotExist) {
			t.Errorf("another encoder's: %v", err)
		}
	})

	for name, size := range map[string]int{"small": 10, "large": 17<<20 + 3} {
		t.Run("a "+name+" derived object is there after its commit, and not before", func(t *testing.T) {
			key := archive.PlayKey(newID(), "aa")
			data := bytes.Repeat([]byte("play"), size/4+1)[:size]
			w := e.NewDerived(ctx, key)
			for part := range slices.Chunk(data, 100_000) {
				if _, err := w.Write(part); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := e.ReadObject(ctx, key); err == nil {
				t.Error("it is there before its commit")
			}
			stored, err := w.Commit()
			if err != nil || stored.Size != int64(size) {
				t.Fatalf("stored %+v, %v", stored, err)
			}
			w.Abort()
			if got, err := e.ReadObject(ctx, key); err != nil || !bytes.Equal(got, data) {
				t.Errorf("read %d bytes, %v", len(got), err)
			}
		})
	}

	t.Run("an aborted object is nowhere", func(t *testing.T) {
		key := archive.PlayKey(newID(), "aa")
		w := e.NewDerived(ctx, key)
		if _, err := w.Write(make([]byte, 9<<20)); err != nil {
			t.Fatal(err)
		}
		w.Abort()
		if _, err := e.ReadObject(ctx, key); err == nil {
			t.Error("it is there")
		}
	})

	t.Run("a sweep takes one attempt, and what is locked stays", func(t *testing.T) {
		id := newID()
		put := func(attempt string) session.Stored {
			stored, err := e.PutOriginal(ctx, archive.OriginalKey(id, attempt, 0, "x"), []byte(attempt))
			if err != nil {
				t.Fatal(err)
			}
			return stored
		}
		swept, kept, locked := put("aa"), put("ab"), put("ac")
		if err := e.Lock(ctx, locked, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		w := e.NewDerived(ctx, archive.PlayKey(id, "aa"))
		if _, err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := e.SweepOriginal(ctx, id, "aa"); err != nil {
			t.Error(err)
		}
		if _, err := e.ReadObject(ctx, archive.PlayKey(id, "aa")); err != nil {
			t.Errorf("sweeping originals took what is derived: %v", err)
		}
		if err := e.SweepDerived(ctx, id, "aa"); err != nil {
			t.Error(err)
		}
		if _, err := e.ReadObject(ctx, archive.PlayKey(id, "aa")); err == nil {
			t.Error("what is derived was not swept")
		}
		if err := e.SweepOriginal(ctx, id, "ac"); err == nil {
			t.Error("a locked object was deleted")
		}
		for o, there := range map[session.Stored]bool{swept: false, kept: true, locked: true} {
			body, err := e.OpenOriginal(ctx, o)
			if err == nil {
				body.Close()
			}
			if there != (err == nil) {
				t.Errorf("%s: %v", o.Key, err)
			}
		}
	})

	t.Run("an expired session leaves its commit files", func(t *testing.T) {
		id := newID()
		if _, err := e.PutOriginal(ctx, archive.OriginalKey(id, "aa", 0, "x"), nil); err != nil {
			t.Fatal(err)
		}
		if err := e.KeepConflict(ctx, id, "dd", []byte("{}")); err != nil {
			t.Fatal(err)
		}
		if err := e.KeepConflict(ctx, id, "dd", []byte("{}")); err != nil {
			t.Errorf("the same once more: %v", err)
		}
		if _, err := e.PutCommit(ctx, &archive.Commit{Registration: session.Registration{Session: session.Session{ID: id}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := e.PutDerived(ctx, id, &archive.DerivedCommit{Encoder: 1}); err != nil {
			t.Fatal(err)
		}
		w := e.NewDerived(ctx, archive.PlayKey(id, "aa"))
		if _, err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := e.SweepSession(ctx, id); err != nil {
			t.Fatal(err)
		}
		if _, err := e.ReadCommit(ctx, id); err != nil {
			t.Errorf("archive.json: %v", err)
		}
		if _, err := e.ReadDerived(ctx, id, 1); err != nil {
			t.Errorf("derived-1.json: %v", err)
		}
		if _, err := e.ReadObject(ctx, archive.PlayKey(id, "aa")); err == nil {
			t.Error("the play object is there")
		}
		if body, err := e.OpenOriginal(ctx, session.Stored{Key: archive.OriginalKey(id, "aa", 0, "x")}); err == nil {
			body.Close()
			t.Error("the original is there")
		}
	})
}
