package activity_test

import (
	"maps"
	"testing"
	"time"

	"tapedeck/internal/activity"
	"tapedeck/internal/audit/audittest"
	"tapedeck/internal/session"
)

var (
	now   = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	admin = session.Person{Subject: "mina", Roles: []session.Role{session.Admin}}
	today = session.EntryQuery{From: now.Add(-12 * time.Hour), To: now.Add(12 * time.Hour), PageSize: 10}
)

func fixture() (*activity.Activity, *audittest.Memory) {
	log := audittest.NewMemory(func() time.Time { return now })
	return &activity.Activity{Log: log, Audit: log}, log
}

func TestReadingTheLogIsInTheLogBeforeItIsRead(t *testing.T) {
	use, log := fixture()
	q := today
	q.Actions, q.Sessions = []session.Act{session.ActAudit, session.ActPlay}, []string{session.NewID(now, "gw", "1")}
	page, err := use.List(t.Context(), admin, "r-1", q)
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	e := page.Items[0]
	want := map[string]string{"from": "2026-11-24T00:00:00.000Z", "to": "2026-11-25T00:00:00.000Z", "pageSize": "10", "firstPage": "true",
		"action": "audit | play", "session": q.Sessions[0]}
	if e.Action != session.ActAudit || e.Person.Subject != "mina" || e.RequestID != "r-1" || e.SessionID != q.Sessions[0] || !maps.Equal(e.Detail, want) {
		t.Errorf("%+v", e)
	}
	log.Down = true
	if page, err := use.List(t.Context(), admin, "r-2", today); session.CodeOf(err) != session.CodeUnavailable || page != nil {
		t.Errorf("unrecorded it gives %+v, %v", page, err)
	}
}

func TestOnlyAnAdministratorOfAllSessionsReadsTheLog(t *testing.T) {
	limited := admin
	limited.Subject, limited.Scope = "lim", []session.Condition{{Column: "serverName", Terms: []session.Term{{Text: "web-"}}}}
	for _, p := range []session.Person{{Subject: "nobody"}, {Subject: "ada", Roles: []session.Role{session.Auditor}},
		{Subject: "eli", Roles: []session.Role{session.Exporter, session.Auditor}}, limited} {
		use, log := fixture()
		if page, err := use.List(t.Context(), p, "r-1", today); session.CodeOf(err) != session.CodeForbidden || page != nil {
			t.Errorf("%s: %+v, %v", p.Subject, page, err)
		}
		all := log.All()
		if len(all) != 1 || all[0].Action != session.ActRefused || all[0].Person.Subject != p.Subject || all[0].Detail["deed"] != "read the audit log" {
			t.Errorf("%s: recorded %+v", p.Subject, all)
		}
	}
}

func TestWhatCannotBeAskedIsNotRecorded(t *testing.T) {
	for name, change := range map[string]func(*session.EntryQuery){
		"no page":            func(q *session.EntryQuery) { q.PageSize = 0 },
		"too large a page":   func(q *session.EntryQuery) { q.PageSize = 201 },
		"from after to":      func(q *session.EntryQuery) { q.From = q.To.Add(1) },
		"an unknown action":  func(q *session.EntryQuery) { q.Actions = []session.Act{session.ActPlay, "watched"} },
		"no session's id":    func(q *session.EntryQuery) { q.Sessions = []string{"../x"} },
		"too long a person":  func(q *session.EntryQuery) { q.Persons = []string{string(make([]byte, 1025))} },
		"too long a gateway": func(q *session.EntryQuery) { q.Gateways = []string{string(make([]byte, 1025))} },
		"too many values":    func(q *session.EntryQuery) { q.Persons = make([]string, 65) },
	} {
		use, log := fixture()
		q := today
		change(&q)
		if _, err := use.List(t.Context(), admin, "r-1", q); session.CodeOf(err) != session.CodeInvalid || len(log.All()) > 0 {
			t.Errorf("%s: %v, recorded %+v", name, err, log.All())
		}
	}
}
