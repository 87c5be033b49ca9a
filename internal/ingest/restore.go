package ingest

import (
	"context"
	"errors"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// Recheck looks again at a session that waits: what it waits for may have come without a word. It reports whether
// nothing is missing, and it has been handed over.
func (g *Ingest) Recheck(ctx context.Context, identity string) (complete bool, err error) {
	r, err := g.Registry.Registration(ctx, identity)
	if err != nil {
		return false, err
	}
	missing, err := g.missing(ctx, r)
	if err != nil || missing != "" {
		return false, err
	}
	return true, g.Handover.Send(ctx, identity)
}

// Overdue settles a session that has waited for a day: what has not come by now makes it incomplete.
func (g *Ingest) Overdue(ctx context.Context, identity string) error {
	r, err := g.Registry.Registration(ctx, identity)
	if err != nil {
		return err
	}
	missing, err := g.missing(ctx, r)
	if err != nil {
		return err
	}
	if missing == "" {
		return g.Handover.Send(ctx, identity)
	}
	if _, err := g.putRow(ctx, r, session.Incomplete, quoted(missing)+" did not come within a day", nil, nil); err != nil {
		return err
	}
	return g.Work.DoneWaiting(ctx, r.Session.ID)
}

// missing is the first object that a session cannot be archived without; "" when there is none, or when it is
// archived: the inbox may have forgotten it by then.
func (g *Ingest) missing(ctx context.Context, r *session.Registration) (name string, err error) {
	_, name, err = g.arrived(ctx, r)
	if err != nil || name == "" {
		return "", err
	}
	switch _, err := g.Evidence.ReadCommit(ctx, r.Session.ID); {
	case err == nil:
		return "", nil
	case errors.Is(err, archive.ErrNotExist):
		return name, nil
	default:
		return "", err
	}
}

// Rederive hands a committed session over, to be listed with what the present encoder makes of it. Until then
// its row stays as it is.
func (g *Ingest) Rederive(ctx context.Context, c *archive.Commit) error {
	r, _, err := g.recall(ctx, c)
	if err != nil {
		return err
	}
	if err := g.Work.AddWaiting(ctx, r, g.Now()); err != nil {
		return err
	}
	return g.Handover.Send(ctx, r.Identity)
}

// Recall registers a session as its commit file says, where the registration was lost. It reports whether it was.
func (g *Ingest) Recall(ctx context.Context, c *archive.Commit) (lost bool, err error) {
	_, lost, err = g.recall(ctx, c)
	return lost, err
}

// Restore makes the row of a committed session again: registered, derived and listed as it was. archive.ErrNotExist
// says that its original is gone; it is listed so.
func (g *Ingest) Restore(ctx context.Context, c *archive.Commit) error {
	r, _, err := g.recall(ctx, c)
	if err != nil {
		return err
	}
	return g.finish(ctx, asCommitted(r, c), c, false, false)
}

func (g *Ingest) recall(ctx context.Context, c *archive.Commit) (held *session.Registration, lost bool, err error) {
	held, err = g.Registry.Registration(ctx, c.Registration.Identity)
	if session.CodeOf(err) != session.CodeNotFound {
		return held, false, err
	}
	r := c.Registration
	if r.Conflict, err = g.Evidence.HasConflict(ctx, r.Session.ID); err != nil { // commit files do not say it: it comes later
		return nil, false, err
	}
	return g.Registry.Register(ctx, &r)
}
