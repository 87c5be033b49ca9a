// Package reconcile compares what the archive has in several places - inbox, commit files, rows, dictionary - and
// makes good what is missing in one of them: lost events, unfinished sessions, recordings past their retention,
// in the end the whole index.
package reconcile

import (
	"context"
	"iter"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// Times that a run goes by.
const (
	patience = 24 * time.Hour   // how long a recording may be on its way, and an attempt under way
	recheck  = time.Hour        // what waits longer is looked at again
	grace    = 15 * time.Minute // what arrived since is ingest's own business
	overlap  = time.Hour        // how much of what an earlier run saw in the inbox is looked at again
	fresh    = time.Hour        // what was committed since is still on its way to its row
	spare    = time.Minute      // what a run leaves of its time
)

// Work knows what is under way.
type Work interface {
	Waiting(ctx context.Context, before time.Time) (identities []string, err error)
	Attempts(ctx context.Context, before time.Time) (sessionAndAttempt [][2]string, err error)
	AddAttempt(ctx context.Context, id, attempt string, since time.Time) error
	DoneAttempt(ctx context.Context, id, attempt string) error
}

// Inbox is where gateways put recordings.
type Inbox interface {
	Arrivals(ctx context.Context, after, until time.Time) iter.Seq2[session.Folder, error]
	MarkedArchived(ctx context.Context, f session.Folder, name string) (bool, error)
}

// Commits tells what was committed.
type Commits interface {
	Sessions(ctx context.Context, after string) (found []archive.Listed, more bool, err error)
	ReadCommit(ctx context.Context, id string) (*archive.Commit, error)
	ReadDerived(ctx context.Context, id string, encoder int) (*archive.DerivedCommit, error)
}

// Rows is the list that people see. Rows may lag behind PutRow by seconds, Session may not.
type Rows interface {
	Rows(ctx context.Context, after, to string, n int) ([]session.Session, error)
	Session(ctx context.Context, id string) (*session.Session, *session.Recording, error)
	PutRow(ctx context.Context, s *session.Session, rec *session.Recording) error
}

// Values is the dictionary that searches go by.
type Values interface {
	Forget() // what the process has in memory: the tables count
	Cover(ctx context.Context, rows []session.Session) (added int, err error)
	Pack(ctx context.Context) (entries int, err error)
}

// Numbers counts registrations.
type Numbers interface {
	LastNumber(ctx context.Context) (int64, error)      // 0 where there is no counter
	StartNumbers(ctx context.Context, last int64) error // only where there is no counter
	RaiseNumber(ctx context.Context, n int64) error     // only where there is one
}

// Marks remember from run to run how far one has come.
type Marks interface {
	Mark(ctx context.Context, name string) (string, error)
	SetMark(ctx context.Context, name, value string) error
}

// Ingest is the use case that everything arrives through.
type Ingest interface {
	Find(ctx context.Context, folders []session.Folder) (registered int, failed map[session.Folder]error)
	Recheck(ctx context.Context, identity string) (complete bool, err error)
	Overdue(ctx context.Context, identity string) error
	Recall(ctx context.Context, c *archive.Commit) (lost bool, err error)
	Restore(ctx context.Context, c *archive.Commit) error // archive.ErrNotExist: its original is gone
	Rederive(ctx context.Context, c *archive.Commit) error
}

// Sweeper deletes, as the retention role.
type Sweeper interface {
	SweepOriginal(ctx context.Context, id, attempt string) error
	SweepDerived(ctx context.Context, id, attempt string) error
	SweepSession(ctx context.Context, id string) error
}

// Settings are those of the organisation.
type Settings interface {
	Current(ctx context.Context) (session.Settings, error)
}

// Reconciler is the use case. All fields are required; Expire does with Work, Commits, Rows, Sweeper and Now.
type Reconciler struct {
	Work    Work
	Inbox   Inbox
	Commits Commits
	Rows    Rows
	Values  Values
	Numbers Numbers
	Marks   Marks
	Ingest  Ingest
	Sweeper Sweeper

	Settings Settings      // how long recordings are kept, from their archiving on
	RowLife  time.Duration // how long rows are kept, from the session's start on
	Workers  int           // how many sessions are worked on at a time
	Now      func() time.Time
}

// Options say what a run does beyond its share of what is due every hour.
type Options struct {
	Everything bool `json:"everything"` // look at the whole inbox, and through the whole archive from its begin
	Rebuild    bool `json:"rebuild"`    // the index was lost: make it again of the commit files, then everything
	Continue   bool `json:"continue"`   // go on with the rebuild that an earlier run began

	Rederive *Scope `json:"rederive,omitempty"` // nothing else: what earlier encoders made is made anew
}

// Run does what is due, until a minute of its time is left. What fails for one session is logged and counted, and
// does not stop the others; an error ends the run. Every run can be repeated, and be killed anywhere.
func (r *Reconciler) Run(ctx context.Context, o Options) (Report, error) {
	settings, err := r.Settings.Current(ctx)
	if err != nil {
		return Report{}, err
	}
	t := &turn{Reconciler: r, Options: o, retention: settings.Retention()}
	r.Values.Forget()
	steps := []func(context.Context) error{t.waiting, t.attempts, t.inbox, t.pass, t.newest, t.pack}
	switch {
	case o.Rederive != nil:
		steps = []func(context.Context) error{t.rederive}
	case o.Rebuild:
		steps = []func(context.Context) error{t.pass, t.waiting, t.attempts, t.inbox, t.pack}
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return t.report, err
		}
		if o.Rebuild && !t.report.Done {
			break // nothing can be registered before it has been gone through
		}
	}
	return t.report, nil
}

// late reports whether the time of a run is over.
func late(ctx context.Context) bool {
	deadline, limited := ctx.Deadline()
	return ctx.Err() != nil || limited && time.Until(deadline) < spare
}
