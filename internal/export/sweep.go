package export

import (
	"context"
	"errors"
	"log/slog"

	"tapedeck/internal/jobs"
	"tapedeck/internal/session"
)

// Sweep finds jobs that nobody is at and queues them again, takes away what ended jobs have left, and calls expired what
// has expired. It deletes no file of a job that is ready: the bucket's lifecycle does.
func (w *Worker) Sweep(ctx context.Context) error {
	ids, err := w.Slots.Slotted(ctx)
	if err != nil {
		return err
	}
	var all []error
	for _, id := range ids {
		all = append(all, w.sweep(ctx, id))
	}
	expired, err := w.Jobs.Expired(ctx, w.Now())
	all = append(all, err)
	for _, due := range expired {
		all = append(all, w.expire(ctx, due))
	}
	return errors.Join(all...)
}

func (w *Worker) sweep(ctx context.Context, id string) error {
	e, err := w.Jobs.Load(ctx, id)
	if session.CodeOf(err) == session.CodeNotFound {
		return nil // it is about to be created; if not, the slot is free after a while
	}
	if err != nil {
		return err
	}
	if !e.State.Active() {
		return tidy(ctx, w.Files, w.Slots, e)
	}
	now := w.Now()
	if now.Sub(e.CreatedAt) < leaseFor { // its first messages are on their way
		return nil
	}
	if e.PartsDone() == e.Parts {
		if now.Before(e.Lease.Until) {
			return nil
		}
		return w.resend(ctx, id, 0)
	}
	for _, s := range e.Shards {
		if s.Done < s.Count && !now.Before(s.Lease.Until) {
			if err := w.resend(ctx, id, s.N); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Worker) resend(ctx context.Context, id string, shard int) error {
	slog.InfoContext(ctx, "an export is queued again", "export", id, "shard", shard)
	return send(ctx, w.Queue, Message{ExportID: id, Shard: shard})
}

func (w *Worker) expire(ctx context.Context, due jobs.Due) error {
	e, err := w.Jobs.Load(ctx, due.ID)
	if err != nil && session.CodeOf(err) != session.CodeNotFound { // its own time may be over, too
		return err
	}
	if err == nil && e.State == session.ExportReady && !w.Now().Before(e.ExpiresAt) {
		if err := w.Audit.Record(ctx, session.Event{Action: session.ActExportExpired, Person: e.Person, SessionID: e.SessionID,
			Detail: map[string]string{"export": e.ID}}); err != nil {
			return err
		}
		e.State = session.ExportExpired
		if err := w.Jobs.Save(ctx, e); errors.Is(err, jobs.ErrConflict) {
			return nil // the next time it is looked at again
		} else if err != nil {
			return err
		}
	}
	return w.Jobs.HasExpired(ctx, due)
}
