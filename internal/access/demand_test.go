package access

import (
	"context"
	"errors"
	"testing"

	"tapedeck/internal/session"
)

type recorder struct {
	events []session.Event
	err    error
}

func (r *recorder) Record(_ context.Context, e session.Event) error {
	r.events = append(r.events, e)
	return r.err
}

func TestARefusalNamesTheSession(t *testing.T) {
	const id = "01KBEZ8Y3AJ5T6Q0V4N8W2R7XC"
	for asked, named := range map[string]string{id: id, "": "", "../../etc/passwd": "", id + "0": ""} {
		log := &recorder{err: errors.New("not now")} // which changes no refusal
		err := DemandOf(t.Context(), log, session.Person{Subject: "eli", Roles: []session.Role{session.Auditor}}, "r", asked, Keys)
		if session.CodeOf(err) != session.CodeForbidden || len(log.events) != 1 {
			t.Fatalf("%q: %v, %d records", asked, err, len(log.events))
		}
		if e := log.events[0]; e.Action != session.ActRefused || e.SessionID != named || e.Detail["deed"] != string(Keys) {
			t.Errorf("%q: recorded %+v", asked, e)
		}
	}
	log := &recorder{}
	if err := DemandOf(t.Context(), log, session.Person{Roles: []session.Role{session.Admin}}, "r", id, Keys); err != nil || len(log.events) > 0 {
		t.Errorf("%v, %+v", err, log.events)
	}
}
