package api

import (
	"context"
	"strings"
	"time"

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
	p := person(ctx)
	me := GetMe200JSONResponse{Name: p.Name, Email: p.Email, Roles: []MeRoles{}, TimeZone: s.Zone.String(),
		ExportEncryption: MeExportEncryption(s.ExportEncryption), PlaybackLimitBytes: s.PlaybackLimit}
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
	q, err := s.query(r.Params)
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

func (s *Server) query(p ListSessionsParams) (q session.Query, err error) {
	q = session.Query{PageSize: session.DefaultPageSize}
	q.From, q.To = session.Month(s.Now(), s.Zone)
	if p.From != nil || p.To != nil { // a range that is open at one end
		q.From, q.To = time.UnixMilli(0), session.EndOfTime
	}
	for _, bound := range []struct {
		name string
		text *string
		into *time.Time
	}{{"from", p.From, &q.From}, {"to", p.To, &q.To}} {
		if bound.text != nil {
			if *bound.into, err = session.ParseTime(strings.ReplaceAll(*bound.text, " ", "+")); err != nil {
				return q, session.Errorf(session.CodeInvalid, "%s: %s", bound.name, err)
			}
		}
	}
	if p.PageSize != nil {
		q.PageSize = *p.PageSize
	}
	if p.PageToken != nil {
		q.PageToken = *p.PageToken
	}
	return q, nil
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
