package playback_test

import (
	"reflect"
	"slices"
	"testing"

	"tapedeck/internal/session"
)

var (
	admin    = session.Person{Subject: viewer.Subject, Roles: []session.Role{session.Admin}}
	exporter = session.Person{Subject: viewer.Subject, Roles: []session.Role{session.Exporter}}
)

// typed makes the recording one of graphics, with so many bytes of keys: the table's second part is where they lie.
func (w *world) typed(t *testing.T, bytes int64) {
	t.Helper()
	w.play.Keys = &session.Stored{Key: "keys", Size: bytes}
	size, ms := int64(7000), int64(65_000)
	if err := w.index.PutRow(t.Context(), &session.Session{ID: w.id, ActionAt: now, State: session.Ready, ServerName: "db-1", SizeBytes: &size, DurationMs: &ms},
		&session.Recording{Play: &w.play}); err != nil {
		t.Fatal(err)
	}
}

func TestTheRecordOfKeysIsWhatWasGiven(t *testing.T) {
	w := newWorld(t)
	w.typed(t, 300)
	out, err := w.playback.Keys(t.Context(), admin, "r", w.id, []int{2, 0, 1, 6})
	if err != nil || len(w.events) != 1 {
		t.Fatalf("%v, %d records", err, len(w.events))
	}
	e := w.events[0]
	want := map[string]string{"encoder": "3", "expiresAt": "2026-11-24T12:05:00.000Z", "segments": "0-0 2-2", "seconds": "0.000-10.000 20.000-30.000"}
	if e.Action != session.ActKeys || e.SessionID != w.id || !reflect.DeepEqual(e.Detail, want) {
		t.Errorf("recorded %+v", e)
	}
	given := answered("keys", out.Segments)
	if !slices.Equal(given, w.ranges(t, "keys", []int{2, 0}, said)) || !slices.Equal(w.signed, given) || len(out.Transcript) > 0 {
		t.Errorf("given %q\nsigned %q", given, w.signed)
	}
}

func TestKeysAreForAdministratorsAlone(t *testing.T) {
	w := newWorld(t)
	w.typed(t, 300)
	for _, p := range []session.Person{viewer, exporter, {Subject: viewer.Subject}} {
		w.events = nil
		out, err := w.playback.Keys(t.Context(), p, "r", w.id, []int{0})
		if out != nil || session.CodeOf(err) != session.CodeForbidden {
			t.Errorf("%v: %+v, %v", p.Roles, out, err)
		}
		if len(w.events) != 1 || w.events[0].Action != session.ActRefused || w.events[0].Detail["deed"] != "see what was typed" || w.events[0].SessionID != w.id {
			t.Errorf("%v: recorded %+v", p.Roles, w.events)
		}
	}
	w.events = nil
	limited := admin
	limited.Scope = []session.Condition{{Column: "serverName", Terms: []session.Term{{Text: "web-"}}}}
	if out, err := w.playback.Keys(t.Context(), limited, "r", w.id, []int{0}); out != nil || session.CodeOf(err) != session.CodeNotFound ||
		len(w.events) != 1 || w.events[0].Action != session.ActRefused {
		t.Errorf("out of scope: %+v, %v, recorded %+v", out, err, w.events)
	}
	if len(w.signed) > 0 {
		t.Errorf("signed %q", w.signed)
	}
}

func TestWithoutKeysThereAreNone(t *testing.T) {
	w := newWorld(t)
	if out, err := w.playback.Keys(t.Context(), admin, "r", w.id, []int{0}); out != nil || session.CodeOf(err) != session.CodeNotFound {
		t.Errorf("a terminal: %+v, %v", out, err)
	}
	w.typed(t, 0)
	if out, err := w.playback.Keys(t.Context(), admin, "r", w.id, []int{0}); out != nil || session.CodeOf(err) != session.CodeNotFound {
		t.Errorf("nothing was typed: %+v, %v", out, err)
	}
	w.typed(t, 300)
	for _, list := range [][]int{nil, {-1}, {7}, make([]int, 65)} {
		if out, err := w.playback.Keys(t.Context(), admin, "r", w.id, list); out != nil || session.CodeOf(err) != session.CodeInvalid {
			t.Errorf("%v: %+v, %v", list, out, err)
		}
	}
	w.broken = session.Errorf(session.CodeUnavailable, "down")
	if out, err := w.playback.Keys(t.Context(), admin, "r", w.id, []int{0}); out != nil || session.CodeOf(err) != session.CodeUnavailable {
		t.Errorf("without a record: %+v, %v", out, err)
	}
	if len(w.events) > 0 || len(w.signed) > 0 {
		t.Errorf("recorded %+v, signed %q", w.events, w.signed)
	}
}
