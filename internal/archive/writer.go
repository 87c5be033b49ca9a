package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"tapedeck/internal/session"
)

// writePart is the size of an upload's parts.
const writePart = 8 << 20

// Writer writes one derived object as a stream. Nothing is visible before Commit. End it with Commit or Abort.
type Writer interface {
	io.Writer
	// Commit makes the object visible. A key that is taken is ErrChanged: attempts never share keys.
	Commit() (session.Stored, error)
	// Abort drops what was written. After Commit it does nothing.
	Abort()
}

// writer is a Writer in bounded memory: one part of an upload.
type writer struct {
	ctx  context.Context
	a    *Archive
	key  string
	buf  []byte
	up   *upload // nil while everything fits in buf
	hash hash.Hash
	size int64
	err  error
	done bool // there is no upload left to abort
}

// NewDerived begins a derived object.
func (a *Archive) NewDerived(ctx context.Context, key string) Writer {
	return &writer{ctx: ctx, a: a, key: key, hash: sha256.New()}
}

func (w *writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	w.hash.Write(p)
	w.size += int64(len(p))
	n := len(p)
	for len(w.buf)+len(p) >= writePart {
		k := writePart - len(w.buf)
		w.buf, p = append(w.buf, p[:k]...), p[k:]
		if w.err = w.flush(); w.err != nil {
			return 0, w.err
		}
	}
	w.buf = append(w.buf, p...)
	return n, nil
}

func (w *writer) Commit() (session.Stored, error) {
	stored := session.Stored{Key: w.key, Size: w.size, SHA256: hex.EncodeToString(w.hash.Sum(nil))}
	if w.err != nil {
		return stored, w.err
	}
	if w.up == nil {
		_, existed, err := w.a.putOnce(w.ctx, w.a.b.Derived, w.key, w.buf)
		if existed {
			err = ErrChanged
		}
		return stored, err
	}
	if len(w.buf) > 0 {
		if err := w.flush(); err != nil {
			return stored, err
		}
	}
	w.done = true // complete aborts by itself
	_, err := w.up.complete(w.ctx)
	return stored, err
}

func (w *writer) Abort() {
	w.err = errors.New("archive: aborted")
	if w.up != nil && !w.done {
		w.up.abort(w.ctx)
	}
}

func (w *writer) flush() error {
	if w.up == nil {
		up, err := w.a.startUpload(w.ctx, w.a.b.Derived, w.key)
		if err != nil {
			return err
		}
		w.up = up
	}
	err := w.up.put(w.ctx, w.buf)
	w.buf = w.buf[:0]
	return err
}
