package reconcile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// compare lists what is to be done so that archive and rows, up to an id, say the same.
func (t *turn) compare(listed []archive.Listed, rows []session.Session, to string) (jobs []job) {
	row := map[string]*session.Session{}
	for i := range rows {
		row[rows[i].ID] = &rows[i]
		t.met(rows[i].No)
	}
	committed := map[string]bool{}
	for _, l := range listed {
		if l.Committed && l.ID <= to {
			committed[l.ID], t.archived = true, true
			jobs = append(jobs, t.committed(l.ID, row[l.ID])...)
		}
	}
	for _, s := range rows {
		if !committed[s.ID] && (s.State == session.Ready || s.State == session.Unreadable) {
			jobs = append(jobs, job{nil, "row " + s.ID, func(ctx context.Context) error { return t.lost(ctx, s.ID) }})
		}
	}
	return jobs
}

// committed is what is to be done about a session with a commit file; s is its row, or nil.
func (t *turn) committed(id string, s *session.Session) []job {
	outlived := session.IDTime(id).Add(t.RowLife).Before(t.Now()) // its row is gone, or will be, by itself
	what := "session " + id
	switch {
	case t.Rebuild:
		return []job{{&t.report.Restored, what, func(ctx context.Context) error { return t.rebuild(ctx, id, s, outlived) }}}
	case (s == nil || s.State.Rank() < session.Unreadable.Rank()) && !outlived:
		return []job{{&t.report.Restored, what, func(ctx context.Context) error { return t.restore(ctx, id) }}}
	case s != nil && s.State != session.Expired && s.ActionAt.Add(t.retention).Before(t.Now()):
		return []job{{&t.report.Expired, what, func(ctx context.Context) error {
			err := t.Expire(ctx, id)
			if errors.Is(err, ErrKept) { // it was archived long after it began
				err = errNothing
			}
			return err
		}}}
	case s != nil && outdated(s):
		t.note(s)
	}
	return nil
}

func (t *turn) restore(ctx context.Context, id string) error {
	c, err := t.commit(ctx, id)
	if err != nil {
		return err
	}
	if c.ArchivedAt.After(t.Now().Add(-fresh)) {
		return errNothing
	}
	return t.again(ctx, c)
}

// again lists a committed session again.
func (t *turn) again(ctx context.Context, c *archive.Commit) error {
	err := t.Ingest.Restore(ctx, c)
	if errors.Is(err, archive.ErrNotExist) {
		return t.gone(ctx, c.Registration.Session.ID)
	}
	return err
}

// rebuild restores what the index lacks of a session: all, or the registration alone.
func (t *turn) rebuild(ctx context.Context, id string, s *session.Session, outlived bool) error {
	c, err := t.commit(ctx, id)
	switch {
	case err != nil && !errors.Is(err, archive.ErrBroken):
		t.mu.Lock()
		defer t.mu.Unlock()
		t.unread = err
		return err
	case err != nil:
		return err
	case outlived:
		return errNothing
	case s == nil || s.State.Rank() < session.Unreadable.Rank():
		return t.again(ctx, c)
	}
	lost, err := t.Ingest.Recall(ctx, c)
	if err == nil && !lost {
		err = errNothing
	}
	return err
}

func (t *turn) commit(ctx context.Context, id string) (*archive.Commit, error) {
	c, err := t.Commits.ReadCommit(ctx, id)
	if err != nil {
		return nil, err
	}
	if c.Registration.Session.ID != id {
		return nil, fmt.Errorf("%w: it is of session %s", archive.ErrBroken, c.Registration.Session.ID)
	}
	t.met(c.Registration.Session.No)
	return c, nil
}

// lost makes sure that a row's commit file is really not there. Nothing is done about it: whatever happened to the
// evidence, the row is what is left.
func (t *turn) lost(ctx context.Context, id string) error {
	_, err := t.Commits.ReadCommit(ctx, id)
	if errors.Is(err, archive.ErrNotExist) {
		return t.gone(ctx, id)
	}
	return cmp.Or(err, errNothing)
}

// gone counts a session whose recording is not in the archive, as it should be.
func (t *turn) gone(ctx context.Context, id string) error {
	slog.ErrorContext(ctx, "a recording is not in the archive", "session", id)
	t.count(ctx, &t.report.Lost, 1, nil, "")
	return errNothing
}
