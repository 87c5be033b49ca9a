package reconcile_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
)

func TestALostEventIsFoundWithinTwoHours(t *testing.T) {
	w := newWorld(t)
	w.run(hourly)
	p := recorded(1)
	w.now = w.now.Add(50 * time.Minute)
	w.putRecording(p)
	w.putManifest(p)
	w.now = w.now.Add(10 * time.Minute)
	if report := w.run(hourly); report.Found != 0 || len(w.rows()) != 0 {
		t.Fatalf("its event may still come: %+v", report)
	}
	w.now = w.now.Add(time.Hour)
	if report := w.run(hourly); report.Found != 1 || w.row(p.ID()).State != session.Ready {
		t.Fatalf("report %+v", report)
	}
	if report := w.run(hourly); report.Found != 0 {
		t.Errorf("once more: %+v", report)
	}
}

func TestWhatIsSettledIsNotReadAgain(t *testing.T) {
	w := newWorld(t)
	for i := range 20 {
		w.archived(recorded(i))
	}
	w.now = w.now.Add(30 * time.Minute)
	writes := 0
	w.archive.Fail = func(string, bool) error { writes++; return nil }
	for _, o := range []reconcile.Options{hourly, {Everything: true}} {
		if report := w.run(o); report != (reconcile.Report{Done: true}) || writes != 0 {
			t.Errorf("%+v: %+v, %d writes to the archive", o, report, writes)
		}
	}
}

func TestTheInboxIsLookedAtAgainUntilAllIsSettled(t *testing.T) {
	w := newWorld(t)
	w.run(hourly)
	p := recorded(1)
	w.putRecording(p)
	w.putManifest(p)
	w.index.Fail = func(write string, _ bool) error {
		if write == "register" {
			return errors.New("throttled")
		}
		return nil
	}
	for range 5 { // far beyond the overlap
		w.now = w.now.Add(time.Hour)
		if report := w.run(hourly); report.Failed != 1 || report.Found != 0 {
			t.Fatalf("report %+v", report)
		}
	}
	w.revive()
	if report := w.run(hourly); report.Found != 1 || report.Failed != 0 || w.row(p.ID()).State != session.Ready {
		t.Errorf("report %+v", report)
	}
}

func TestOnlyEverythingLooksAtWhatIsOld(t *testing.T) {
	w := newWorld(t)
	p := recorded(1)
	w.putManifest(p)
	w.putRecording(p)
	w.now = w.now.Add(3 * time.Hour)
	if err := w.index.SetMark(context.Background(), "inbox", session.FormatTime(w.now.Add(-time.Hour))); err != nil {
		t.Fatal(err)
	}
	if report := w.run(hourly); report.Found != 0 {
		t.Fatalf("report %+v", report)
	}
	if report := w.run(reconcile.Options{Everything: true}); report.Found != 1 {
		t.Errorf("report %+v", report)
	}
}

func TestWhatWasListedTooLateIsFoundByTheNextRun(t *testing.T) {
	w := newWorld(t)
	p := recorded(1)
	w.putManifest(p)
	w.putRecording(p)
	if err := w.index.SetMark(context.Background(), "inbox", session.FormatTime(w.now.Add(59*time.Minute))); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(2 * time.Hour)
	if report := w.run(hourly); report.Found != 1 {
		t.Errorf("report %+v", report)
	}
}

func TestARecordingWhoseEventWasLostIsFound(t *testing.T) {
	w := newWorld(t)
	p := recorded(1)
	w.putManifest(p)
	w.arrive(p)
	for range 3 { // the manifest is far behind the mark
		w.now = w.now.Add(time.Hour)
		w.run(hourly)
	}
	w.putRecording(p)
	w.now = w.now.Add(time.Hour)
	if report := w.run(hourly); report.Overdue != 1 { // handed over
		t.Errorf("report %+v", report)
	}
	if w.archiver(); w.row(p.ID()).State != session.Ready {
		t.Errorf("row %+v", w.row(p.ID()))
	}
}

func TestWhatWasHandedOverInVainIsHandedOverAgainAnHourLater(t *testing.T) {
	w := newWorld(t)
	p := recorded(1)
	p.data = large
	w.putRecording(p)
	w.putManifest(p)
	w.arrive(p)
	w.queue = nil // five times in vain
	waits := recorded(2)
	w.putManifest(waits)
	w.arrive(waits)
	w.now = w.now.Add(59 * time.Minute)
	if report := w.run(hourly); report.Overdue != 0 {
		t.Fatalf("too early: %+v", report)
	}
	w.queue = nil
	w.now = w.now.Add(2 * time.Minute)
	if report := w.run(hourly); report.Overdue != 1 || len(w.queue) == 0 {
		t.Errorf("report %+v, queue %q", report, w.queue)
	}
	if w.archiver(); w.row(p.ID()).State != session.Ready || w.row(waits.ID()).State != session.Waiting {
		t.Errorf("rows %+v, %+v", w.row(p.ID()), w.row(waits.ID()))
	}
}

func TestWhatComesAfterADayWithoutAnEventIsFound(t *testing.T) {
	w := newWorld(t)
	p := recorded(1)
	w.putManifest(p)
	w.arrive(p)
	for range 25 {
		w.now = w.now.Add(time.Hour)
		w.run(hourly)
	}
	if s := w.row(p.ID()); s.State != session.Incomplete || s.Reason != `"recording" did not come within a day` {
		t.Fatalf("row %+v", s)
	}
	w.putRecording(p)
	w.now = w.now.Add(time.Hour)
	w.run(hourly)
	if s := w.row(p.ID()); s.State != session.Ready {
		t.Errorf("row %+v", s)
	}
}

func TestARecordingWithoutAManifestIsNoSession(t *testing.T) {
	w := newWorld(t)
	w.putRecording(recorded(1))
	w.now = w.now.Add(time.Hour)
	if report := w.run(hourly); report != (reconcile.Report{Done: true}) {
		t.Errorf("report %+v", report)
	}
}
