package settings_test

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"testing"
	"time"

	"tapedeck/internal/session"
	"tapedeck/internal/settings"
	"tapedeck/internal/settings/settingstest"
)

// log is an audit log that says what the settings were when something was recorded, or is down.
type log struct {
	store  settings.Store
	down   bool
	events []session.Event
	then   []session.Settings
}

func (l *log) Record(ctx context.Context, e session.Event) error {
	if l.down {
		return session.Errorf(session.CodeUnavailable, "the audit log cannot be written")
	}
	now, err := l.store.Current(ctx)
	l.events, l.then = append(l.events, e), append(l.then, now)
	return err
}

var admin = session.Person{Subject: "root", Roles: []session.Role{session.Admin}}

func fixture() (*settings.Settings, *settingstest.Memory, *log) {
	store := settingstest.NewMemory(settingstest.Deployed)
	audit := &log{store: store}
	return &settings.Settings{Store: store, Audit: audit, RowLife: 500 * 24 * time.Hour}, store, audit
}

func TestAChangeIsRecordedWithOldAndNewBeforeItHolds(t *testing.T) {
	use, store, audit := fixture()
	limit := int64(700e6)
	s := session.Settings{PlaybackLimit: &limit, TimeZone: "Asia/Seoul", RetentionDays: 300}
	got, err := use.Change(t.Context(), admin, "r-1", s)
	if err != nil {
		t.Fatal(err)
	}
	s.Version = 1
	if now, _ := store.Current(t.Context()); !reflect.DeepEqual(got, s) || !reflect.DeepEqual(now, s) {
		t.Errorf("answered %+v, holds %+v", got, now)
	}
	want := map[string]string{"exportEncryption": "required -> notRequired", "playbackLimitBytes": "none -> 700000000",
		"retentionDays": "400 -> 300", "version": "1"}
	if len(audit.events) != 1 || audit.events[0].Action != session.ActSettings || !maps.Equal(audit.events[0].Detail, want) ||
		audit.events[0].Person.Subject != "root" || audit.events[0].RequestID != "r-1" {
		t.Fatalf("recorded %+v", audit.events)
	}
	if !reflect.DeepEqual(audit.then[0], settingstest.Deployed) {
		t.Errorf("when it was recorded the settings were %+v", audit.then[0])
	}
}

func TestWhatIsNoChangeIsNotRecorded(t *testing.T) {
	use, _, audit := fixture()
	got, err := use.Change(t.Context(), admin, "r", settingstest.Deployed)
	if err != nil || !reflect.DeepEqual(got, settingstest.Deployed) || len(audit.events) > 0 {
		t.Errorf("%+v, %v, recorded %+v", got, err, audit.events)
	}
}

func TestChangesThatAreRefusedChangeNothing(t *testing.T) {
	zero, huge := int64(0), int64(1<<53)
	change := func(f func(*session.Settings)) session.Settings {
		s := settingstest.Deployed
		f(&s)
		return s
	}
	for name, c := range map[string]struct {
		person session.Person
		s      session.Settings
		code   session.Code
	}{
		"an exporter":                     {session.Person{Subject: "e", Roles: []session.Role{session.Exporter, session.Auditor}}, change(func(s *session.Settings) { s.RetentionDays = 1 }), session.CodeForbidden},
		"another version":                 {admin, change(func(s *session.Settings) { s.Version, s.RetentionDays = 1, 1 }), session.CodeSettingsChanged},
		"no retention":                    {admin, change(func(s *session.Settings) { s.RetentionDays = 0 }), session.CodeInvalid},
		"more than a hundred years":       {admin, change(func(s *session.Settings) { s.RetentionDays = 36501 }), session.CodeInvalid},
		"longer than sessions are listed": {admin, change(func(s *session.Settings) { s.RetentionDays = 501 }), session.CodeInvalid},
		"no such zone":                    {admin, change(func(s *session.Settings) { s.TimeZone = "Mars/Olympus" }), session.CodeInvalid},
		"no zone":                         {admin, change(func(s *session.Settings) { s.TimeZone = "" }), session.CodeInvalid},
		"the machine's zone":              {admin, change(func(s *session.Settings) { s.TimeZone = "Local" }), session.CodeInvalid},
		"a limit of nothing":              {admin, change(func(s *session.Settings) { s.PlaybackLimit = &zero }), session.CodeInvalid},
		"a limit that JSON cannot keep":   {admin, change(func(s *session.Settings) { s.PlaybackLimit = &huge }), session.CodeInvalid},
	} {
		use, store, audit := fixture()
		_, err := use.Change(t.Context(), c.person, "r", c.s)
		if session.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
		now, _ := store.Current(t.Context())
		if !reflect.DeepEqual(now, settingstest.Deployed) {
			t.Errorf("%s: the settings are %+v", name, now)
		}
		for _, e := range audit.events {
			if e.Action != session.ActRefused {
				t.Errorf("%s: recorded %+v", name, e)
			}
		}
	}
	use, _, _ := fixture()
	if _, err := use.Change(t.Context(), admin, "r", change(func(s *session.Settings) { s.RetentionDays = 500 })); err != nil {
		t.Errorf("as long as sessions are listed: %v", err)
	}
}

func TestWithoutTheAuditLogNothingChanges(t *testing.T) {
	use, store, audit := fixture()
	audit.down = true
	s := settingstest.Deployed
	s.RetentionDays = 7
	_, err := use.Change(t.Context(), admin, "r", s)
	if session.CodeOf(err) != session.CodeUnavailable {
		t.Error(err)
	}
	if now, _ := store.Current(t.Context()); !reflect.DeepEqual(now, settingstest.Deployed) {
		t.Errorf("the settings are %+v", now)
	}
}

// broken is a store that cannot be read.
type broken struct{ settings.Store }

func (broken) Current(context.Context) (session.Settings, error) {
	return session.Settings{}, errors.New("down")
}

func TestWithoutTheSettingsNothingIsReadOrChanged(t *testing.T) {
	use, _, audit := fixture()
	use.Store = broken{use.Store}
	if _, err := use.Read(t.Context(), admin, "r"); err == nil {
		t.Error("settings were read")
	}
	if _, err := use.Change(t.Context(), admin, "r", settingstest.Deployed); err == nil || len(audit.events) > 0 {
		t.Errorf("%v, recorded %+v", err, audit.events)
	}
	use, _, _ = fixture()
	if _, err := use.Read(t.Context(), session.Person{Subject: "e", Roles: []session.Role{session.Exporter}}, "r"); session.CodeOf(err) != session.CodeForbidden {
		t.Errorf("an exporter reads them: %v", err)
	}
}
