package reconcile_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
)

var hourly = reconcile.Options{}

func TestACommittedSessionWithoutARowIsRestoredAnHourLater(t *testing.T) {
	w := newWorld(t)
	p := recorded(1)
	w.archived(p)
	before := w.row(p.ID())
	w.index.DropRow(p.ID())
	w.now = w.now.Add(50 * time.Minute)
	if report := w.run(hourly); report.Restored != 0 || len(w.rows()) != 0 || !report.Done {
		t.Fatalf("too early: %+v", report)
	}
	w.now = w.now.Add(11 * time.Minute)
	if report := w.run(hourly); report.Restored != 1 || report.Failed != 0 {
		t.Fatalf("report %+v", report)
	}
	if after := w.row(p.ID()); !reflect.DeepEqual(after, before) {
		t.Errorf("got %+v\nwant %+v", after, before)
	}
	if report := w.run(hourly); report.Restored != 0 {
		t.Errorf("once more: %+v", report)
	}
}

func TestARowThatWaitsForWhatIsCommittedBecomesReady(t *testing.T) {
	for _, state := range []session.State{session.Waiting, session.Incomplete} {
		w := newWorld(t)
		p := recorded(1)
		w.archived(p)
		before := w.row(p.ID())
		w.index.DropRow(p.ID())
		behind := *before
		behind.State, behind.DurationMs, behind.SizeBytes = state, nil, nil
		if err := w.index.PutRow(context.Background(), &behind, nil); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(2 * time.Hour)
		if report := w.run(hourly); report.Restored != 1 || !reflect.DeepEqual(w.row(p.ID()), before) {
			t.Errorf("%s: report %+v, row %+v", state, report, w.row(p.ID()))
		}
	}
}

func TestAnAttemptWithoutACommitIsNoSession(t *testing.T) {
	w := newWorld(t)
	if _, err := w.archive.PutOriginal(context.Background(), archive.OriginalKey(recorded(1).ID(), "aa", 0, "x"), []byte("x")); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(3 * day)
	if report := w.run(hourly); report != (reconcile.Report{Done: true}) || len(w.rows()) != 0 {
		t.Errorf("report %+v", report)
	}
}

func TestARowWhoseRecordingIsGoneIsReportedAndKept(t *testing.T) {
	for name, lose := range map[string]func(*world, put){
		"its commit file": func(w *world, p put) { w.archive.Lose(archive.CommitKey(p.ID())) },
		"all of it": func(w *world, p put) {
			_, rec, _ := w.index.Session(context.Background(), p.ID())
			for _, o := range rec.Originals {
				w.archive.Lose(o.Key)
			}
			w.archive.Lose(archive.CommitKey(p.ID()))
		},
	} {
		w := newWorld(t)
		p, other := recorded(1), recorded(2)
		other.format = "video"
		w.archived(p, other)
		before := w.rows()
		lose(w, p)
		w.now = w.now.Add(2 * time.Hour)
		if report := w.run(hourly); report.Lost != 1 || report.Failed != 0 || !reflect.DeepEqual(w.rows(), before) {
			t.Errorf("%s: report %+v, rows %+v", name, report, w.rows())
		}
	}
}

func TestASessionWhoseOriginalIsGoneIsListedSo(t *testing.T) {
	w := newWorld(t)
	p := recorded(1)
	w.archived(p, recorded(2))
	_, rec, err := w.index.Session(context.Background(), p.ID())
	if err != nil {
		t.Fatal(err)
	}
	w.archive.Lose(rec.Originals[1].Key)
	w.newIndex()
	if report := w.run(reconcile.Options{Rebuild: true}); report.Lost != 1 || report.Restored != 1 || report.Failed != 0 || !report.Done {
		t.Errorf("report %+v", report)
	}
	if s := w.row(p.ID()); s.State != session.Unreadable || s.Reason != "the original is not in the archive any more" || s.No != 1 {
		t.Errorf("row %+v", s)
	}
}

func TestTheDictionaryCoversEveryRow(t *testing.T) {
	w := newWorld(t)
	for i := range 30 {
		w.archived(recorded(i))
	}
	if report := w.run(hourly); report.Covered != 0 {
		t.Fatalf("report %+v", report)
	}
	w.index.LoseValues()
	for _, want := range []int{30, 0} {
		if report := w.run(hourly); report.Covered != want {
			t.Errorf("%d rows were covered, want %d", report.Covered, want)
		}
	}
}

