package reconcile

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Report counts what a run did.
type Report struct {
	Found    int `json:"found"`    // sessions in the inbox that nobody had registered
	Overdue  int `json:"overdue"`  // sessions that waited too long: handed over, or incomplete
	Swept    int `json:"swept"`    // attempts whose rest was deleted
	Restored int `json:"restored"` // sessions whose registration or row was missing
	Lost     int `json:"lost"`     // sessions whose recording is not in the archive: nothing here can make that good
	Covered  int `json:"covered"`  // rows whose values the dictionary lacked
	Expired  int `json:"expired"`  // recordings past their retention, deleted
	Packed   int `json:"packed"`   // values in the dictionary's new snapshot
	Failed   int `json:"failed"`   // what could not be done; it is tried again

	Outdated  int `json:"outdated"`  // sessions of which the present encoder may make more than an earlier one did
	Rederived int `json:"rederived"` // those of them that were handed over to be encoded anew

	IndexLost bool `json:"indexLost"` // nothing can be registered before a rebuild
	Done      bool `json:"done"`      // the archive has been gone through to its end

	After string `json:"after,omitempty"` // where Rederive goes on when it is not done
}

// Add adds what the next of several runs did.
func (r *Report) Add(next Report) {
	r.Found += next.Found
	r.Overdue += next.Overdue
	r.Swept += next.Swept
	r.Restored += next.Restored
	r.Lost += next.Lost
	r.Covered += next.Covered
	r.Expired += next.Expired
	r.Packed = next.Packed
	r.Failed += next.Failed
	r.Outdated += next.Outdated
	r.Rederived += next.Rederived
	r.IndexLost, r.Done, r.After = next.IndexLost, next.Done, next.After
}

// Err says what of a run's work somebody should look at; nil when there is nothing.
func (r Report) Err() error {
	switch {
	case r.IndexLost:
		return errors.New("the index is lost: run tapedeck reconcile --rebuild")
	case r.Failed+r.Lost > 0:
		return errors.New("something failed or is lost: see the reconciler's log")
	}
	return nil
}

// turn is one run.
type turn struct {
	*Reconciler
	Options

	// retention is the one of recordings that are archived now. What was archived under a longer one is kept until that is
	// over, which its commit file says; what was archived under a shorter one is kept longer than it had to be.
	retention time.Duration

	mu       sync.Mutex
	report   Report
	highest  int64    // registration number that was met
	archived bool     // a commit file was met
	unread   error    // a commit file that could not be read, and so its number
	outdated []string // ids of the newest sessions that an earlier encoder prepared, oldest first
}

// errNothing says that there was nothing to do, which is not worth counting.
var errNothing = errors.New("reconcile: nothing to do")

// job is what is to be done about one thing.
type job struct {
	count *int // of the report, when it is done
	what  string
	do    func(ctx context.Context) error
}

// work does jobs, some at a time.
func (t *turn) work(ctx context.Context, jobs []job) {
	slots := make(chan struct{}, t.Workers)
	var all sync.WaitGroup
	for _, j := range jobs {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			t.count(ctx, j.count, 1, j.do(ctx), j.what)
		})
	}
	all.Wait()
}

// count adds n to a count of the report, or one to what failed.
func (t *turn) count(ctx context.Context, count *int, n int, err error, what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err == nil:
		*count += n
	case !errors.Is(err, errNothing):
		t.report.Failed++
		slog.WarnContext(ctx, "not reconciled", "what", what, "error", err)
	}
}

// met notes a registration number.
func (t *turn) met(no int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.highest = max(t.highest, no)
}
