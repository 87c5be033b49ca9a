package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/activity"
	"tapedeck/internal/api"
	"tapedeck/internal/audit/audittest"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
)

// newAuditAPI is the real API of the audit log over one in memory, and a way to run the command.
func newAuditAPI(t *testing.T) (log *audittest.Memory, clock *time.Time, audit func(args ...string) (out, notes string, status int)) {
	at := now
	log = audittest.NewMemory(func() time.Time { return at })
	verify := func(_ context.Context, token string) (session.Person, error) {
		return session.Person{Subject: "mina", Name: "Mina", Email: "mina@example.test", Roles: []session.Role{session.Role(token)}}, nil
	}
	server := &api.Server{Verify: verify, Current: settings.Fixed{TimeZone: "Asia/Seoul"}.Current, Now: func() time.Time { return at },
		RequestID: func(context.Context) string { return "r-1" }, Activity: &activity.Activity{Log: log, Audit: log}}
	mux := http.NewServeMux()
	mux.Handle("/api/v1/", http.StripPrefix("/api/v1", server.Handler()))
	mux.HandleFunc("/api/v1/me", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"timeZone":"Asia/Seoul"}`)) })
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	t.Setenv("TAPEDECK_URL", s.URL)
	t.Setenv("TAPEDECK_TOKEN", "admin")
	return log, &at, func(args ...string) (string, string, int) {
		var out, notes bytes.Buffer
		err := run(t.Context(), append([]string{"audit"}, args...), &out, &notes)
		status := exitStatus(t.Context(), err, &notes)
		return out.String(), notes.String(), status
	}
}

func TestTheAuditLogInEachForm(t *testing.T) {
	log, clock, audit := newAuditAPI(t)
	id := session.NewID(now, "gw", "1")
	for _, e := range []session.Event{
		{Action: session.ActConflict, Gateway: "gw-1", SessionID: id, Detail: map[string]string{"digest": "ab"}},
		{Action: session.ActPlay, Person: session.Person{Subject: "auth0|ada", Name: "애다", Email: "ada@example.test"}, SessionID: id, RequestID: "r-0",
			Detail: map[string]string{"seconds": "0.000-12.500 20.000-21.000", "segments": "0-3 5-5", "encoder": "4"}},
		{Action: session.ActList, Person: session.Person{Subject: "=eve", Name: "\x1b[31mEve"}, Detail: map[string]string{"any": "a, \"b\"\n\x1b]0;x\x07" + strings.Repeat("y", 300), "pageSize": "50"}},
		{Action: session.ActSettings, Person: session.Person{Subject: "mina", Name: "Mina"}, Detail: map[string]string{"retentionDays": "400 -> 300", "version": "2"}},
	} {
		if err := log.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		*clock = clock.Add(time.Minute)
	}
	before := []string{"--to", "2026-11-24T12:03:30Z"}
	for name, args := range map[string][]string{"audit.txt": before, "audit.csv": append([]string{"--csv"}, before...), "audit.json": append([]string{"--json"}, before...)} {
		out, notes, status := audit(args...)
		if status != 0 || notes != "" {
			t.Fatalf("%s: status %d, %s", name, status, notes)
		}
		path := "testdata/" + name
		if *update {
			if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if out != string(want) {
			t.Errorf("%s is\n%s", name, out)
		}
	}
}

func TestTheAuditLogIsAskedWhatTheFlagsSay(t *testing.T) {
	log, clock, audit := newAuditAPI(t)
	id := session.NewID(now, "gw", "1")
	for i := range 450 {
		e := session.Event{Action: session.ActOpen, SessionID: id, Person: session.Person{Subject: "ada", Email: "ada@example.test"}}
		if i%3 == 0 {
			e = session.Event{Action: session.ActConflict, Gateway: "gw-1"}
		}
		if err := log.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		*clock = clock.Add(time.Second)
	}
	for _, c := range []struct {
		args  []string
		lines int
		note  string
	}{
		{[]string{"--jsonl", "--session", id, "--person", "ADA@example.test", "--action", "open", "--action", "play"}, 300, ""},
		{[]string{"--jsonl", "--gateway", "gw-1", "--page-size", "7"}, 150, ""},
		{[]string{"--limit", "3", "--action", "open"}, 4, "3 entries; there may be more: --limit 0 shows all\n"},
		{[]string{"--person", "nobody"}, 0, "no entries of today and yesterday; --from and --to look elsewhere\n"},
		{[]string{"--person", "nobody", "--from", "2026-11-24"}, 0, "no entries\n"},
	} {
		out, notes, status := audit(c.args...)
		if status != 0 || strings.Count(out, "\n") != c.lines || notes != c.note {
			t.Errorf("%q: status %d, %d lines, %q", c.args, status, strings.Count(out, "\n"), notes)
		}
	}
	if _, notes, status := audit("--action", "watched"); status != exitFailed || !slices.Equal(strings.Split(notes, "\n"),
		[]string{`tapedeck: action: "watched" is none of the audit log's (request r-1)`, ""}) {
		t.Errorf("status %d, %q", status, notes)
	}
	t.Setenv("TAPEDECK_TOKEN", "auditor")
	if _, notes, status := audit("--json"); status != exitRefused || notes != "tapedeck: you may not read the audit log (request r-1)\n" {
		t.Errorf("status %d, %q", status, notes)
	}
}
