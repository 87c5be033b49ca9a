package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
)

var november = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func lastBefore(t time.Time) string { return session.PrevID(session.MinID(t)) }

func TestRederiveGoesOnUntilTheEnd(t *testing.T) {
	id := session.NewID(november, "gw", "x")
	month := reconcile.Scope{After: lastBefore(november), To: lastBefore(november.Add(time.Hour))}
	for _, c := range []struct {
		args []string
		want reconcile.Scope
	}{
		{[]string{"--all"}, reconcile.Scope{}},
		{[]string{"--all", "--dry-run"}, reconcile.Scope{DryRun: true}},
		{[]string{id}, reconcile.Scope{IDs: []string{id}}},
		{[]string{"--from", "2026-11-01", "--to", "2026-11-01T10:00:00+09:00"}, month},
		{[]string{"--from=2026-11-01"}, reconcile.Scope{After: month.After}},
	} {
		asked := answers(t, `{"outdated":5,"rederived":4,"failed":0,"after":"X","done":false}`, `{"outdated":2,"rederived":2,"done":true}`)
		var out, notes bytes.Buffer
		if err := runCommand(context.Background(), "rederive", append(c.args, "--json"), &out, &notes); err != nil {
			t.Fatal(err)
		}
		var total reconcile.Report
		if err := json.Unmarshal(out.Bytes(), &total); err != nil || total != (reconcile.Report{Outdated: 7, Rederived: 6, Done: true}) {
			t.Errorf("%q: %s, %v", c.args, out.String(), err)
		}
		then := c.want
		then.After = "X"
		if want := []reconcile.Options{{Rederive: &c.want}, {Rederive: &then}}; !reflect.DeepEqual(*asked, want) || !strings.Contains(notes.String(), "handed over 4") {
			t.Errorf("%q: asked for %+v; %s", c.args, *asked, notes.String())
		}
	}
}

func TestRederivePrintsWhatItDid(t *testing.T) {
	answers(t, `{"outdated":2,"rederived":1,"failed":1,"done":true}`)
	var out bytes.Buffer
	err := runCommand(context.Background(), "rederive", []string{"--all"}, &out, io.Discard)
	want := "outdated   2  sessions that have to be prepared again\nrederived  1  of these, handed over to the archiver\nfailed     1  problems; see the reconciler's log\n"
	if out.String() != want || err == nil {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

func TestRederiveRefusesWhatItDoesNotKnow(t *testing.T) {
	id := session.NewID(november, "gw", "x")
	for _, args := range [][]string{{}, {"--dry-run"}, {"all"}, {id, "--all"}, {id, "--from", "2026-11-01"}, {"--all", "--to", "2026-11-01"},
		{"--from", "yesterday"}, {"--from", "2026-11-02", "--to", "2026-11-01"}, {"--everything"}} {
		err := runCommand(context.Background(), "rederive", args, io.Discard, io.Discard)
		if _, ok := errors.AsType[*usageError](err); !ok {
			t.Errorf("%q: %v", args, err)
		}
	}
}
