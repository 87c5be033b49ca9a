package reconcile

import (
	"context"
	"slices"

	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// maxRederived is how many sessions of earlier encoders an hourly run hands over: the archiver has other work, too.
const maxRederived = 500

// Scope says which sessions of earlier encoders are to be encoded anew.
type Scope struct {
	IDs    []string `json:"ids,omitempty"` // these; none: all with After < id <= To
	After  string   `json:"after"`
	To     string   `json:"to"` // "": to the end
	DryRun bool     `json:"dryRun"`
}

// outdated reports whether the present encoder may make more of a session than what its row names.
func outdated(s *session.Session) bool {
	archived := s.State == session.Ready || s.State == session.Unreadable
	return archived && tape.Outdated(s.Encoder, s.State == session.Ready)
}

// rederive hands over all outdated sessions of the scope: again, too, what an earlier run handed over and is not done.
// When it ends before the last one, the report says after which to go on.
func (t *turn) rederive(ctx context.Context) error {
	scope := t.Rederive
	if len(scope.IDs) > 0 {
		t.named(ctx, scope)
		return nil
	}
	t.report.After = scope.After
	to := scope.To
	if to == "" {
		to = lastID
	}
	for !t.report.Done && !late(ctx) {
		rows, err := t.Rows.Rows(ctx, t.report.After, to, maxRows)
		if err != nil {
			return err
		}
		t.anew(ctx, scope, rows)
		if t.report.Done = len(rows) < maxRows; !t.report.Done {
			t.report.After = rows[len(rows)-1].ID
		}
	}
	return nil
}

// named hands over sessions that somebody names.
func (t *turn) named(ctx context.Context, scope *Scope) {
	for _, id := range scope.IDs {
		s, _, err := t.Rows.Session(ctx, id)
		if err != nil {
			t.count(ctx, nil, 0, err, "session "+id)
			continue
		}
		t.anew(ctx, scope, []session.Session{*s})
	}
	t.report.Done = true
}

// anew hands over those of some rows that are outdated.
func (t *turn) anew(ctx context.Context, scope *Scope, rows []session.Session) {
	var jobs []job
	for _, s := range rows {
		if outdated(&s) {
			t.report.Outdated++
			jobs = append(jobs, job{&t.report.Rederived, "session " + s.ID, func(ctx context.Context) error { return t.handOver(ctx, s.ID, nil) }})
		}
	}
	if !scope.DryRun {
		t.work(ctx, jobs)
	}
}

// note counts an outdated session that a pass meets, and remembers the newest of them.
func (t *turn) note(s *session.Session) {
	t.report.Outdated++
	t.outdated = append(t.outdated, s.ID)
	if over := len(t.outdated) - maxRederived; over > 0 {
		t.outdated = slices.Delete(t.outdated, 0, over)
	}
}

// newest hands over the newest outdated sessions of a pass, but for those that are under way: so the archiver's
// queue does not fill up with them.
func (t *turn) newest(ctx context.Context) error {
	if len(t.outdated) == 0 {
		return nil
	}
	waiting, err := t.Work.Waiting(ctx, session.EndOfTime)
	if err != nil {
		return err
	}
	var jobs []job
	for _, id := range slices.Backward(t.outdated) {
		jobs = append(jobs, job{&t.report.Rederived, "session " + id, func(ctx context.Context) error { return t.handOver(ctx, id, waiting) }})
	}
	t.inParts(ctx, jobs)
	return nil
}

// handOver hands a session over to be encoded anew, unless it is among those that wait for the archiver.
func (t *turn) handOver(ctx context.Context, id string, waiting []string) error {
	c, err := t.commit(ctx, id)
	if err != nil {
		return err
	}
	if slices.Contains(waiting, c.Registration.Identity) {
		return errNothing
	}
	return t.Ingest.Rederive(ctx, c)
}
