package catalog

import (
	"context"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/session"
)

// maxValues is how many suggestions are given.
const maxValues = 20

// Values gives values of a search field that hold prefix, for suggestions. Errors: CodeForbidden, CodeInvalid,
// CodeUnavailable.
func (c *Catalog) Values(ctx context.Context, p session.Person, requestID string, column session.Column, prefix string) ([]string, error) {
	if err := access.Demand(ctx, c.Audit, p, requestID, access.List); err != nil {
		return nil, err
	}
	if !column.Searchable() {
		return nil, session.Errorf(session.CodeInvalid, "field: %q is none of the search fields", session.Cut(string(column), 60))
	}
	if len(prefix) > session.MaxTermBytes {
		return nil, session.Errorf(session.CodeInvalid, "prefix has at most %d bytes", session.MaxTermBytes)
	}
	err := c.Audit.Record(ctx, session.Event{Action: session.ActValues, Person: p, RequestID: requestID,
		Detail: map[string]string{"field": string(column), "prefix": session.Text(prefix)}})
	if err != nil {
		return nil, err
	}
	values, err := c.Index.Values(ctx, column, prefix, maxValues)
	if err != nil || p.Scope == nil {
		return values, err
	}
	return c.ofTheirs(ctx, p, column, values)
}

// ofTheirs keeps the values that a session of a limited person has: a name alone can be what they must not see.
// A value whose session is not found at the first look is left out.
func (c *Catalog) ofTheirs(ctx context.Context, p session.Person, column session.Column, values []string) ([]string, error) {
	theirs := []string{}
	for _, v := range values {
		q := session.Query{From: time.UnixMilli(0), To: session.EndOfTime, PageSize: 1,
			Where: []session.Condition{{Column: column, Terms: []session.Term{{Text: v, Exact: true}}}}}
		page, err := c.Index.List(ctx, access.Limit(p, q))
		if err != nil {
			return nil, err
		}
		if len(page.Items) > 0 {
			theirs = append(theirs, v)
		}
	}
	return theirs, nil
}
