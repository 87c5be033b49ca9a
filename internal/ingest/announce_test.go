package ingest_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
)

// types are those of what others were told.
func (w *world) types() (list []string) {
	for _, a := range w.told {
		list = append(list, a.Type)
	}
	return list
}

func TestOthersAreToldOfASessionOnce(t *testing.T) {
	for name, c := range map[string]struct {
		cast, want string
	}{"readable": {cast, "archived"}, "unreadable": {"no cast at all", "unreadable"}} {
		w := newWorld(t)
		w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
		w.arrive(folder)
		if len(w.told) > 0 {
			t.Errorf("%s: of one that waits they were told %q", name, w.types())
		}
		w.archive.PutInbox(folder, "recording.cast", []byte(c.cast))
		for range 3 { // the same event again, after the first has marked the manifest
			w.arrive(folder)
		}
		if _, err := w.reconciler().Run(context.Background(), reconcile.Options{Everything: true}); err != nil {
			t.Fatal(err)
		}
		w.archive.LoseInbox() // it has expired
		again := session.Folder{Gateway: "gw-1", Name: "again"}
		w.archive.PutInbox(again, session.ManifestName, manifest(nil))
		w.arrive(again)
		if got := w.types(); !slices.Equal(got, []string{c.want}) {
			t.Fatalf("%s: they were told %q", name, got)
		}
		detail, err := json.Marshal(w.told[0].Detail)
		if err != nil {
			t.Fatal(err)
		}
		var says struct{ SessionID, Gateway, Name, ActionAt, Reason string }
		if err := json.Unmarshal(detail, &says); err != nil {
			t.Fatal(err)
		}
		if s := w.only(); says.SessionID != s.ID || says.Gateway != "gw-1" || says.Name != "Kim Minji" || says.ActionAt != "2026-11-23T06:04:05.123Z" || (says.Reason == "") != (name == "readable") {
			t.Errorf("%s: %s", name, detail)
		}
	}
}

func TestOfTwoRunsAtOnceOneTells(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	once := false
	w.archive.Fail = func(write string, after bool) error {
		if write == "derived" && after && !once { // the event of the other object, in another process
			once = true
			w.arrive(folder)
		}
		return nil
	}
	w.arrive(folder)
	if got := w.types(); !once || !slices.Equal(got, []string{"archived"}) {
		t.Errorf("they were told %q", got)
	}
}

func TestOfAManifestThatCannotBeReadOthersAreTold(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, session.ManifestName, []byte("{"))
	w.arrive(folder)
	if got := w.types(); !slices.Equal(got, []string{"unreadable"}) {
		t.Errorf("they were told %q", got)
	}
}

func TestOfASessionPastItsRetentionNobodyIsTold(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.archive.Fail = func(write string, _ bool) error {
		if write == "object" { // of the derived ones: its original is committed
			return errors.New("killed")
		}
		return nil
	}
	if failed := w.ingest.Arrive(context.Background(), []session.Folder{folder}); len(failed) != 1 {
		t.Fatal("it was not killed")
	}
	w.archive.Fail, w.now = nil, w.now.Add(retention+time.Hour)
	w.arrive(folder)
	if w.only().State != session.Expired || len(w.told) > 0 {
		t.Errorf("row %+v, they were told %q", w.only(), w.types())
	}
}
