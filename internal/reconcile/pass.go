package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

const (
	passMark    = "pass"
	rebuildMark = "rebuild"
	maxSlices   = 200  // of a run, some 60,000 sessions: an archive of a million is gone through within a day
	maxRows     = 1000 // of a slice
	lastID      = "Z"  // beyond every id

	// numberGap is how many numbers a rebuild leaves out above the highest that a commit file has: sessions that
	// were registered and not yet archived had some of them.
	numberGap = 1000
)

// position is how far the archive has been gone through.
type position struct {
	After   string `json:"after"`   // this id; "" at the begin
	Highest int64  `json:"highest"` // registration number up to there
}

// pass goes on through the archive, slice by slice in the order of ids, and begins again after its end. A rebuild
// has its own position; at its end numbers can be given again.
func (t *turn) pass(ctx context.Context) error {
	name := passMark
	if t.Rebuild {
		name = rebuildMark
	}
	at, err := t.position(ctx, name)
	if err != nil {
		return err
	}
	for n := 0; n < maxSlices && !t.report.Done && !late(ctx); n++ {
		if at.After, err = t.slice(ctx, at.After); err != nil {
			return err
		}
		at.Highest = max(at.Highest, t.highest)
		if t.report.Done = at.After == ""; t.report.Done {
			if err := t.number(ctx, at.Highest); err != nil {
				return err
			}
			at.Highest = 0
		}
		if err := t.setPosition(ctx, name, at); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) position(ctx context.Context, name string) (at position, err error) {
	if t.Everything || t.Rebuild && !t.Continue {
		return at, nil
	}
	mark, err := t.Marks.Mark(ctx, name)
	if err != nil || mark == "" {
		return at, err
	}
	return at, json.Unmarshal([]byte(mark), &at)
}

func (t *turn) setPosition(ctx context.Context, name string, at position) error {
	mark, err := json.Marshal(at)
	if err != nil {
		return err
	}
	return t.Marks.SetMark(ctx, name, string(mark))
}

// number makes sure that no number is given that a session has. Only a rebuild, which knows all of them, may make
// a counter where there is none.
func (t *turn) number(ctx context.Context, highest int64) error {
	if t.Rebuild {
		last := highest
		if last > 0 {
			last += numberGap
		}
		if err := t.Numbers.StartNumbers(ctx, last); err != nil {
			return err
		}
	}
	return t.Numbers.RaiseNumber(ctx, highest)
}

// slice compares a part of the archive with the rows of the same ids. It returns the id to go on after, or "" at
// the end. The archive is read first: a session that is committed in between is not taken for lost.
func (t *turn) slice(ctx context.Context, after string) (next string, err error) {
	listed, more, err := t.Commits.Sessions(ctx, after)
	if err != nil {
		return "", err
	}
	to := lastID
	if more {
		to = listed[len(listed)-1].ID
	}
	rows, err := t.Rows.Rows(ctx, after, to, maxRows)
	if err != nil {
		return "", err
	}
	if len(rows) == maxRows {
		to, more = rows[maxRows-1].ID, true
	}
	added, err := t.Values.Cover(ctx, rows)
	t.count(ctx, &t.report.Covered, added, err, "the dictionary of rows after "+after)
	t.work(ctx, t.compare(listed, rows, to))
	if t.unread != nil {
		return "", fmt.Errorf("numbers would be given twice: %w", t.unread)
	}
	if !more {
		return "", nil
	}
	return to, nil
}

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
			committed[l.ID] = true
			jobs = append(jobs, t.committed(l.ID, row[l.ID])...)
		}
	}
	for _, s := range rows {
		if !committed[s.ID] && (s.State == session.Ready || s.State == session.Unreadable) {
			jobs = append(jobs, job{&t.report.Lost, "row " + s.ID, func(ctx context.Context) error { return t.lost(ctx, s.ID) }})
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
	case s != nil && s.State != session.Expired && s.ActionAt.Add(t.Retention).Before(t.Now()):
		return []job{{&t.report.Expired, what, func(ctx context.Context) error {
			err := t.Expire(ctx, id)
			if errors.Is(err, ErrKept) { // it was archived long after it began
				err = errNothing
			}
			return err
		}}}
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
	return t.Ingest.Restore(ctx, c)
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
		return t.Ingest.Restore(ctx, c)
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
	switch {
	case err == nil:
		return errNothing
	case errors.Is(err, archive.ErrNotExist):
		slog.ErrorContext(ctx, "a row's recording is not in the archive", "session", id)
		return nil
	}
	return err
}

// pack makes the dictionary's snapshot anew.
func (t *turn) pack(ctx context.Context) error {
	n, err := t.Values.Pack(ctx)
	t.count(ctx, &t.report.Packed, n, err, "the dictionary's snapshot")
	return nil
}