func TestARecordingPastItsRetentionExpires(t *testing.T) {
	w := newWorld(t)
	w.archived(recorded(1))
	w.now = w.now.Add(20 * day)
	late := recorded(2) // archived long after it began
	w.archived(late)
	w.now = start.Add(time.Hour + retention + time.Second)
	if report := w.run(hourly); report.Expired != 1 || report.Failed != 0 {
		t.Fatalf("report %+v", report)
	}
	if a, b := w.row(recorded(1).ID()), w.row(late.ID()); a.State != session.Expired || *a.DurationMs != 2500 || b.State != session.Ready {
		t.Errorf("rows %+v, %+v", a, b)
	}
	for _, key := range w.archive.Keys() {
		if id := recorded(1).ID(); !archive.IsCommit(id, key) && !archive.IsCommit(late.ID(), key) && key[:len(archive.SessionPrefix(id))] == archive.SessionPrefix(id) {
			t.Errorf("%s is left", key)
		}
	}
	w.arrive(recorded(1)) // the same event, very late
	if report := w.run(hourly); report.Expired != 0 || w.row(recorded(1).ID()).State != session.Expired {
		t.Errorf("once more: %+v", report)
	}
}

// Expiring is killed before and after each of its writes; a day later nothing is left of the recording.
func TestAnExpiryThatIsKilledIsFinishedByTheSweeper(t *testing.T) {
	for k := 0; ; k++ {
		w := newWorld(t)
		p := recorded(1)
		w.archived(p)
		w.now = w.now.Add(retention + time.Second)
		n, killed := w.killAfter(k)
		_ = w.Expire(context.Background(), p.ID())
		w.revive()
		if !*killed {
			if *n < 10 {
				t.Errorf("killed at %d moments only", *n)
			}
			return
		}
		for range 2 {
			w.now = w.now.Add(25 * time.Hour)
			w.run(hourly)
		}
		if keys := w.archive.Keys(); len(keys) != 2 || w.row(p.ID()).State != session.Expired {
			t.Errorf("killed at %d: left is %q, row %+v", k, keys, w.row(p.ID()))
		}
	}
}

func TestARowThatHasLivedItsTimeIsNotMadeAgain(t *testing.T) {
	w := newWorld(t)
	w.archived(recorded(1))
	w.index.DropRow(recorded(1).ID())
	w.now = start.Add(rowLife + time.Hour)
	for _, o := range []reconcile.Options{hourly, {Everything: true}, {Rebuild: true}} {
		if report := w.run(o); report.Restored != 0 || report.Failed != 0 || len(w.rows()) != 0 {
			t.Errorf("%+v: report %+v", o, report)
		}
	}
}

func TestOneBrokenSessionDoesNotStopTheOthers(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		w.archived(recorded(i))
		w.index.DropRow(recorded(i).ID())
	}
	w.archive.Break(archive.CommitKey(recorded(1).ID()), []byte("{"))
	w.archive.Break(archive.CommitKey(recorded(2).ID()), []byte(`{"version":1,"registration":{"row":{"id":"another"}}}`))
	w.now = w.now.Add(2 * time.Hour)
	if report := w.run(hourly); report.Restored != 3 || report.Failed != 2 || !report.Done {
		t.Errorf("report %+v", report)
	}
}

func TestAnOrdinaryRunRaisesTheCounterAndMakesNone(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		w.archived(recorded(i))
	}
	w.newIndex()
	w.now = w.now.Add(2 * time.Hour)
	if report := w.run(hourly); !report.IndexLost || report.Restored != 3 {
		t.Errorf("report %+v", report)
	}
	if last, err := w.index.LastNumber(context.Background()); err != nil || last != 0 {
		t.Fatalf("a counter at %d, %v", last, err)
	}
	if err := w.index.StartNumbers(context.Background(), 1); err != nil { // wrong: others have 2 and 3
		t.Fatal(err)
	}
	w.run(hourly)
	if last, err := w.index.LastNumber(context.Background()); err != nil || last != 3 {
		t.Errorf("the counter is at %d, %v", last, err)
	}
}

func TestAPassGoesOnWhereTheLastRunEnded(t *testing.T) {
	w := newWorld(t)
	for i := range 450 { // three pages of the fake
		p := recorded(i)
		p.format = "video"
		w.archived(p)
	}
	for i := range 450 {
		w.index.DropRow(recorded(i).ID())
	}
	w.now = w.now.Add(2 * time.Hour)
	no, cancel := context.WithTimeout(context.Background(), 30*time.Second) // less than a run leaves
	defer cancel()
	if report, err := w.Run(no, hourly); err != nil || report.Done || report.Restored != 0 {
		t.Errorf("without time: %+v, %v", report, err)
	}
	total := 0
	for runs := 0; ; runs++ {
		ctx, cancel := context.WithCancel(context.Background())
		marks := 0
		w.index.Fail = func(write string, after bool) error { // no more time after the first slice
			if write == "mark" && after {
				if marks++; marks == 2 { // the inbox's is the first
					cancel()
				}
			}
			return nil
		}
		report, err := w.Run(ctx, hourly)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if total += report.Restored; report.Done {
			if total != 450 || runs != 2 {
				t.Errorf("%d restored in %d runs before the last", total, runs)
			}
			return
		}
		if runs == 5 {
			t.Fatal("the pass does not end")
		}
	}
}
