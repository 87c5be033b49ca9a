package reconcile

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

const (
	inboxMark = "inbox" // up to when everything that arrived is settled, RFC 3339
	inboxPart = 1000    // folders that are looked at together
	batch     = 10      // folders that are settled together, as ingest does
)

// inbox settles what arrived without an event, or whose event came to nothing: a folder in which something was
// put and whose manifest is not marked as archived.
func (t *turn) inbox(ctx context.Context) error {
	after, until, err := t.window(ctx)
	if err != nil {
		return err
	}
	settled := true
	var part []session.Folder
	for f, err := range t.Inbox.Arrivals(ctx, after, until) {
		if err != nil {
			return err
		}
		if part = append(part, f); len(part) == inboxPart {
			settled = t.arrivals(ctx, part) && settled
			part = part[:0]
		}
		if late(ctx) {
			return nil // the next run looks again, and has less to do
		}
	}
	if settled = t.arrivals(ctx, part) && settled; !settled {
		return nil
	}
	return t.Marks.SetMark(ctx, inboxMark, session.FormatTime(until))
}

// window is the time of arrival that this run looks at. Without a mark that is all of it.
func (t *turn) window(ctx context.Context) (after, until time.Time, err error) {
	if t.Rebuild { // what was settled before the index was lost may have to be registered again
		return time.Time{}, t.Now(), t.Marks.SetMark(ctx, inboxMark, "")
	}
	if t.Everything {
		return time.Time{}, t.Now(), nil
	}
	mark, err := t.Marks.Mark(ctx, inboxMark)
	if err != nil || mark == "" {
		return time.Time{}, t.Now().Add(-grace), err
	}
	cut, err := session.ParseTime(mark)
	return cut.Add(-overlap), t.Now().Add(-grace), err
}

// arrivals settles those of some folders that are not, and reports whether all are.
func (t *turn) arrivals(ctx context.Context, folders []session.Folder) (settled bool) {
	failed := t.report.Failed
	for part := range slices.Chunk(t.open(ctx, folders), batch) {
		if late(ctx) {
			return false
		}
		registered, problems := t.Ingest.Find(ctx, part)
		t.report.Found += registered
		for f, err := range problems {
			t.count(ctx, nil, 0, err, "inbox folder "+f.Gateway+"/"+f.Name)
		}
	}
	return t.report.Failed == failed
}

// open lists those of some folders whose manifest is not marked as archived.
func (t *turn) open(ctx context.Context, folders []session.Folder) (open []session.Folder) {
	var mu sync.Mutex
	var jobs []job
	for _, f := range folders {
		jobs = append(jobs, job{nil, "inbox folder " + f.Gateway + "/" + f.Name, func(ctx context.Context) error {
			archived, err := t.Inbox.MarkedArchived(ctx, f, session.ManifestName)
			if errors.Is(err, archive.ErrNotExist) { // not announced yet, or gone since it was listed
				return errNothing
			}
			if err == nil && !archived {
				mu.Lock()
				defer mu.Unlock()
				open = append(open, f)
			}
			return cmp.Or(err, errNothing)
		}})
	}
	t.work(ctx, jobs)
	return slices.Compact(slices.SortedFunc(slices.Values(open), session.CompareFolders))
}
