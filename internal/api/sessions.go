package api

import (
	"context"

	"tapedeck/internal/session"
)

// GetHealth answers as long as the function runs.
func (s *Server) GetHealth(context.Context, GetHealthRequestObject) (GetHealthResponseObject, error) {
	return GetHealth200JSONResponse{Status: Ok}, nil
}

// GetMe answers who is signed in, whatever their rights.
func (s *Server) GetMe(ctx context.Context, _ GetMeRequestObject) (GetMeResponseObject, error) {
	if s.Catalog == nil {
		return nil, notHere()
	}
	now, err := s.Current(ctx)
	if err != nil {
		return nil, err
	}
	p := person(ctx)
	me := GetMe200JSONResponse{Name: p.Name, Email: p.Email, Roles: []MeRoles{}, TimeZone: now.TimeZone,
		ExportEncryption: MeExportEncryption(encryption(now)), PlaybackLimitBytes: now.PlaybackLimit}
	for _, role := range p.Roles {
		me.Roles = append(me.Roles, MeRoles(role))
	}
	return me, nil
}

// ListSessions answers a page of the list.
func (s *Server) ListSessions(ctx context.Context, r ListSessionsRequestObject) (ListSessionsResponseObject, error) {
	if s.Catalog == nil {
		return nil, notHere()
	}
	q, err := s.query(ctx, &r.Params)
	if err != nil {
		return nil, err
	}
	page, err := s.Catalog.List(ctx, person(ctx), s.RequestID(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := ListSessions200JSONResponse{Items: []Session{}, Complete: page.Complete, NextPageToken: optional(page.NextToken)}
	for i := range page.Items {
		answer.Items = append(answer.Items, newSession(&page.Items[i]))
	}
	if !page.Complete {
		answer.SearchedBackTo = optional(session.FormatTime(page.SearchedBackTo))
	}
	return answer, nil
}

// ListValues answers suggestions.
func (s *Server) ListValues(ctx context.Context, r ListValuesRequestObject) (ListValuesResponseObject, error) {
	if s.Catalog == nil {
		return nil, notHere()
	}
	prefix := ""
	if r.Params.Prefix != nil {
		prefix = *r.Params.Prefix
	}
	values, err := s.Catalog.Values(ctx, person(ctx), s.RequestID(ctx), session.Column(r.Params.Field), prefix)
	if err != nil {
		return nil, err
	}
	return ListValues200JSONResponse{Values: values}, nil
}

// CountNew answers how many sessions were registered since a number.
func (s *Server) CountNew(ctx context.Context, r CountNewRequestObject) (CountNewResponseObject, error) {
	if s.Catalog == nil {
		return nil, notHere()
	}
	if r.Params.Since < 0 {
		return nil, session.Errorf(session.CodeInvalid, "since is negative")
	}
	last, err := s.Catalog.News(ctx, person(ctx), s.RequestID(ctx))
	if err != nil {
		return nil, err
	}
	return CountNew200JSONResponse{No: last, Count: max(0, last-r.Params.Since)}, nil
}

// GetSession answers one session.
func (s *Server) GetSession(ctx context.Context, r GetSessionRequestObject) (GetSessionResponseObject, error) {
	if s.Catalog == nil {
		return nil, notHere()
	}
	found, err := s.Catalog.Get(ctx, person(ctx), s.RequestID(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return GetSession200JSONResponse(newSession(found)), nil
}

func newSession(s *session.Session) Session {
	return Session{
		Id: s.ID, No: s.No, ActionAt: session.FormatTime(s.ActionAt), Name: s.Name, Email: s.Email, Role: s.Role,
		Account: s.Account, ServerName: s.ServerName, ServerOs: SessionServerOs(s.ServerOS), ServerOsRaw: s.ServerOSRaw,
		Host: s.Host, Port: s.Port, Protocol: SessionProtocol(s.Protocol), ProtocolRaw: s.ProtocolRaw, ClientIp: s.ClientIP,
		ClientName: s.ClientName, ConnectedFrom: SessionConnectedFrom(s.ConnectedFrom), ConnectedFromRaw: s.ConnectedFromRaw,
		State: SessionState(s.State), Reason: s.Reason, DurationMs: s.DurationMs, SizeBytes: s.SizeBytes, SessionRecord: s.SessionRecord,
	}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// notHere answers a route that this function does not serve.
func notHere() error { return session.Errorf(session.CodeNotFound, "there is nothing at this address") }
