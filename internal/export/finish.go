package export

import (
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/jobs"
	"tapedeck/internal/metrics"
	"tapedeck/internal/seal"
	"tapedeck/internal/session"
)

// finish puts a job's file together, looks at it and calls it ready, if all its shards are done. ErrConflict when
// another worker does.
func (w *Worker) finish(ctx context.Context, id string) error {
	e, err := w.Jobs.Load(ctx, id)
	if err != nil || !e.State.Active() || e.PartsDone() < e.Parts {
		return err
	}
	if err := w.lease(&e.Lease); err != nil {
		return err
	}
	parts, err := w.Files.Parts(ctx, id, e.UploadID)
	if err == nil {
		err = compare(e, parts)
		e.Composite = archive.Composite(parts)
	} else if errors.Is(err, archive.ErrNoUpload) { // a worker that died here has completed it
		parts, err = nil, nil
	}
	if err != nil {
		return err
	}
	if err := digest(e); err != nil {
		return err
	}
	e.State = session.ExportVerifying
	if err := w.Jobs.Save(ctx, e); err != nil {
		return err
	}
	if err = w.complete(ctx, e, parts); err == nil {
		err = w.verify(ctx, e)
	}
	if err == nil {
		return w.ready(ctx, e)
	}
	e.Lease.Until = time.Time{} // so that the next try need not wait
	return errors.Join(err, w.Jobs.Save(context.WithoutCancel(ctx), e))
}

// compare says whether the parts of an upload are those of the plan.
func compare(e *session.Export, parts []archive.UploadedPart) error {
	for n := range e.Parts {
		if n >= len(parts) || int(parts[n].N) != n+1 || parts[n].Size != fileSize(e, n) {
			return &failure{"a part of the file is missing", fmt.Errorf("part %d of %d", n+1, e.Parts)}
		}
	}
	if len(parts) != e.Parts {
		return &failure{"the file has parts that it should not have", fmt.Errorf("%d for %d", len(parts), e.Parts)}
	}
	return nil
}

// digest sets the SHA-256 of a tar, which its only worker has made on the way.
func digest(e *session.Export) error {
	if e.SHA256 != "" {
		return nil
	}
	h := sha256.New()
	if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(e.Shards[0].Digest); err != nil {
		return fmt.Errorf("end hashing: %w", err)
	}
	e.SHA256 = hex.EncodeToString(h.Sum(nil))
	return nil
}

// complete puts the file together, unless that was done already.
func (w *Worker) complete(ctx context.Context, e *session.Export, parts []archive.UploadedPart) error {
	if parts == nil {
		return nil
	}
	err := w.Files.Complete(ctx, e.ID, e.UploadID, parts)
	if errors.Is(err, archive.ErrNoUpload) || errors.Is(err, archive.ErrChanged) { // an answer that was lost; verify decides
		return nil
	}
	return err
}

// verify looks at the file that was put together: its size, its checksum, and whether its ends can be opened.
func (w *Worker) verify(ctx context.Context, e *session.Export) error {
	file, err := w.Files.Look(ctx, e.ID)
	if err != nil {
		if errors.Is(err, archive.ErrNotExist) {
			return &failure{"its upload was aborted", err}
		}
		return err
	}
	if file.Size != e.FileSize {
		return &failure{"the file is not what was sealed", fmt.Errorf("%d bytes for %d", file.Size, e.FileSize)}
	}
	if file.CRC != "" && e.Composite != "" && file.CRC != e.Composite {
		return &failure{"the file is not what was sealed", fmt.Errorf("checksum %s for %s", file.CRC, e.Composite)}
	}
	sealer, err := w.sealer(ctx, e)
	if err != nil || sealer == nil {
		return err
	}
	for _, n := range []int64{0, seal.Chunks(e.Size) - 1} {
		offset, length := seal.Header(e.Header).Chunk(n, e.Size)
		chunk, err := w.Files.ReadFile(ctx, e.ID, file.ETag, offset, length)
		if err != nil {
			return err
		}
		if _, err := sealer.Open(nil, chunk, n, e.Size); err != nil {
			return &failure{"the file is not what was sealed", err}
		}
	}
	return nil
}

// ready says that a file can be fetched, and forgets its key.
func (w *Worker) ready(ctx context.Context, e *session.Export) error {
	e.ExpiresAt = w.Now().Add(FileLife).UTC().Truncate(time.Millisecond)
	detail := map[string]string{"export": e.ID, "file": e.FileName, "bytes": fmt.Sprint(e.FileSize), "sha256": e.SHA256}
	if err := w.Audit.Record(ctx, session.Event{Action: session.ActExportReady, Person: e.Person, SessionID: e.SessionID, Detail: detail}); err != nil {
		return err
	}
	if err := w.Jobs.WillExpire(ctx, e.ID, e.ExpiresAt); err != nil {
		return err
	}
	e.State, e.Wrapped, e.Lease = session.ExportReady, nil, session.Lease{}
	err := w.Jobs.Save(ctx, e)
	if errors.Is(err, jobs.ErrConflict) {
		if now, loadErr := w.Jobs.Load(ctx, e.ID); loadErr == nil && now.State == session.ExportCancelled { // while it was looked at
			return tidy(ctx, w.Files, w.Slots, now)
		}
	}
	if err != nil {
		return err
	}
	metrics.Put(metrics.ExportsReady.Of(1))
	w.announce(ctx, e)
	return tidy(ctx, w.Files, w.Slots, e) // of a worker that died when it had begun, there is one more upload
}

func (w *Worker) announce(ctx context.Context, e *session.Export) {
	if w.Events != nil {
		w.Events.Announce(ctx, session.AnnounceExported(e.ExpiresAt.Add(-FileLife), e))
	}
}
