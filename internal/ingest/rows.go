package ingest

import (
	"context"
	"errors"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// list writes the row of an archived session from its commit files.
func (g *Ingest) list(ctx context.Context, r *session.Registration, c *archive.Commit, d *archive.DerivedCommit) (*session.Session, error) {
	d, err := g.best(ctx, r.Session.ID, d)
	if err != nil {
		return nil, err
	}
	return g.putRow(ctx, r, d.State, d.Reason, d, &session.Recording{Attempt: c.Attempt, Originals: c.Originals, Play: d.Play})
}

// listExpired writes the row of a session that is past its retention. What is left of its recording is noted for
// the reconciler to delete.
func (g *Ingest) listExpired(ctx context.Context, r *session.Registration, c *archive.Commit) error {
	d, err := g.lastDerived(ctx, r.Session.ID)
	if err != nil {
		return err
	}
	if err := g.Work.AddAttempt(ctx, r.Session.ID, c.Attempt, g.Now()); err != nil {
		return err
	}
	s := rowOf(r, d)
	s.State, s.Reason = session.Expired, ""
	return g.Rows.PutRow(ctx, &s, nil)
}

// listGone shows that an original is gone before its time, should that be why it could not be locked. What may be
// left of it in the inbox stays there.
func (g *Ingest) listGone(ctx context.Context, r *session.Registration, err error) error {
	if !errors.Is(err, archive.ErrNotExist) {
		return err
	}
	none := &archive.DerivedCommit{Encoder: tape.EncoderVersion} // no encoder will make anything of it
	_, listErr := g.putRow(ctx, r, session.Unreadable, "the original is not in the archive any more", none, nil)
	return errors.Join(err, listErr)
}

// lastDerived is what is listed of the encoders' work, or nil.
func (g *Ingest) lastDerived(ctx context.Context, id string) (*archive.DerivedCommit, error) {
	for encoder := tape.EncoderVersion; encoder > 0; encoder-- {
		d, err := g.Derived.ReadDerived(ctx, id, encoder)
		if errors.Is(err, archive.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return g.best(ctx, id, d)
	}
	return nil, nil
}

// best is what is listed of the encoders' work, of which d is the newest: a session that could be replayed stays
// so, should a newer encoder make nothing of it. It carries the newest one's version: no later one need try again.
func (g *Ingest) best(ctx context.Context, id string, d *archive.DerivedCommit) (*archive.DerivedCommit, error) {
	for encoder := d.Encoder - 1; d.Play == nil && encoder > 0; encoder-- {
		old, err := g.Derived.ReadDerived(ctx, id, encoder)
		switch {
		case errors.Is(err, archive.ErrNotExist):
		case err != nil:
			return nil, err
		case old.Play.Replayable():
			if err := checkSums(old, d.Originals); err != nil {
				return nil, err
			}
			old.Encoder = d.Encoder
			return old, nil
		}
	}
	return d, nil
}

// rowOf is a row as registered, with the recording's size and length where they are known.
func rowOf(r *session.Registration, d *archive.DerivedCommit) session.Session {
	s := r.Session
	if d != nil {
		s.SizeBytes, s.Encoder = d.SizeBytes, d.Encoder
		if d.DurationMs != nil {
			s.DurationMs = d.DurationMs
		}
	}
	return s
}

// putRow writes a row and makes sure that a conflict that was noted meanwhile is shown.
func (g *Ingest) putRow(ctx context.Context, r *session.Registration, state session.State, why string, d *archive.DerivedCommit, rec *session.Recording) (*session.Session, error) {
	for {
		s := rowOf(r, d)
		if s.State != session.Unreadable {
			s.State = state
		}
		s.Reason = joinReasons(why, s.Reason)
		if r.Conflict {
			s.Reason = joinReasons(s.Reason, session.ReasonConflict)
		}
		if err := g.Rows.PutRow(ctx, &s, rec); err != nil {
			return nil, err
		}
		now, err := g.Registry.Registration(ctx, r.Identity)
		if err != nil {
			return nil, err
		}
		if now.Conflict == r.Conflict {
			return &s, nil
		}
		r.Conflict = now.Conflict
	}
}
