package access

import (
	"context"
	"log/slog"

	"tapedeck/internal/session"
)

// Recorder is the audit log.
type Recorder interface {
	Record(ctx context.Context, e session.Event) error
}

// Demand is Check with its refusals in the audit log. A log that cannot be written changes no refusal.
func Demand(ctx context.Context, log Recorder, p session.Person, requestID string, d Deed) error {
	return DemandOf(ctx, log, p, requestID, "", d)
}

// DemandOf is Demand for a deed with one session. Whether there is such a session is not asked.
func DemandOf(ctx context.Context, log Recorder, p session.Person, requestID, sessionID string, d Deed) error {
	err := Check(p, d)
	if err != nil {
		e := session.Event{Person: p, RequestID: requestID, Detail: map[string]string{"deed": string(d)}}
		if session.ValidID(sessionID) { // anything else is only what somebody typed
			e.SessionID = sessionID
		}
		refused(ctx, log, e)
	}
	return err
}

// DemandSession is MaySee with its refusals in the audit log.
func DemandSession(ctx context.Context, log Recorder, p session.Person, requestID string, s *session.Session) error {
	err := MaySee(p, s)
	if err != nil {
		refused(ctx, log, session.Event{Person: p, RequestID: requestID, SessionID: s.ID, Detail: map[string]string{"deed": "see a session out of scope"}})
	}
	return err
}

func refused(ctx context.Context, log Recorder, e session.Event) {
	e.Action = session.ActRefused
	if err := log.Record(ctx, e); err != nil {
		slog.ErrorContext(ctx, "a refusal is not in the audit log", "error", err, "requestId", e.RequestID)
	}
}
