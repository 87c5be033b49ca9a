package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/archive"
	"tapedeck/internal/jobs"
	"tapedeck/internal/keys"
	"tapedeck/internal/metrics"
	"tapedeck/internal/session"
)

const (
	leaseFor = 2 * time.Minute // a worker that does not come forward for so long is dead
	maxTries = 8               // leases without progress
	maxRuns  = 500             // messages in one chain, each a run of a quarter of an hour
)

// Message is what a worker is to do. It holds ids only.
type Message struct {
	ExportID string `json:"exportId"`
	Shard    int    `json:"shard"`
	Run      int    `json:"run"` // how many runs there were before in this chain
}

func send(ctx context.Context, q Queue, m Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return q.Send(ctx, string(body))
}

// Worker makes files. Any number of workers may be at a job: each takes a shard under a lease, and whoever has lost it
// writes nothing any more.
type Worker struct {
	Jobs  Jobs
	Slots Slots
	Files Files
	Keys  Keys
	Queue Queue
	Audit access.Recorder
	Now   func() time.Time

	Events   Events        // nil: nobody is told
	InFlight int           // parts that are read, sealed and uploaded at a time
	Margin   time.Duration // how long before the caller's deadline a run hands over to the next
}

// failure ends a job. Anything else is tried again.
type failure struct {
	reason string // for people
	cause  error
}

func (f *failure) Error() string { return f.reason }
func (f *failure) Unwrap() error { return f.cause }

// errHandOver says that the time of a run is over.
var errHandOver = errors.New("export: the rest is for the next run")

// Run does what a message says, as far as it comes. An error means that the message must come again.
func (w *Worker) Run(ctx context.Context, m Message) error {
	e, err := w.Jobs.Load(ctx, m.ExportID)
	if session.CodeOf(err) == session.CodeNotFound {
		return nil
	}
	if err == nil && e.State == session.ExportReady { // the run that made it so may have ended before it could tell
		w.announce(ctx, e)
		return nil
	}
	if err != nil || !e.State.Active() || m.Shard < 0 || m.Shard >= len(e.Shards) {
		return err
	}
	if s := &e.Shards[m.Shard]; s.Done < s.Count {
		err = w.shard(ctx, e, s)
	}
	if err == nil {
		err = w.finish(ctx, m.ExportID)
	}
	fatal, isFatal := errors.AsType[*failure](err)
	switch {
	case errors.Is(err, errHandOver) && m.Run >= maxRuns:
		return w.fail(ctx, m.ExportID, &failure{reason: "it took too long"})
	case errors.Is(err, errHandOver):
		m.Run++
		return send(ctx, w.Queue, m)
	case errors.Is(err, jobs.ErrConflict): // another worker has it, or the job has ended
		return nil
	case isFatal:
		return w.fail(ctx, m.ExportID, fatal)
	}
	return err
}

// shard seals what is missing of a shard under a lease. ErrConflict when another worker has it.
func (w *Worker) shard(ctx context.Context, e *session.Export, s *session.Shard) error {
	if err := w.lease(&s.Lease); err != nil {
		return err
	}
	if err := w.Jobs.SaveShard(ctx, e, s); err != nil {
		return err
	}
	sealer, err := w.sealer(ctx, e)
	if err != nil {
		return w.release(ctx, e, s, err)
	}
	if err := w.begin(ctx, e); err != nil {
		return w.release(ctx, e, s, err)
	}
	err = w.parts(ctx, &run{Worker: w, e: e, s: s, sealer: sealer})
	if err == nil && s.Done < s.Count {
		err = fmt.Errorf("%d of %d parts are done", s.Done, s.Count)
	}
	return w.release(ctx, e, s, err)
}

// lease takes a lease that nobody has.
func (w *Worker) lease(l *session.Lease) error {
	now := w.Now()
	if now.Before(l.Until) {
		return jobs.ErrConflict
	}
	if l.Tries >= maxTries {
		return &failure{reason: "it was tried again and again, and failed each time"}
	}
	*l = session.Lease{Holder: newHolder(), Until: now.Add(leaseFor), Tries: l.Tries + 1}
	return nil
}

// release gives a shard's lease back, after what went wrong, so that the next worker need not wait.
func (w *Worker) release(ctx context.Context, e *session.Export, s *session.Shard, cause error) error {
	if errors.Is(cause, jobs.ErrConflict) {
		return cause
	}
	s.Lease.Until = time.Time{}
	return errors.Join(cause, w.Jobs.SaveShard(context.WithoutCancel(ctx), e, s))
}

// begin starts the upload, unless another worker has.
func (w *Worker) begin(ctx context.Context, e *session.Export) error {
	if e.UploadID != "" {
		return nil
	}
	id, err := w.Files.Begin(ctx, e.ID)
	if err != nil {
		return err
	}
	e.State, e.UploadID, e.StartedAt = session.ExportRunning, id, w.Now()
	err = w.Jobs.Save(ctx, e)
	if !errors.Is(err, jobs.ErrConflict) {
		return err
	}
	now, err := w.Jobs.Load(ctx, e.ID)
	if err != nil {
		return err
	}
	if err := w.Files.Abort(ctx, e.ID, id); err != nil {
		return err
	}
	if now.UploadID == "" || !now.State.Active() {
		return jobs.ErrConflict
	}
	e.UploadID, e.State, e.StartedAt, e.Version = now.UploadID, now.State, now.StartedAt, now.Version
	return nil
}

// fail ends a job that cannot be done. What is left of it goes; what cannot go now, the sweeper takes.
func (w *Worker) fail(ctx context.Context, id string, why *failure) error {
	slog.WarnContext(ctx, "export failed", "export", id, "reason", why.reason, "error", why.cause)
	for {
		e, err := w.Jobs.Load(ctx, id)
		if err != nil || !e.State.Active() {
			return err
		}
		if err := w.Audit.Record(ctx, session.Event{Action: session.ActExportFailed, Person: e.Person, SessionID: e.SessionID,
			Detail: map[string]string{"export": id, "reason": why.reason}}); err != nil {
			return err
		}
		e.State, e.Error, e.Wrapped = session.ExportFailed, why.reason, nil
		if err := w.Jobs.Save(ctx, e); errors.Is(err, jobs.ErrConflict) {
			continue
		} else if err != nil {
			return err
		}
		metrics.Put(metrics.ExportsFailed.Of(1))
		return tidy(ctx, w.Files, w.Slots, e)
	}
}

// lasting tells failures that trying again does not mend.
func lasting(err error) error {
	switch {
	case errors.Is(err, archive.ErrChanged):
		return &failure{"the recording was overwritten while it was exported", err}
	case errors.Is(err, archive.ErrNotExist):
		return &failure{"the recording is gone", err}
	case errors.Is(err, keys.ErrRefused):
		return &failure{"the key of the export cannot be used", err}
	}
	return err
}
