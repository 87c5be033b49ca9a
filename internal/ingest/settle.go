package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/recording/video"
	"tapedeck/internal/session"
)

// leaseFor is longer than an archiver may run.
const leaseFor = 16 * time.Minute

// ErrBusy says that another archiver is at this session.
var ErrBusy = errors.New("ingest: another archiver is at this session")

// Archive archives a session that was handed over, whatever its size.
func (g *Ingest) Archive(ctx context.Context, identity string) error {
	r, err := g.Registry.Registration(ctx, identity)
	if err != nil {
		return err
	}
	now := g.Now()
	if ok, err := g.Work.Lease(ctx, r.Session.ID, now, now.Add(leaseFor)); err != nil {
		return err
	} else if !ok {
		if _, err := g.upToDate(ctx, r.Session.ID); err == nil {
			return g.settle(ctx, r, false, true) // nobody waits for it any more: make sure that its row is there
		}
		return ErrBusy
	}
	if err = g.settle(ctx, r, false, true); err == nil {
		return nil
	}
	if released := g.Work.Release(context.WithoutCancel(ctx), r.Session.ID); released != nil || !errors.Is(err, errNoTime) {
		return errors.Join(err, released)
	}
	return g.handOver(ctx, r)
}

// settle brings a registered session as far as it can get: archived, derived, listed. first says that this
// run made the registration, so that nobody has written anything for it before. large allows what would
// otherwise be handed over.
func (g *Ingest) settle(ctx context.Context, r *session.Registration, first, large bool) error {
	commit, err := g.commit(ctx, r, first)
	if err != nil {
		return err
	}
	if commit == nil {
		arrived, missing, err := g.arrived(ctx, r)
		if err != nil {
			return err
		}
		if missing != "" {
			return g.wait(ctx, r, quoted(missing)+" has not arrived")
		}
		if !large && total(arrived) > g.InlineBytes {
			return g.handOver(ctx, r)
		}
		if commit, err = g.archive(ctx, r, first, arrived); err != nil {
			return err
		}
		first = first && commit.Attempt == r.Attempt // somebody else may have got that far before the registration was lost
	}
	return g.finish(ctx, asCommitted(r, commit), commit, first, large)
}

// asCommitted is the registration that a commit file holds: it is the one that is listed, should the index's own
// ever say something else.
func asCommitted(r *session.Registration, c *archive.Commit) *session.Registration {
	held := c.Registration
	held.Conflict = r.Conflict
	return &held
}

// finish brings a session whose original is committed to its row.
func (g *Ingest) finish(ctx context.Context, r *session.Registration, c *archive.Commit, first, large bool) error {
	listed, made, err := g.replayable(ctx, r, c, first, large)
	if errors.Is(err, errNoTime) && !large {
		return g.handOver(ctx, r)
	}
	if err != nil {
		return err
	}
	if listed != nil && (made || large || g.Now().Sub(c.ArchivedAt) > tellsBy) {
		g.announce(ctx, r, listed, first)
	}
	if !first {
		if err := g.Work.DoneWaiting(ctx, r.Session.ID); err != nil {
			return err
		}
	}
	return g.clearInbox(ctx, r)
}

// replayable locks, derives and lists, and gives the row; past its retention a session is only listed, and the row nil.
// made says that the encoder's work is this run's.
func (g *Ingest) replayable(ctx context.Context, r *session.Registration, c *archive.Commit, first, large bool) (listed *session.Session, made bool, err error) {
	if !g.Now().Before(c.KeptUntil) {
		return nil, false, g.listExpired(ctx, r, c)
	}
	if err := g.lock(ctx, c); err != nil {
		return nil, false, g.listGone(ctx, r, err)
	}
	derived, made, err := g.derive(ctx, c, first, large)
	if err != nil {
		return nil, false, err
	}
	listed, err = g.list(ctx, r, c, derived)
	return listed, made, err
}

// commit is the session's archive.json, or nil.
func (g *Ingest) commit(ctx context.Context, r *session.Registration, first bool) (*archive.Commit, error) {
	if first {
		return nil, nil
	}
	c, err := g.Evidence.ReadCommit(ctx, r.Session.ID)
	if errors.Is(err, archive.ErrNotExist) {
		return nil, nil
	}
	return c, err
}

