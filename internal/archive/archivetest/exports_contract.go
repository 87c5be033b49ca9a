package archivetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// Files is what the contract of exports is about.
type Files interface {
	Tag(ctx context.Context, o session.Stored) (etag string, err error)
	ReadOriginal(ctx context.Context, o session.Source, offset, length int64) (io.ReadCloser, error)
	Begin(ctx context.Context, id string) (uploadID string, err error)
	Put(ctx context.Context, id, uploadID string, n int32, data []byte) error
	Parts(ctx context.Context, id, uploadID string) ([]archive.UploadedPart, error)
	Complete(ctx context.Context, id, uploadID string, parts []archive.UploadedPart) error
	Look(ctx context.Context, id string) (archive.File, error)
	ReadFile(ctx context.Context, id, etag string, offset, length int64) ([]byte, error)
	Abort(ctx context.Context, id, uploadID string) error
	AbortUploads(ctx context.Context, id string) error
	Delete(ctx context.Context, id string) error
}

// ExportsEngine is Files and the other side of them: who archives.
type ExportsEngine struct {
	Files
	PutOriginal func(key string, data []byte) session.Stored
}

const smallestPart = 5 << 20 // of S3, but for the last one

// ExportsContract checks what the files of exports promise. manyParts is a number of parts of which a listing takes
// more than one page.
func ExportsContract(t *testing.T, e ExportsEngine, manyParts int) {
	ctx := context.Background()
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	begin := func(t *testing.T, id string) string {
		t.Helper()
		u, err := e.Begin(ctx, id)
		must(t, err)
		return u
	}
	parts := func(t *testing.T, id, u string) []archive.UploadedPart {
		t.Helper()
		list, err := e.Parts(ctx, id, u)
		must(t, err)
		return list
	}
	big := make([]byte, smallestPart)
	rand.NewChaCha8([32]byte{1}).Read(big)

	t.Run("an original is read as it was looked at, or not at all", func(t *testing.T) {
		key := "sessions/x/original/0-a b+c.cast"
		stored := e.PutOriginal(key, []byte("0123456789"))
		tag, err := e.Tag(ctx, stored)
		must(t, err)
		o := session.Source{Stored: stored, ETag: tag}
		read := func(offset, length int64) string {
			t.Helper()
			r, err := e.ReadOriginal(ctx, o, offset, length)
			must(t, err)
			defer r.Close()
			data, err := io.ReadAll(r)
			must(t, err)
			return string(data)
		}
		if a, b, c := read(0, 10), read(3, 4), read(9, 1); a != "0123456789" || b != "3456" || c != "9" {
			t.Errorf("%q %q %q", a, b, c)
		}
		o.VersionID = "" // whichever is the last
		e.PutOriginal(key, []byte("ABCDEFGHIJ"))
		if _, err := e.ReadOriginal(ctx, o, 0, 10); !errors.Is(err, archive.ErrChanged) {
			t.Errorf("another is read: %v", err)
		}
		longer := stored
		longer.Size, longer.VersionID = 11, ""
		if _, err := e.Tag(ctx, longer); !errors.Is(err, archive.ErrChanged) {
			t.Errorf("another size: %v", err)
		}
		nothing := session.Source{Stored: session.Stored{Key: "sessions/x/original/nothing", Size: 1}, ETag: tag}
		_, err = e.Tag(ctx, nothing.Stored)
		_, err2 := e.ReadOriginal(ctx, nothing, 0, 1)
		if !errors.Is(err, archive.ErrNotExist) || !errors.Is(err2, archive.ErrNotExist) {
			t.Errorf("nothing: %v, %v", err, err2)
		}
	})
	t.Run("an upload goes on, its last part is any size, and it is completed once", func(t *testing.T) {
		const id = "goes-on"
		u := begin(t, id)
		if list := parts(t, id, u); len(list) > 0 {
			t.Errorf("a new upload has %v", list)
		}
		must(t, e.Put(ctx, id, u, 2, []byte("end")))
		must(t, e.Put(ctx, id, u, 1, big[1:]))
		must(t, e.Put(ctx, id, u, 1, big)) // again: it takes the place
		list := parts(t, id, u)
		if len(list) != 2 || list[0].N != 1 || list[0].Size != smallestPart || list[1].N != 2 || list[1].Size != 3 || list[0].ETag == list[1].ETag {
			t.Fatalf("%+v", list)
		}
		if _, err := e.Look(ctx, id); !errors.Is(err, archive.ErrNotExist) {
			t.Errorf("before it is completed: %v", err)
		}
		must(t, e.Complete(ctx, id, u, list))
		f, err := e.Look(ctx, id)
		must(t, err)
		if f.Size != smallestPart+3 || f.ETag == "" || f.CRC != "" && f.CRC != archive.Composite(list) {
			t.Errorf("%+v, its parts make %q", f, archive.Composite(list))
		}
		if data, err := e.ReadFile(ctx, id, f.ETag, smallestPart-1, 4); err != nil || !bytes.Equal(data, append(big[smallestPart-1:], "end"...)) {
			t.Errorf("%q, %v", data, err)
		}
		if _, err := e.ReadFile(ctx, id, `"another"`, 0, 1); !errors.Is(err, archive.ErrChanged) {
			t.Errorf("of another tag: %v", err)
		}
		if _, err := e.ReadFile(ctx, id, f.ETag, smallestPart, 4); err == nil {
			t.Error("it has more bytes than it has")
		}
		_, err = e.Parts(ctx, id, u)
		// A few bytes: an engine may refuse before it has read all, and hang up, and then what it says is lost on the way.
		if err2 := e.Put(ctx, id, u, 1, big[:3]); !errors.Is(err, archive.ErrNoUpload) || !errors.Is(err2, archive.ErrNoUpload) {
			t.Errorf("after it is completed: %v, %v", err, err2)
		}
		// Some engines say yes to what was completed before; the file is what it was.
		if err := e.Complete(ctx, id, u, list); err != nil && !errors.Is(err, archive.ErrNoUpload) && !errors.Is(err, archive.ErrChanged) {
			t.Errorf("again: %v", err)
		}
		if again, err := e.Look(ctx, id); err != nil || again != f {
			t.Errorf("after it was completed again: %+v, %v", again, err)
		}
	})
	t.Run("a file that is there is not replaced", func(t *testing.T) {
		const id = "put-once"
		first, second := begin(t, id), begin(t, id)
		must(t, e.Put(ctx, id, first, 1, []byte("first")))
		must(t, e.Put(ctx, id, second, 1, []byte("second")))
		list := parts(t, id, second)
		must(t, e.Complete(ctx, id, first, parts(t, id, first)))
		if err := e.Complete(ctx, id, second, list); !errors.Is(err, archive.ErrChanged) {
			t.Errorf("a second file: %v", err)
		}
		if f, err := e.Look(ctx, id); err != nil || f.Size != 5 {
			t.Errorf("%+v, %v", f, err)
		}
	})
	t.Run("an empty file can be made", func(t *testing.T) {
		const id = "empty"
		u := begin(t, id)
		must(t, e.Put(ctx, id, u, 1, nil))
		must(t, e.Complete(ctx, id, u, parts(t, id, u)))
		if f, err := e.Look(ctx, id); err != nil || f.Size != 0 {
			t.Errorf("%+v, %v", f, err)
		}
	})
	t.Run("what is aborted is gone, and nothing else", func(t *testing.T) {
		one, two, other, longer := begin(t, "job"), begin(t, "job"), begin(t, "other"), begin(t, "jobs")
		kept := begin(t, "kept")
		must(t, e.Put(ctx, "kept", kept, 1, []byte("kept")))
		must(t, e.Complete(ctx, "kept", kept, parts(t, "kept", kept)))
		must(t, e.Abort(ctx, "other", other))
		must(t, e.Abort(ctx, "other", other))
		must(t, e.AbortUploads(ctx, "job"))
		must(t, e.AbortUploads(ctx, "kept"))
		for _, u := range [][2]string{{"job", one}, {"job", two}, {"other", other}} {
			if _, err := e.Parts(ctx, u[0], u[1]); !errors.Is(err, archive.ErrNoUpload) {
				t.Errorf("%v: %v", u, err)
			}
		}
		parts(t, "jobs", longer)
		if _, err := e.Look(ctx, "kept"); err != nil {
			t.Error(err)
		}
		must(t, e.Delete(ctx, "kept"))
		must(t, e.Delete(ctx, "kept"))
		if _, err := e.Look(ctx, "kept"); !errors.Is(err, archive.ErrNotExist) {
			t.Errorf("a deleted file: %v", err)
		}
	})
	t.Run("all parts are listed, however many", func(t *testing.T) {
		const id = "many"
		u := begin(t, id)
		for n := range manyParts {
			must(t, e.Put(ctx, id, u, int32(n+1), fmt.Append(nil, n)))
		}
		list := parts(t, id, u)
		if len(list) != manyParts {
			t.Fatalf("%d of %d", len(list), manyParts)
		}
		for i, p := range list {
			if int(p.N) != i+1 || p.Size != int64(len(fmt.Sprint(i))) {
				t.Fatalf("%d: %+v", i, p)
			}
		}
		must(t, e.Abort(ctx, id, u))
	})
}
