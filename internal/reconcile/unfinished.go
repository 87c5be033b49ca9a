package reconcile

import (
	"context"
	"errors"
	"slices"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// waiting looks again at sessions that wait for their recording. After a day they are incomplete.
func (t *turn) waiting(ctx context.Context) error {
	overdue, err := t.Work.Waiting(ctx, t.Now().Add(-patience))
	if err != nil {
		return err
	}
	all, err := t.Work.Waiting(ctx, t.Now().Add(-recheck))
	if err != nil {
		return err
	}
	isOverdue := map[string]bool{}
	for _, identity := range overdue {
		isOverdue[identity] = true
	}
	var jobs []job
	for _, identity := range all {
		jobs = append(jobs, job{&t.report.Overdue, "registration " + identity, func(ctx context.Context) error {
			if isOverdue[identity] {
				return t.Ingest.Overdue(ctx, identity)
			}
			complete, err := t.Ingest.Recheck(ctx, identity)
			if err == nil && !complete {
				err = errNothing
			}
			return err
		}})
	}
	t.inParts(ctx, jobs)
	return nil
}

// attempts sweeps what attempts left that no commit file names.
func (t *turn) attempts(ctx context.Context) error {
	attempts, err := t.Work.Attempts(ctx, t.Now().Add(-patience))
	if err != nil {
		return err
	}
	var jobs []job
	for _, a := range attempts {
		jobs = append(jobs, job{&t.report.Swept, "attempt " + a[0] + "/" + a[1], func(ctx context.Context) error { return t.sweep(ctx, a[0], a[1]) }})
	}
	t.inParts(ctx, jobs)
	return nil
}

// inParts does jobs until the time is over. What is left is found by the next run.
func (t *turn) inParts(ctx context.Context, jobs []job) {
	for part := range slices.Chunk(jobs, 100) {
		if late(ctx) {
			return
		}
		t.work(ctx, part)
	}
}

// sweep deletes what an attempt left, but for what a commit names. An original and what was derived of it may
// be the work of two attempts. Of a session past its retention nothing is left but its commit files.
func (r *Reconciler) sweep(ctx context.Context, id, attempt string) error {
	c, err := r.Commits.ReadCommit(ctx, id)
	if err != nil && !errors.Is(err, archive.ErrNotExist) {
		return err
	}
	if err == nil && !r.Now().Before(c.KeptUntil) {
		if err := r.expire(ctx, c); err != nil {
			return err
		}
		return r.Work.DoneAttempt(ctx, id, attempt)
	}
	if err != nil || c.Attempt != attempt {
		if err := r.Sweeper.SweepOriginal(ctx, id, attempt); err != nil {
			return err
		}
	}
	derived, err := r.derivedOf(ctx, id)
	if err != nil {
		return err
	}
	if !slices.Contains(derived, attempt) {
		if err := r.Sweeper.SweepDerived(ctx, id, attempt); err != nil {
			return err
		}
	}
	return r.Work.DoneAttempt(ctx, id, attempt)
}

// derivedOf lists the attempts that a derived commit names.
func (r *Reconciler) derivedOf(ctx context.Context, id string) (attempts []string, err error) {
	for encoder := 1; encoder <= tape.EncoderVersion; encoder++ {
		d, err := r.Commits.ReadDerived(ctx, id, encoder)
		if errors.Is(err, archive.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		attempts = append(attempts, d.Attempt)
	}
	return attempts, nil
}

// ErrKept says that a recording is not past its retention.
var ErrKept = errors.New("reconcile: the recording is not past its retention")

// Expire deletes the recording of a session that is past its retention. Its row stays, and says so.
func (r *Reconciler) Expire(ctx context.Context, id string) error {
	c, err := r.Commits.ReadCommit(ctx, id)
	if err != nil {
		return err
	}
	if r.Now().Before(c.KeptUntil) {
		return ErrKept
	}
	return r.expire(ctx, c)
}

// expire notes what it is about to delete, so that the sweeper ends what this run may not, and says it in the row
// before anything is deleted. A row that is not there has lived out its own time, or was lost.
func (r *Reconciler) expire(ctx context.Context, c *archive.Commit) error {
	id := c.Registration.Session.ID
	if err := r.Work.AddAttempt(ctx, id, c.Attempt, r.Now()); err != nil {
		return err
	}
	s, _, err := r.Rows.Session(ctx, id)
	switch {
	case session.CodeOf(err) == session.CodeNotFound:
	case err != nil:
		return err
	default:
		s.State, s.Reason = session.Expired, ""
		if err := r.Rows.PutRow(ctx, s, nil); err != nil {
			return err
		}
	}
	if err := r.Sweeper.SweepSession(ctx, id); err != nil {
		return err
	}
	return r.Work.DoneAttempt(ctx, id, c.Attempt)
}