// arrived looks for the objects that the manifest names; missing is the first that is not there.
func (g *Ingest) arrived(ctx context.Context, r *session.Registration) (found []*archive.Arrived, missing string, err error) {
	for _, o := range r.Objects {
		a, err := g.Inbox.Head(ctx, r.Folder, o.Key)
		if errors.Is(err, archive.ErrNotExist) {
			return nil, o.Key, nil
		}
		if err != nil {
			return nil, "", err
		}
		found = append(found, a)
	}
	return found, "", nil
}

func (g *Ingest) handOver(ctx context.Context, r *session.Registration) error {
	if err := g.wait(ctx, r, "being archived"); err != nil {
		return err
	}
	return g.Handover.Send(ctx, r.Identity)
}

func (g *Ingest) wait(ctx context.Context, r *session.Registration, why string) error {
	if err := g.Work.AddWaiting(ctx, r, g.Now()); err != nil {
		return err
	}
	_, err := g.putRow(ctx, r, session.Waiting, why, nil, nil)
	return err
}

// archive copies the original under a new attempt and commits it. The attempt of a registration that was
// just made is known from it; any other is noted first, so that it can be swept if it never gets so far.
func (g *Ingest) archive(ctx context.Context, r *session.Registration, first bool, arrived []*archive.Arrived) (*archive.Commit, error) {
	id := r.Session.ID
	attempt, err := g.attempt(ctx, r, first)
	if err != nil {
		return nil, err
	}
	manifest, _, err := g.Inbox.ReadManifest(ctx, r.Folder, session.MaxManifestBytes+1)
	if err != nil {
		return nil, err
	}
	stored, err := g.Evidence.PutOriginal(ctx, archive.OriginalKey(id, attempt, 0, session.ManifestName), manifest)
	if err != nil {
		return nil, err
	}
	originals := []session.Original{{Stored: stored, Name: session.ManifestName, Part: session.PartManifest}}
	for i, a := range arrived {
		o, key := r.Objects[i], archive.OriginalKey
		if r.Format == video.Format && o.Part == session.PartRecording {
			key = archive.VideoKey
		}
		stored, err := g.Evidence.Copy(ctx, a, key(id, attempt, i+1, o.Key))
		if err != nil {
			return nil, err
		}
		originals = append(originals, session.Original{Stored: stored, Name: o.Key, Part: o.Part})
	}
	settings, err := g.Settings.Current(ctx)
	if err != nil {
		return nil, err
	}
	now := g.Now().UTC().Truncate(time.Second)
	commit, err := g.Evidence.PutCommit(ctx, &archive.Commit{Attempt: attempt, ArchivedAt: now, KeptUntil: now.Add(settings.Retention()), Registration: *r, Originals: originals})
	if err != nil {
		return nil, err
	}
	if commit.Attempt != attempt && first { // somebody was faster: ours is known to nobody
		err = g.Work.AddAttempt(ctx, id, attempt, g.Now())
	}
	return commit, err
}

// attempt names the attempt of this run. Unless it is the one that the registration names, it is noted, and
// the registration's with it, since nobody knows how far that got.
func (g *Ingest) attempt(ctx context.Context, r *session.Registration, first bool) (string, error) {
	if first {
		return r.Attempt, nil
	}
	attempt := newAttempt()
	for _, a := range []string{r.Attempt, attempt} {
		if err := g.Work.AddAttempt(ctx, r.Session.ID, a, g.Now()); err != nil {
			return "", err
		}
	}
	return attempt, nil
}

func (g *Ingest) lock(ctx context.Context, c *archive.Commit) error {
	for _, o := range c.Originals {
		if err := g.Evidence.Lock(ctx, o.Stored, c.KeptUntil); err != nil {
			return err
		}
	}
	return g.Evidence.Lock(ctx, session.Stored{Key: archive.CommitKey(c.Registration.Session.ID)}, c.KeptUntil)
}

// clearInbox lets the archived objects expire where they arrived.
func (g *Ingest) clearInbox(ctx context.Context, r *session.Registration) error {
	for _, o := range r.Objects {
		if err := g.Inbox.MarkArchived(ctx, r.Folder, o.Key); err != nil {
			return err
		}
	}
	return g.Inbox.MarkArchived(ctx, r.Folder, session.ManifestName)
}

func total(arrived []*archive.Arrived) (n int64) {
	for _, a := range arrived {
		n += a.Size
	}
	return n
}

func quoted(name string) string { return fmt.Sprintf("%q", name) }
