package archivetest

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"sync"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// Exports are the files of exports in memory, and originals that they are made of. Fail, when set, is called before and
// after each call with its name; an error from it is the call's.
type Exports struct {
	Fail func(call string, after bool) error

	mu        sync.Mutex
	n         int
	originals map[string]arrived
	uploads   map[string]*upload
	files     map[string]exported
}

type upload struct {
	job   string
	parts map[int32][]byte
}

type exported struct {
	data      []byte
	etag, crc string
}

// NewExports makes an empty one.
func NewExports() *Exports {
	return &Exports{originals: map[string]arrived{}, uploads: map[string]*upload{}, files: map[string]exported{}}
}

// PutOriginal puts an original, or another in its place.
func (x *Exports) PutOriginal(key string, data []byte) session.Stored {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.n++
	x.originals[key] = arrived{data: data, etag: fmt.Sprintf(`"%d"`, x.n)}
	return newStored(key, data)
}

// File is an export's file, or nil.
func (x *Exports) File(id string) []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.files[id].data
}

// Uploads counts the uploads that are open.
func (x *Exports) Uploads() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.uploads)
}

// call runs an effect between its two moments of failure.
func (x *Exports) call(name string, effect func() error) error {
	if x.Fail != nil {
		if err := x.Fail(name, false); err != nil {
			return err
		}
	}
	x.mu.Lock()
	err := effect()
	x.mu.Unlock()
	if err == nil && x.Fail != nil {
		err = x.Fail(name, true)
	}
	return err
}

func (x *Exports) Tag(_ context.Context, o session.Stored) (etag string, err error) {
	err = x.call("tag", func() error {
		found, there := x.originals[o.Key]
		switch etag = found.etag; {
		case !there:
			return archive.ErrNotExist
		case int64(len(found.data)) != o.Size:
			return archive.ErrChanged
		}
		return nil
	})
	return etag, err
}

func (x *Exports) ReadOriginal(_ context.Context, o session.Source, offset, length int64) (r io.ReadCloser, err error) {
	err = x.call("read", func() error {
		found, there := x.originals[o.Key]
		switch {
		case !there:
			return archive.ErrNotExist
		case found.etag != o.ETag:
			return archive.ErrChanged
		case offset >= int64(len(found.data)):
			return fmt.Errorf("archivetest: InvalidRange")
		}
		r = io.NopCloser(bytes.NewReader(found.data[offset:min(offset+length, int64(len(found.data)))]))
		return nil
	})
	return r, err
}

func (x *Exports) Begin(_ context.Context, id string) (uploadID string, err error) {
	err = x.call("begin", func() error {
		x.n++
		uploadID = fmt.Sprint("upload-", x.n)
		x.uploads[uploadID] = &upload{id, map[int32][]byte{}}
		return nil
	})
	return uploadID, err
}

// upload is an open upload of a job's file.
func (x *Exports) upload(id, uploadID string) (*upload, error) {
	u := x.uploads[uploadID]
	if u == nil || u.job != id {
		return nil, archive.ErrNoUpload
	}
	return u, nil
}

func (x *Exports) Put(_ context.Context, id, uploadID string, n int32, data []byte) error {
	return x.call("put", func() error {
		u, err := x.upload(id, uploadID)
		if err == nil {
			u.parts[n] = bytes.Clone(data)
		}
		return err
	})
}

func (x *Exports) Parts(_ context.Context, id, uploadID string) (parts []archive.UploadedPart, err error) {
	err = x.call("parts", func() error {
		u, err := x.upload(id, uploadID)
		if err != nil {
			return err
		}
		for _, n := range slices.Sorted(maps.Keys(u.parts)) {
			sum := md5.Sum(u.parts[n])
			crc := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(u.parts[n]))
			parts = append(parts, archive.UploadedPart{N: n, Size: int64(len(u.parts[n])), ETag: hex.EncodeToString(sum[:]), CRC: base64.StdEncoding.EncodeToString(crc)})
		}
		return nil
	})
	return parts, err
}

func (x *Exports) Complete(_ context.Context, id, uploadID string, parts []archive.UploadedPart) error {
	return x.call("complete", func() error {
		u, err := x.upload(id, uploadID)
		if err != nil {
			return err
		}
		if _, there := x.files[id]; there {
			return archive.ErrChanged
		}
		var data []byte
		for _, p := range parts {
			sum := md5.Sum(u.parts[p.N])
			if p.ETag != hex.EncodeToString(sum[:]) {
				return fmt.Errorf("archivetest: InvalidPart %d", p.N)
			}
			data = append(data, u.parts[p.N]...)
		}
		x.n++
		x.files[id] = exported{data, fmt.Sprintf(`"%d"`, x.n), archive.Composite(parts)}
		delete(x.uploads, uploadID)
		return nil
	})
}

func (x *Exports) Look(_ context.Context, id string) (f archive.File, err error) {
	err = x.call("look", func() error {
		found, there := x.files[id]
		if !there {
			return archive.ErrNotExist
		}
		f = archive.File{Size: int64(len(found.data)), ETag: found.etag, CRC: found.crc}
		return nil
	})
	return f, err
}

func (x *Exports) ReadFile(_ context.Context, id, etag string, offset, length int64) (data []byte, err error) {
	err = x.call("read file", func() error {
		found, there := x.files[id]
		switch {
		case !there:
			return archive.ErrNotExist
		case found.etag != etag:
			return archive.ErrChanged
		case offset+length > int64(len(found.data)):
			return io.ErrUnexpectedEOF
		}
		data = bytes.Clone(found.data[offset : offset+length])
		return nil
	})
	return data, err
}

func (x *Exports) Abort(_ context.Context, id, uploadID string) error {
	return x.call("abort", func() error {
		if _, err := x.upload(id, uploadID); err == nil {
			delete(x.uploads, uploadID)
		}
		return nil
	})
}

func (x *Exports) AbortUploads(_ context.Context, id string) error {
	return x.call("abort uploads", func() error {
		maps.DeleteFunc(x.uploads, func(_ string, u *upload) bool { return u.job == id })
		return nil
	})
}

func (x *Exports) Delete(_ context.Context, id string) error {
	return x.call("delete", func() error {
		delete(x.files, id)
		return nil
	})
}
