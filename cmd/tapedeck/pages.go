package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"time"

	"tapedeck/internal/session"
)

// page is a page of the list as the API answers it; its items are left as they came.
type page struct {
	Items          []json.RawMessage `json:"items"`
	NextPageToken  string            `json:"nextPageToken"` // "" for null
	Complete       bool              `json:"complete"`
	SearchedBackTo string            `json:"searchedBackTo"`
}

// pages reads the answer to a query of a list page after page, until it ends or limit items are read (0: all). A page that
// ended early is gone on from. Whatever would make the result less than it seems is an error.
func (c *client) pages(ctx context.Context, list *listing, query url.Values, size, limit int) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		query, seen := maps.Clone(query), map[string]bool{}
		for read := 0; ; {
			ask := size
			if limit > 0 {
				ask = min(ask, limit-read)
			}
			query.Set("pageSize", fmt.Sprint(ask))
			p := new(page)
			err := c.get(ctx, list.path, query, p)
			if err == nil {
				err = p.check(list.item, ask, seen)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			read += len(p.Items)
			if !yield(p, nil) || p.NextPageToken == "" || limit > 0 && read >= limit {
				return
			}
			query.Set("pageToken", p.NextPageToken)
		}
	}
}

// check refuses a page that the API does not answer: a result must not end early, or never, because of one.
func (p *page) check(item string, asked int, seen map[string]bool) error {
	switch {
	case p.Items == nil:
		return fmt.Errorf("the answer is no page of %s: is this the address of an archive?", plural(item))
	case len(p.Items) > asked:
		return fmt.Errorf("the API answers %s where %d were asked for", several(len(p.Items), item), asked)
	case p.NextPageToken == "" && !p.Complete:
		return errors.New("the API ends the search early and does not say how to go on")
	case seen[p.NextPageToken]:
		return errors.New("the API goes round in circles: it gives the same page token twice")
	}
	if p.NextPageToken != "" {
		seen[p.NextPageToken] = true
	}
	return nil
}

// backTo is the time back to which a page was searched; zero when it does not say.
func (p *page) backTo() time.Time {
	if t, err := session.ParseTime(p.SearchedBackTo); err == nil {
		return t
	}
	if len(p.Items) == 0 {
		return time.Time{}
	}
	var last struct{ ActionAt, At time.Time } // of a session, of an entry
	if json.Unmarshal(p.Items[len(p.Items)-1], &last) != nil || last.At.IsZero() {
		return last.ActionAt
	}
	return last.At
}
