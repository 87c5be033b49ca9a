package ingest

import (
	"context"
	"errors"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/metrics"
	"tapedeck/internal/session"
)

// tellsBy is when a run that archives a small recording has come to its end, after the commit. Until then it tells of the
// session itself; a later one does, should it have been killed. Of a large one a single run at a time is at it.
const tellsBy = 5 * time.Minute

// announce counts a session that is archived, and tells others: before its manifest is marked as archived, and again only
// where a run ends between the two. first says that nobody can have marked it.
func (g *Ingest) announce(ctx context.Context, r *session.Registration, s *session.Session, first bool) {
	if !first {
		// Where it cannot be known, it is told once too often.
		marked, err := g.Inbox.MarkedArchived(ctx, r.Folder, session.ManifestName)
		if marked || errors.Is(err, archive.ErrNotExist) {
			return
		}
	}
	count(s)
	if g.Events != nil {
		g.Events.Announce(ctx, session.AnnounceArchived(g.Now(), r.Gateway, s))
	}
}

func count(s *session.Session) {
	values := []metrics.Value{metrics.Archived.Of(1)}
	if s.SizeBytes != nil {
		values = append(values, metrics.ArchivedBytes.Of(float64(*s.SizeBytes)))
	}
	if s.DurationMs != nil {
		values = append(values, metrics.ArchivedSeconds.Of(float64(*s.DurationMs)/1000))
	}
	if s.State == session.Unreadable {
		values = append(values, metrics.Unreadable.Of(1))
	}
	metrics.Put(values...)
}
