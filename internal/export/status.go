package export

import (
	"context"
	"errors"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/jobs"
	"tapedeck/internal/session"
)

// listed is how many exports a list has at most.
const listed = 100

// Get gives one of a person's exports. Errors: CodeForbidden, CodeNotFound.
func (x *Exports) Get(ctx context.Context, p session.Person, requestID, id string) (*session.Export, error) {
	e, err := x.own(ctx, p, requestID, id)
	if err == nil {
		x.expire(e)
	}
	return e, err
}

// List gives a person's exports, newest first. Errors: CodeForbidden.
func (x *Exports) List(ctx context.Context, p session.Person, requestID string) ([]session.Export, error) {
	if err := access.Demand(ctx, x.Audit, p, requestID, access.Export); err != nil {
		return nil, err
	}
	list, err := x.Jobs.Of(ctx, p.Subject, listed)
	for i := range list {
		if e := &list[i]; e.State.Active() && err == nil { // at most as many as one person has slots
			var now *session.Export
			if now, err = x.Jobs.Load(ctx, e.ID); err == nil {
				*e = *now
			}
		}
		x.expire(&list[i])
	}
	return list, err
}

// Cancel ends an export, whatever it has come to. Errors: CodeForbidden, CodeNotFound, CodeUnavailable.
func (x *Exports) Cancel(ctx context.Context, p session.Person, requestID, id string) error {
	for {
		e, err := x.own(ctx, p, requestID, id)
		if err != nil {
			return err
		}
		if e.State.Active() || e.State == session.ExportReady {
			if err := x.Audit.Record(ctx, session.Event{Action: session.ActExportCancelled, Person: p, RequestID: requestID, SessionID: e.SessionID,
				Detail: map[string]string{"export": e.ID}}); err != nil {
				return err
			}
			e.State, e.Wrapped = session.ExportCancelled, nil
			if err := x.Jobs.Save(ctx, e); errors.Is(err, jobs.ErrConflict) {
				continue
			} else if err != nil {
				return err
			}
		}
		return tidy(ctx, x.Files, x.Slots, e)
	}
}

// own is one of a person's jobs; those of others are not there.
func (x *Exports) own(ctx context.Context, p session.Person, requestID, id string) (*session.Export, error) {
	if err := access.Demand(ctx, x.Audit, p, requestID, access.Export); err != nil {
		return nil, err
	}
	if !session.ValidID(id) {
		return nil, session.Errorf(session.CodeNotFound, "there is no such export")
	}
	e, err := x.Jobs.Load(ctx, id)
	if err == nil && e.Person.Subject != p.Subject {
		err = session.Errorf(session.CodeNotFound, "there is no such export")
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// expire shows a job whose time has come as what the sweeper will make of it.
func (x *Exports) expire(e *session.Export) {
	if e.State == session.ExportReady && !x.Now().Before(e.ExpiresAt) {
		e.State = session.ExportExpired
	}
}

// Left is how long a job will still take at the speed so far; ok is false while that is unknown.
func Left(e *session.Export, now time.Time) (left time.Duration, ok bool) {
	done := e.PartsDone()
	if !e.State.Active() || done == 0 || e.StartedAt.IsZero() {
		return 0, false
	}
	return now.Sub(e.StartedAt) / time.Duration(done) * time.Duration(e.Parts-done), true
}

// tidy takes away what an ended job has left: uploads, its file unless it is READY or EXPIRED, and at last its slots, so
// that the sweeper comes back to what failed.
func tidy(ctx context.Context, files Files, slots Slots, e *session.Export) error {
	if err := files.AbortUploads(ctx, e.ID); err != nil {
		return err
	}
	if e.State == session.ExportFailed || e.State == session.ExportCancelled {
		if err := files.Delete(ctx, e.ID); err != nil {
			return err
		}
	}
	return slots.FreeSlots(ctx, e.ID)
}
