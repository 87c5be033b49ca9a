package archive

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/internal/session"
)

// Listed is a session of which something lies in evidence.
type Listed struct {
	ID        string
	Committed bool // archive.json is there; without it there are attempts only
}

// Sessions lists sessions by their evidence, those after an id, in order: as many as one call of 1,000 keys has
// (some 300), at least one while there are more. It lists keys, not folders, so that a commit file that is gone is
// noticed without asking for each.
func (a *Archive) Sessions(ctx context.Context, after string) (found []Listed, more bool, err error) {
	in := &s3.ListObjectsV2Input{Bucket: &a.b.Evidence, Prefix: aws.String(sessionsPrefix)}
	if after != "" {
		in.StartAfter = aws.String(sessionsPrefix + after + "0") // the character after "/": beyond all of its keys
	}
	for {
		page, err := a.s3.ListObjectsV2(ctx, in)
		if err != nil {
			return nil, false, fmt.Errorf("list sessions after %s: %w", after, err)
		}
		for _, o := range page.Contents {
			found = addKey(found, aws.ToString(o.Key))
		}
		switch {
		case !aws.ToBool(page.IsTruncated):
			return found, false, nil
		case len(found) > 1:
			return found[:len(found)-1], true, nil // the rest of the last may be on the next page
		}
		in.ContinuationToken = page.NextContinuationToken
	}
}

// addKey adds a key of evidence to the sessions that were found before it. Keys of no session are left out.
func addKey(found []Listed, key string) []Listed {
	id, _, _ := strings.Cut(key[len(sessionsPrefix):], "/")
	if !session.ValidID(id) {
		return found
	}
	if n := len(found); n == 0 || found[n-1].ID != id {
		found = append(found, Listed{ID: id})
	}
	if key == CommitKey(id) {
		found[len(found)-1].Committed = true
	}
	return found
}

// Empty reports whether nothing was ever archived.
func (a *Archive) Empty(ctx context.Context) (bool, error) {
	any, err := a.any(ctx, sessionsPrefix)
	return !any, err
}

// HasConflict reports whether a later manifest of a session is kept that says something else than the first.
func (a *Archive) HasConflict(ctx context.Context, id string) (bool, error) {
	return a.any(ctx, conflictPrefix(id))
}

func (a *Archive) any(ctx context.Context, prefix string) (bool, error) {
	page, err := a.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &a.b.Evidence, Prefix: &prefix, MaxKeys: aws.Int32(1)})
	if err != nil {
		return false, fmt.Errorf("list %s: %w", prefix, err)
	}
	return len(page.Contents) > 0, nil
}

// Arrivals goes through the folders of the inbox into which something was put after a time and not after another,
// in no order that counts. A folder may come twice.
func (a *Archive) Arrivals(ctx context.Context, after, until time.Time) iter.Seq2[session.Folder, error] {
	return func(yield func(session.Folder, error) bool) {
		pages := s3.NewListObjectsV2Paginator(a.s3, &s3.ListObjectsV2Input{Bucket: &a.b.Inbox, Prefix: aws.String(inboxPrefix)})
		var last session.Folder
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(session.Folder{}, fmt.Errorf("list the inbox: %w", err))
				return
			}
			for _, o := range page.Contents {
				folder, _, ok := ParseInboxKey(aws.ToString(o.Key))
				put := aws.ToTime(o.LastModified)
				if !ok || folder == last || !put.After(after) || put.After(until) {
					continue
				}
				if last = folder; !yield(folder, nil) {
					return
				}
			}
		}
	}
}
