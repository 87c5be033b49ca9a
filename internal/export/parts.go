package export

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding"
	"errors"
	"fmt"
	"hash"
	"io"
	mrand "math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tapedeck/internal/archive"
	"tapedeck/internal/jobs"
	"tapedeck/internal/seal"
	"tapedeck/internal/session"
)

// partTries is how often a part is read anew when reading stops in its middle. Requests that fail the client tries
// again by itself.
const partTries = 5

// run is one worker at one shard.
type run struct {
	*Worker
	e      *session.Export
	s      *session.Shard
	sealer *seal.Sealer // nil: the file is as the recording is
	pieces []piece

	mu     sync.Mutex // of s
	digest hash.Hash  // nil: the SHA-256 is known
}

// sealer is that of a job's file; nil when it is not sealed.
func (w *Worker) sealer(ctx context.Context, e *session.Export) (*seal.Sealer, error) {
	if !e.Sealed() {
		return nil, nil
	}
	plain, err := w.Keys.Unwrap(ctx, e.Wrapped, keyContext(e))
	if err != nil {
		return nil, lasting(err)
	}
	key, err := seal.ToFileKey(plain)
	var s *seal.Sealer
	if err == nil {
		s, err = seal.NewSealer(e.Header, key) // the header's own MAC says whether it is the right one
	}
	if err != nil {
		return nil, &failure{"the key of the export is damaged", err}
	}
	return s, nil
}

// parts seals and uploads what is missing of a shard.
func (w *Worker) parts(ctx context.Context, r *run) (err error) {
	if r.pieces, _, err = pieces(r.e.Sources, r.e.ActionAt); err != nil {
		return err
	}
	missing, err := r.missing(ctx)
	if err != nil {
		return err
	}
	inFlight := w.InFlight
	if r.digest != nil || r.e.PartBytes > 4*minPartBytes {
		inFlight = 1
	}
	buffers := make(chan []byte, inFlight)
	for range inFlight {
		buffers <- nil
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, n := range missing {
		buf := <-buffers // before the deadline is looked at: the part before may have taken long
		if ctx.Err() != nil {
			break
		}
		if deadline, ok := ctx.Deadline(); ok && deadline.Sub(w.Now()) < w.Margin {
			return errors.Join(group.Wait(), errHandOver)
		}
		group.Go(func() error {
			data, err := r.part(ctx, buf[:0], n)
			buffers <- data
			return err
		})
	}
	return group.Wait()
}

// missing lists the parts that are to be made, and sets Done and digest to what there is.
func (r *run) missing(ctx context.Context) (list []int, err error) {
	if r.e.SHA256 == "" { // one worker, in order: what Digest does not hold is made again
		r.digest = sha256.New()
		if r.s.Done > 0 {
			if err := r.digest.(encoding.BinaryUnmarshaler).UnmarshalBinary(r.s.Digest); err != nil {
				return nil, fmt.Errorf("go on hashing: %w", err)
			}
		}
		for n := r.s.First + r.s.Done; n < r.s.First+r.s.Count; n++ {
			list = append(list, n)
		}
		return list, nil
	}
	there, err := r.Files.Parts(ctx, r.e.ID, r.e.UploadID)
	if err != nil {
		return nil, r.uploadGone(ctx, err)
	}
	have := map[int]bool{}
	for _, p := range there {
		n := int(p.N) - 1
		have[n] = n < r.e.Parts && p.Size == fileSize(r.e, n)
	}
	for n := r.s.First; n < r.s.First+r.s.Count; n++ {
		if !have[n] {
			list = append(list, n)
		}
	}
	before := r.s.Done
	if r.s.Done = r.s.Count - len(list); r.s.Done <= before {
		return list, nil
	}
	// A worker that was killed between an upload and its note of it has made progress, too.
	r.s.Lease.Tries = 1
	return list, r.Jobs.SaveShard(ctx, r.e, r.s)
}

// part makes the n-th part in buf, uploads it and says so.
func (r *run) part(ctx context.Context, buf []byte, n int) ([]byte, error) {
	data, err := r.sealed(ctx, buf, n)
	if err != nil {
		return data, err
	}
	if err := r.Files.Put(ctx, r.e.ID, r.e.UploadID, int32(n+1), data); err != nil {
		return data, r.uploadGone(ctx, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.s.Done++
	r.s.Lease.Until, r.s.Lease.Tries = r.Now().Add(leaseFor), 0
	if r.digest != nil {
		if r.s.Digest, err = r.digest.(encoding.BinaryMarshaler).MarshalBinary(); err != nil {
			return data, err
		}
	}
	return data, r.Jobs.SaveShard(ctx, r.e, r.s)
}

// sealed is the n-th part as it is uploaded. A source that breaks off is asked again.
func (r *run) sealed(ctx context.Context, buf []byte, n int) ([]byte, error) {
	offset, length := extent(r.e, n)
	for try := 1; ; try++ {
		source := r.read(ctx, r.pieces, offset, length)
		var plain io.Reader = source
		var digest hash.Hash
		if r.digest != nil {
			digest = copyOf(r.digest)
			plain = io.TeeReader(source, digest)
		}
		data, err := r.make(buf, plain, offset, length)
		_ = source.Close()
		if err == nil {
			if digest != nil {
				r.digest = digest
			}
			return data, nil
		}
		if err = lasting(err); isFailure(err) || try == partTries || ctx.Err() != nil {
			return buf, fmt.Errorf("part %d: %w", n, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(mrand.Int64N(int64(100*time.Millisecond) << try))):
		}
	}
}

func (r *run) make(buf []byte, plain io.Reader, offset, length int64) ([]byte, error) {
	if r.sealer != nil {
		return r.sealer.Part(buf, plain, offset, length, r.e.Size)
	}
	buf = append(buf[:0], make([]byte, length)...)
	_, err := io.ReadFull(plain, buf)
	return buf, err
}

// uploadGone tells why an upload is not there: the job has ended, or it was aborted behind our back.
func (r *run) uploadGone(ctx context.Context, err error) error {
	if !errors.Is(err, archive.ErrNoUpload) {
		return err
	}
	now, loadErr := r.Jobs.Load(ctx, r.e.ID)
	switch {
	case loadErr != nil:
		return loadErr
	case !now.State.Active() || now.State == session.ExportVerifying:
		return jobs.ErrConflict
	}
	return &failure{"its upload was aborted", err}
}

func isFailure(err error) bool {
	_, ok := errors.AsType[*failure](err)
	return ok
}

func copyOf(h hash.Hash) hash.Hash {
	c, err := h.(hash.Cloner).Clone()
	if err != nil {
		panic("export: SHA-256 cannot be cloned: " + err.Error())
	}
	return c
}

func newHolder() string { return rand.Text() }
