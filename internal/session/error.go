package session

import (
	"errors"
	"fmt"
)

// Code names a kind of failure that a caller can act on. Codes are stable: clients compare them.
type Code string

const (
	CodeInvalid          Code = "invalid_request"    // a parameter is wrong; the message names it
	CodeInvalidPageToken Code = "invalid_page_token" // changed, expired, or of another query
	CodeUnauthenticated  Code = "unauthenticated"    // no access token, or not one of ours
	CodeForbidden        Code = "forbidden"          // signed in, but without the right
	CodeNotFound         Code = "not_found"          // not there, or not to be seen by this person
	CodeNotReady         Code = "not_ready"          // there is nothing to replay; the message says why
	CodeUnavailable      Code = "unavailable"        // a part that must not be skipped did not answer

	CodeEncryptionRequired  Code = "encryption_required"   // a file may leave only under a passphrase
	CodeSeveralFiles        Code = "several_files"         // the original has no single address
	CodeIdempotencyConflict Code = "idempotency_conflict"  // the key was used for something else
	CodeTooManyExports      Code = "too_many_exports"      // wait for one to end
	CodeExportExpired       Code = "export_expired"        // its file is gone
	CodePreconditionNeeded  Code = "precondition_required" // If-Match is missing
	CodeSettingsChanged     Code = "settings_changed"      // by somebody else, meanwhile
)

// Error is a failure whose message is meant for people. Anything that is not an Error is internal:
// it is logged, and the client learns only the request id.
type Error struct {
	Code    Code
	Message string
}

func (e *Error) Error() string { return e.Message }

// Errorf makes an Error.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of the first Error in err's tree, or "" when there is none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}
