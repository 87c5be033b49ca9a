// Package api is the HTTP API: openapi.yaml says what it is, api.gen.go is made from it, and the handlers
// here translate between it and the use cases.
package api

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"tapedeck/internal/activity"
	"tapedeck/internal/catalog"
	"tapedeck/internal/export"
	"tapedeck/internal/playback"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
)

// Server answers the routes of the use cases that it is given; the others are 404.
type Server struct {
	Verify   func(ctx context.Context, token string) (session.Person, error)
	Catalog  *catalog.Catalog
	Playback *playback.Playback
	Exports  *export.Exports
	Settings *settings.Settings
	Activity *activity.Activity

	Current   func(context.Context) (session.Settings, error) // of the organisation, for the catalog's and the activity's routes
	Now       func() time.Time
	RequestID func(context.Context) string
}

// Prefix is the path of the API below the stage.
const Prefix = "/v1"

// Handler serves the API. No route but /health is answered without a verified access token, whatever stands
// in front of it.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	strict := NewStrictHandlerWithOptions(s, []StrictMiddlewareFunc{checkParameters}, StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  func(w http.ResponseWriter, r *http.Request, err error) { s.problem(w, r, invalid(err)) },
		ResponseErrorHandlerFunc: s.problem,
	})
	routes := HandlerWithOptions(strict, StdHTTPServerOptions{BaseRouter: mux,
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) { s.problem(w, r, invalid(err)) }})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, pattern := mux.Handler(r)
		switch pattern {
		case "":
			s.problem(w, r, notHere())
			return
		case openRoute:
		default:
			p, err := s.authenticate(r)
			if err != nil {
				s.problem(w, r, err)
				return
			}
			r = r.WithContext(context.WithValue(r.Context(), personKey{}, p))
		}
		routes.ServeHTTP(w, r)
	})
}

type personKey struct{}

func person(ctx context.Context) session.Person {
	p, _ := ctx.Value(personKey{}).(session.Person)
	return p
}

// openRoute is the one that needs no token.
const openRoute = "GET /health"

// authenticate finds the person of the access token (RFC 6750, section 2.1).
func (s *Server) authenticate(r *http.Request) (session.Person, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return session.Person{}, session.Errorf(session.CodeUnauthenticated, "an access token is needed: Authorization: Bearer ...")
	}
	return s.Verify(r.Context(), strings.TrimSpace(token))
}

// checkParameters refuses parameters that an operation does not know.
func checkParameters(next StrictHandlerFunc, operation string) StrictHandlerFunc {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		if operation != "GetHealth" {
			if err := knownParameters(r, operation); err != nil {
				return nil, err
			}
		}
		return next(ctx, w, r, request)
	}
}

// queryParameters names what each operation takes; a misspelt one would silently widen a search.
var queryParameters = func() map[string][]string {
	list := []string{"from", "to", "timeZone", "pageSize", "pageToken"}
	for _, c := range slices.Concat(session.SearchFields, []session.Column{session.Any}, slices.Collect(maps.Keys(session.Filters))) {
		list = append(list, string(c), "not."+string(c))
	}
	return map[string][]string{"ListSessions": list, "ListValues": {"field", "prefix"}, "CountNew": {"since"},
		"ListAudit": {"from", "to", "timeZone", "action", "person", "session", "gateway", "pageSize", "pageToken"}}
}()

func knownParameters(r *http.Request, operation string) error {
	for name := range r.URL.Query() {
		if !slices.Contains(queryParameters[operation], name) {
			return session.Errorf(session.CodeInvalid, "there is no parameter %q", session.Cut(name, 60))
		}
	}
	return nil
}

// invalid is what the generated code finds wrong with a request.
func invalid(err error) error {
	if e, ok := errors.AsType[*session.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*InvalidParamFormatError](err); ok {
		return session.Errorf(session.CodeInvalid, "the parameter %s cannot be read", e.ParamName)
	}
	if e, ok := errors.AsType[*RequiredParamError](err); ok {
		return session.Errorf(session.CodeInvalid, "the parameter %s is missing", e.ParamName)
	}
	return session.Errorf(session.CodeInvalid, "the request cannot be read")
}
