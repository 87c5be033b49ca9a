// Package settings keeps what the organisation's administrators decide: one item in DynamoDB, changed by them
// alone, each change in the audit log before it holds.
package settings

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/session"
)

// Store keeps the settings.
type Store interface {
	// Current are the settings that hold now.
	Current(ctx context.Context) (session.Settings, error)
	// Replace puts s, whose Version must be the successor of the one that holds: CodeSettingsChanged otherwise.
	Replace(ctx context.Context, s session.Settings) error
}

// Fixed are settings that nobody can change.
type Fixed session.Settings

// Current gives them.
func (f Fixed) Current(context.Context) (session.Settings, error) { return session.Settings(f), nil }

// Settings is the use case.
type Settings struct {
	Store   Store
	Audit   access.Recorder
	RowLife time.Duration // how long sessions stay listed: no recording is kept longer
}

// Read gives the settings to an administrator. Errors: CodeForbidden.
func (d *Settings) Read(ctx context.Context, p session.Person, requestID string) (session.Settings, error) {
	if err := access.Demand(ctx, d.Audit, p, requestID, access.Manage); err != nil {
		return session.Settings{}, err
	}
	return d.Store.Current(ctx)
}

// Change replaces the settings of version s.Version by s, and gives them as they are now. What changes nothing is
// no change. Errors: CodeForbidden, CodeInvalid, CodeSettingsChanged, CodeUnavailable.
func (d *Settings) Change(ctx context.Context, p session.Person, requestID string, s session.Settings) (session.Settings, error) {
	if err := access.Demand(ctx, d.Audit, p, requestID, access.Manage); err != nil {
		return s, err
	}
	if err := s.Validate(); err != nil {
		return s, err
	}
	if s.Retention() > d.RowLife {
		return s, session.Errorf(session.CodeInvalid, "retentionDays is %d; sessions stay listed for %d days (RowRetentionDays of the stack), and no recording longer",
			s.RetentionDays, d.RowLife/(24*time.Hour))
	}
	old, err := d.Store.Current(ctx)
	if err != nil {
		return s, err
	}
	if old.Version != s.Version {
		return s, changed()
	}
	detail := difference(old, s)
	if len(detail) == 0 {
		return old, nil
	}
	s.Version++
	detail["version"] = fmt.Sprint(s.Version)
	if err := d.Audit.Record(ctx, session.Event{Action: session.ActSettings, Person: p, RequestID: requestID, Detail: detail}); err != nil {
		return s, err
	}
	return s, d.Store.Replace(ctx, s)
}

// difference is what the audit log says of a change: for each setting that changes, its old and its new value.
func difference(old, s session.Settings) map[string]string {
	detail := map[string]string{}
	was, is := values(old), values(s)
	for name := range was {
		if was[name] != is[name] {
			detail[name] = was[name] + " -> " + is[name]
		}
	}
	return detail
}

func values(s session.Settings) map[string]string {
	limit, encryption := "none", "notRequired"
	if s.PlaybackLimit != nil {
		limit = strconv.FormatInt(*s.PlaybackLimit, 10)
	}
	if s.RequireEncryption {
		encryption = "required"
	}
	return map[string]string{"exportEncryption": encryption, "playbackLimitBytes": limit, "timeZone": s.TimeZone, "retentionDays": strconv.Itoa(s.RetentionDays)}
}

func changed() error {
	return session.Errorf(session.CodeSettingsChanged, "the settings were changed meanwhile; read them again")
}
