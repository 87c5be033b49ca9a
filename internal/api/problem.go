package api

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"tapedeck/internal/passphrase"
	"tapedeck/internal/session"
)

// status is the one table from what went wrong to the HTTP status.
var status = map[session.Code]int{
	session.CodeInvalid:          http.StatusBadRequest,
	session.CodeInvalidPageToken: http.StatusBadRequest,
	session.CodeUnauthenticated:  http.StatusUnauthorized,
	session.CodeForbidden:        http.StatusForbidden,
	session.CodeNotFound:         http.StatusNotFound,
	session.CodeNotReady:         http.StatusConflict,
	session.CodeUnavailable:      http.StatusServiceUnavailable,

	session.CodeEncryptionRequired:  http.StatusUnprocessableEntity,
	passphrase.CodeTooShort:         http.StatusUnprocessableEntity,
	passphrase.CodeTooLong:          http.StatusUnprocessableEntity,
	passphrase.CodeNotText:          http.StatusUnprocessableEntity,
	passphrase.CodeBlank:            http.StatusUnprocessableEntity,
	passphrase.CodeCommon:           http.StatusUnprocessableEntity,
	session.CodeSeveralFiles:        http.StatusUnprocessableEntity,
	session.CodeIdempotencyConflict: http.StatusConflict,
	session.CodeTooManyExports:      http.StatusTooManyRequests,
	session.CodeExportExpired:       http.StatusGone,
	session.CodePreconditionNeeded:  http.StatusPreconditionRequired,
	session.CodeSettingsChanged:     http.StatusPreconditionFailed,
}

// problem answers an error as a problem document (RFC 9457). What is not meant for people is logged, and
// the client learns only the request id.
func (s *Server) problem(w http.ResponseWriter, r *http.Request, err error) {
	requestID := s.RequestID(r.Context())
	p := Problem{Type: "about:blank", Status: http.StatusInternalServerError, Code: "internal", Detail: "internal error", RequestId: requestID}
	if e, ok := errors.AsType[*session.Error](err); ok {
		p.Status, p.Code, p.Detail = status[e.Code], string(e.Code), e.Message
	}
	if p.Status >= 500 {
		slog.ErrorContext(r.Context(), "request failed", "error", err, "requestId", requestID)
	}
	p.Title = http.StatusText(p.Status)
	if p.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "60") // an export takes about that, if it is not one of many GB
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="tapedeck"`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}
