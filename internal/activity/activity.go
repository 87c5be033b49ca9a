// Package activity shows the audit log to administrators. Reading it is in the log before anything is shown.
package activity

import (
	"context"
	"fmt"
	"strings"

	"tapedeck/internal/access"
	"tapedeck/internal/session"
)

// Log is the audit log.
type Log interface {
	Entries(ctx context.Context, q session.EntryQuery) (*session.EntryPage, error)
}

// Activity is the use case.
type Activity struct {
	Log   Log
	Audit access.Recorder
}

// List gives one page of entries. Errors: CodeForbidden, CodeInvalid, CodeInvalidPageToken, CodeUnavailable.
func (a *Activity) List(ctx context.Context, p session.Person, requestID string, q session.EntryQuery) (*session.EntryPage, error) {
	if err := access.Demand(ctx, a.Audit, p, requestID, access.Review); err != nil {
		return nil, err
	}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	e := session.Event{Action: session.ActAudit, Person: p, RequestID: requestID, Detail: detail(q)}
	if len(q.Sessions) == 1 { // who asks what was done with a session is part of what was done with it
		e.SessionID = q.Sessions[0]
	}
	if err := a.Audit.Record(ctx, e); err != nil {
		return nil, err
	}
	return a.Log.Entries(ctx, q)
}

// detail is what the log keeps of a question to it, in the API's words.
func detail(q session.EntryQuery) map[string]string {
	d := map[string]string{"from": session.FormatTime(q.From), "to": session.FormatTime(q.To),
		"pageSize": fmt.Sprint(q.PageSize), "firstPage": fmt.Sprint(q.PageToken == "")}
	actions := make([]string, len(q.Actions))
	for i, a := range q.Actions {
		actions[i] = string(a)
	}
	for name, values := range map[string][]string{"action": actions, "person": q.Persons, "session": q.Sessions, "gateway": q.Gateways} {
		if len(values) > 0 {
			d[name] = session.Text(strings.Join(values, " | "))
		}
	}
	return d
}
