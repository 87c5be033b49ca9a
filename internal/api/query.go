package api

import (
	"context"
	"strings"
	"time"

	"tapedeck/internal/session"
)

// query reads the parameters of a list. Its errors are CodeInvalid and name the parameter.
func (s *Server) query(ctx context.Context, p *ListSessionsParams) (q session.Query, err error) {
	q = session.Query{PageSize: session.DefaultPageSize}
	if q.From, q.To, err = s.timeRange(ctx, p.From, p.To, p.TimeZone, session.Month); err != nil {
		return q, err
	}
	if q.Where, err = conditions(p); err != nil {
		return q, err
	}
	if p.PageSize != nil {
		q.PageSize = *p.PageSize
	}
	if p.PageToken != nil {
		q.PageToken = *p.PageToken
	}
	return q, nil
}

// timeRange reads [since, until). Without both it is the usual range of now; without one it is open at that end.
func (s *Server) timeRange(ctx context.Context, since, until, timeZone *string, usual func(time.Time, *time.Location) (from, to time.Time)) (from, to time.Time, err error) {
	var zone *time.Location
	if timeZone == nil {
		settings, err := s.Current(ctx)
		if err != nil {
			return from, to, err
		}
		zone = settings.Zone()
	} else {
		if zone, err = time.LoadLocation(*timeZone); err != nil || *timeZone == "" || *timeZone == "Local" {
			return from, to, session.Errorf(session.CodeInvalid, "timeZone: %q is no IANA time zone such as Asia/Seoul", session.Cut(*timeZone, 60))
		}
	}
	if since == nil && until == nil {
		from, to = usual(s.Now(), zone)
		return from, to, nil
	}
	from, to = time.UnixMilli(0).UTC(), session.EndOfTime
	if since != nil {
		if from, err = bound(*since, zone); err != nil {
			return from, to, session.Errorf(session.CodeInvalid, "from: %s", err)
		}
	}
	if until != nil {
		if to, err = bound(*until, zone); err != nil {
			return from, to, session.Errorf(session.CodeInvalid, "to: %s", err)
		}
	}
	return from, to, nil
}

// bound reads an RFC 3339 time, or a date, which stands for its first moment in a zone. A plus sign that was
// not escaped arrives as a blank.
func bound(s string, zone *time.Location) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil && day.Year() >= 1970 {
		return day, nil
	}
	return session.ParseTime(strings.ReplaceAll(s, " ", "+"))
}

// conditions reads the parameters that search and filter.
func conditions(p *ListSessionsParams) (where []session.Condition, err error) {
	n := 0
	for _, c := range []struct {
		column session.Column
		is     *[]string
		not    *[]string
	}{
		{"name", p.Name, p.NotName}, {"email", p.Email, p.NotEmail}, {"account", p.Account, p.NotAccount},
		{"serverName", p.ServerName, p.NotServerName}, {"host", p.Host, p.NotHost}, {"clientIp", p.ClientIp, p.NotClientIp},
		{"clientName", p.ClientName, p.NotClientName}, {session.Any, p.Any, p.NotAny},
		{"serverOs", p.ServerOs, p.NotServerOs}, {"protocol", p.Protocol, p.NotProtocol}, {"connectedFrom", p.ConnectedFrom, p.NotConnectedFrom},
	} {
		for _, side := range []struct {
			values *[]string
			not    bool
		}{{c.is, false}, {c.not, true}} {
			condition := session.Condition{Column: c.column, Not: side.not}
			if condition.Terms, err = terms(c.column, side.values); err != nil {
				return nil, err
			}
			if len(condition.Terms) > 0 {
				where = append(where, condition)
				n += len(condition.Terms)
			}
		}
	}
	if n > session.MaxTerms {
		return nil, session.Errorf(session.CodeInvalid, "the query has %d terms; %d are possible", n, session.MaxTerms)
	}
	return where, nil
}

func terms(c session.Column, values *[]string) (list []session.Term, err error) {
	if values == nil {
		return nil, nil
	}
	for _, v := range *values {
		t, ok, err := session.ParseTerm(c, v)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, t)
		}
	}
	return list, nil
}
