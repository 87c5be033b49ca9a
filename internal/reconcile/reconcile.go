// Package reconcile finishes what was left unfinished: sessions whose recording never came, attempts that were
// never committed, recordings past their retention.
package reconcile

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// patience is how long a recording may be on its way, and how long an attempt may take.
const patience = 24 * time.Hour

// Work knows what is under way.
type Work interface {
	Waiting(ctx context.Context, before time.Time) (identities []string, err error)
	Attempts(ctx context.Context, before time.Time) (sessionAndAttempt [][2]string, err error)
	DoneAttempt(ctx context.Context, id, attempt string) error
}

// Rows is the list that people see.
type Rows interface {
	Session(ctx context.Context, id string) (*session.Session, *session.Recording, error)
	PutRow(ctx context.Context, s *session.Session, rec *session.Recording) error
}

// Commits tells what was committed.
type Commits interface {
	ReadCommit(ctx context.Context, id string) (*archive.Commit, error)
	ReadDerived(ctx context.Context, id string, encoder int) (*archive.DerivedCommit, error)
}

// Settle settles sessions that have waited too long.
type Settle interface {
	Overdue(ctx context.Context, identity string) error
}

// Sweeper deletes, as the retention role.
type Sweeper interface {
	SweepOriginal(ctx context.Context, id, attempt string) error
	SweepDerived(ctx context.Context, id, attempt string) error
	SweepSession(ctx context.Context, id string) error
}

// Reconciler is the use case. All fields are required.
type Reconciler struct {
	Work    Work
	Rows    Rows
	Commits Commits
	Settle  Settle
	Sweeper Sweeper
	Now     func() time.Time
}

// Report counts what a run did.
type Report struct{ Overdue, Swept, Failed int }

// Run does what is due. What fails for one session is logged and counted, and does not stop the others; the
// error is that something failed.
func (r *Reconciler) Run(ctx context.Context) (Report, error) {
	var done Report
	before := r.Now().Add(-patience)
	waiting, err := r.Work.Waiting(ctx, before)
	if err != nil {
		return done, err
	}
	for _, identity := range waiting {
		count(ctx, &done.Overdue, &done.Failed, r.Settle.Overdue(ctx, identity), "registration", identity)
	}
	attempts, err := r.Work.Attempts(ctx, before)
	if err != nil {
		return done, err
	}
	for _, a := range attempts {
		count(ctx, &done.Swept, &done.Failed, r.sweep(ctx, a[0], a[1]), "session", a[0])
	}
	if done.Failed > 0 {
		return done, errors.New("reconcile: something failed; it is tried again with the next run")
	}
	return done, nil
}

func count(ctx context.Context, done, failed *int, err error, kind, what string) {
	if err != nil {
		*failed++
		slog.WarnContext(ctx, "not reconciled", kind, what, "error", err)
		return
	}
	*done++
}

// sweep deletes what an attempt left, but for what a commit names. An original and what was derived of it may
// be the work of two attempts.
func (r *Reconciler) sweep(ctx context.Context, id, attempt string) error {
	original, err := r.originalOf(ctx, id)
	if err != nil {
		return err
	}
	if original != attempt {
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

// originalOf is the attempt that archive.json names, or "".
func (r *Reconciler) originalOf(ctx context.Context, id string) (string, error) {
	c, err := r.Commits.ReadCommit(ctx, id)
	if errors.Is(err, archive.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return c.Attempt, nil
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

// Expire deletes the recording of a session that is past its retention. Its row stays, and says so; it does
// before anything is deleted.
func (r *Reconciler) Expire(ctx context.Context, id string) error {
	c, err := r.Commits.ReadCommit(ctx, id)
	if err != nil {
		return err
	}
	if r.Now().Before(c.KeptUntil) {
		return ErrKept
	}
	s, _, err := r.Rows.Session(ctx, id)
	if err != nil {
		return err
	}
	s.State, s.Reason = session.Expired, ""
	if err := r.Rows.PutRow(ctx, s, nil); err != nil {
		return err
	}
	return r.Sweeper.SweepSession(ctx, id)
}
