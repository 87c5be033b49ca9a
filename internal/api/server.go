// Package api is the HTTP API: openapi.yaml says what it is, api.gen.go is made from it, and the handlers
// here translate between it and the use cases.
package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"tapedeck/internal/catalog"
	"tapedeck/internal/playback"
	"tapedeck/internal/session"
)

// Server answers the routes of the use cases that it is given; the others are 404.
type Server struct {
	Verify   func(ctx context.Context, token string) (session.Person, error)
	Catalog  *catalog.Catalog
	Playback *playback.Playback

	Zone             *time.Location
	PlaybackLimit    *int64
	ExportEncryption string
	Now              func() time.Time
	RequestID        func(context.Context) string
}

// Prefix is the path of the API below the stage.
const Prefix = "/v1"

// Handler serves the API. No route but /health is answered without a verified access token, whatever stands
// in front of it.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	strict := NewStrictHandlerWithOptions(s, []StrictMiddlewareFunc{s.authenticate}, StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  func(w http.ResponseWriter, r *http.Request, err error) { s.problem(w, r, invalid(err)) },
		ResponseErrorHandlerFunc: s.problem,
	})
	routes := HandlerWithOptions(strict, StdHTTPServerOptions{BaseRouter: mux,
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) { s.problem(w, r, invalid(err)) }})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if _, pattern := mux.Handler(r); pattern == "" {
			s.problem(w, r, session.Errorf(session.CodeNotFound, "there is nothing at this address"))
			return
		}
		routes.ServeHTTP(w, r)
	})
}

type personKey struct{}

func person(ctx context.Context) session.Person {
	p, _ := ctx.Value(personKey{}).(session.Person)
	return p
}

// authenticate puts the person of the access token into the context (RFC 6750, section 2.1).
func (s *Server) authenticate(next StrictHandlerFunc, operation string) StrictHandlerFunc {
	if operation == "GetHealth" {
		return next
	}
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			return nil, session.Errorf(session.CodeUnauthenticated, "an access token is needed: Authorization: Bearer ...")
		}
		p, err := s.Verify(ctx, strings.TrimSpace(token))
		if err != nil {
			return nil, err
		}
		if err := knownParameters(r, operation); err != nil {
			return nil, err
		}
		return next(context.WithValue(ctx, personKey{}, p), w, r, request)
	}
}

// queryParameters names what each operation takes; a misspelt one would silently widen a search.
var queryParameters = map[string][]string{"ListSessions": {"from", "to", "pageSize", "pageToken"}}

func knownParameters(r *http.Request, operation string) error {
	for name, values := range r.URL.Query() {
		known := false
		for _, k := range queryParameters[operation] {
			known = known || k == name
		}
		if !known {
			return session.Errorf(session.CodeInvalid, "there is no parameter %q", session.Cut(name, 60))
		}
		if len(values) > 1 {
			return session.Errorf(session.CodeInvalid, "the parameter %s is given more than once", name)
		}
	}
	return nil
}

// invalid is what the generated code finds wrong with a request.
func invalid(err error) error {
	if e, ok := errors.AsType[*InvalidParamFormatError](err); ok {
		return session.Errorf(session.CodeInvalid, "the parameter %s cannot be read", e.ParamName)
	}
	return session.Errorf(session.CodeInvalid, "the request cannot be read")
}
