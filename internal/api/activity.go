package api

import (
	"context"

	"tapedeck/internal/session"
)

// ListAudit answers a page of the audit log.
func (s *Server) ListAudit(ctx context.Context, r ListAuditRequestObject) (ListAuditResponseObject, error) {
	if s.Activity == nil {
		return nil, notHere()
	}
	p := &r.Params
	q := session.EntryQuery{Persons: given(p.Person), Sessions: given(p.Session), Gateways: given(p.Gateway), PageSize: session.DefaultPageSize}
	for _, a := range given(p.Action) {
		q.Actions = append(q.Actions, session.Act(a))
	}
	var err error
	if q.From, q.To, err = s.timeRange(ctx, p.From, p.To, p.TimeZone, session.TwoDays); err != nil {
		return nil, err
	}
	if p.PageSize != nil {
		q.PageSize = *p.PageSize
	}
	if p.PageToken != nil {
		q.PageToken = *p.PageToken
	}
	page, err := s.Activity.List(ctx, person(ctx), s.RequestID(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := ListAudit200JSONResponse{Items: []AuditEntry{}, Complete: page.Complete, NextPageToken: optional(page.NextToken)}
	for i := range page.Items {
		answer.Items = append(answer.Items, newAuditEntry(&page.Items[i]))
	}
	if !page.Complete {
		answer.SearchedBackTo = optional(session.FormatTime(page.SearchedBackTo))
	}
	return answer, nil
}

// given are the values of a filter; an empty one is none.
func given(values *[]string) (list []string) {
	if values == nil {
		return nil
	}
	for _, v := range *values {
		if v != "" {
			list = append(list, v)
		}
	}
	return list
}

func newAuditEntry(e *session.Entry) AuditEntry {
	return AuditEntry{Id: e.ID, At: session.FormatTime(e.At), Action: AuditEntryAction(e.Action), Person: e.Person.Subject,
		PersonName: e.Person.Name, PersonEmail: e.Person.Email, SessionId: e.SessionID, Gateway: e.Gateway, RequestId: e.RequestID, Detail: e.Detail}
}
