// Package catalog answers what people ask of the list: pages of sessions, one session, and what helps to ask.
// Each answer is decided by access and recorded in the audit log before it is given.
package catalog

import (
	"context"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/metrics"
	"tapedeck/internal/session"
)

// Index finds sessions.
type Index interface {
	List(ctx context.Context, q session.Query) (*session.Page, error)
	Session(ctx context.Context, id string) (*session.Session, *session.Recording, error)
	Values(ctx context.Context, c session.Column, prefix string, n int) ([]string, error)
	LastNumber(ctx context.Context) (int64, error)
}

// Catalog is the use case.
type Catalog struct {
	Index Index
	Audit access.Recorder
}

// List gives one page of sessions. Errors: CodeForbidden, CodeInvalid, CodeInvalidPageToken, CodeUnavailable.
func (c *Catalog) List(ctx context.Context, p session.Person, requestID string, q session.Query) (*session.Page, error) {
	if err := access.Demand(ctx, c.Audit, p, requestID, access.List); err != nil {
		return nil, err
	}
	if q.PageSize < 1 || q.PageSize > session.MaxPageSize {
		return nil, session.Errorf(session.CodeInvalid, "pageSize is %d; 1 to %d are possible", q.PageSize, session.MaxPageSize)
	}
	if q.From.After(q.To) {
		return nil, session.Errorf(session.CodeInvalid, "from is after to")
	}
	if err := c.Audit.Record(ctx, session.Event{Action: session.ActList, Person: p, RequestID: requestID, Detail: detail(q)}); err != nil {
		return nil, err
	}
	begun := time.Now()
	page, err := c.Index.List(ctx, access.Limit(p, q))
	if err == nil {
		count(page, time.Since(begun))
	}
	return page, err
}

func count(page *session.Page, took time.Duration) {
	values := []metrics.Value{metrics.SearchPages.Of(1), metrics.SearchTime.Of(float64(took.Microseconds()) / 1000)}
	if !page.Complete {
		values = append(values, metrics.SearchIncomplete.Of(1))
	}
	metrics.Put(values...)
}

// Get gives one session. Errors: CodeForbidden, CodeNotFound, CodeUnavailable.
func (c *Catalog) Get(ctx context.Context, p session.Person, requestID, id string) (*session.Session, error) {
	if err := access.DemandOf(ctx, c.Audit, p, requestID, id, access.List); err != nil {
		return nil, err
	}
	s, _, err := c.Index.Session(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := access.DemandSession(ctx, c.Audit, p, requestID, s); err != nil {
		return nil, err
	}
	if err := c.Audit.Record(ctx, session.Event{Action: session.ActOpen, Person: p, RequestID: requestID, SessionID: id}); err != nil {
		return nil, err
	}
	return s, nil
}

// News gives the highest registration number so far. Errors: CodeForbidden.
func (c *Catalog) News(ctx context.Context, p session.Person, requestID string) (int64, error) {
	if err := access.Demand(ctx, c.Audit, p, requestID, access.List); err != nil {
		return 0, err
	}
	return c.Index.LastNumber(ctx)
}
