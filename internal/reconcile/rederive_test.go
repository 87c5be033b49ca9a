package reconcile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/ingest"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// earlier is the derived bucket as an earlier encoder writes to it: version 1 made no table and no transcript, and
// read asciicast 2 only. What it could read, version 2 made as the present one does.
type earlier struct {
	*archivetest.Memory
	version int
	refuses bool
}

func (e *earlier) PutDerived(ctx context.Context, id string, d *archive.DerivedCommit) (*archive.DerivedCommit, error) {
	d.Encoder = e.version
	switch {
	case e.refuses:
		d.State, d.Reason, d.Attempt, d.Play = session.Unreadable, "it was not known how to read this", "", nil
	case d.Play != nil:
		d.Play.Encoder = e.version
		if e.version == 1 {
			d.Play.Table, d.Play.Transcript = session.Stored{}, session.Stored{}
		}
	}
	return e.Memory.PutDerived(ctx, id, d)
}

// archivedBy archives sessions with an earlier encoder.
func (w *world) archivedBy(version int, refuses bool, sessions ...put) {
	w.t.Helper()
	w.ingest.Derived = &earlier{w.archive, version, refuses}
	w.archived(sessions...)
	w.ingest.Derived = w.archive
}

// play is what the row of a session names, or nil.
func (w *world) play(id string) *session.Play {
	w.t.Helper()
	_, rec, err := w.index.Session(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return rec.Play
}

// isNew reports that a session has been prepared by the present encoder, and can be replayed.
func (w *world) isNew(id string) bool {
	w.t.Helper()
	p := w.play(id)
	if w.row(id).State != session.Ready || w.row(id).Encoder != tape.EncoderVersion || p == nil || p.Encoder != tape.EncoderVersion {
		return false
	}
	data, err := w.archive.ReadObject(context.Background(), p.Index.Key)
	if err != nil {
		w.t.Fatal(err)
	}
	x, err := tape.ReadIndex(bytes.NewReader(data))
	return err == nil && x.DurationMs == 2500 && p.Replayable()
}

var all = reconcile.Options{Rederive: &reconcile.Scope{}}

func TestASessionOfAnEarlierEncoderBecomesPlayable(t *testing.T) {
	for name, o := range map[string]reconcile.Options{"by the command": all, "within the hour": hourly, "by its name": {Rederive: &reconcile.Scope{IDs: []string{recorded(1).ID()}}}} {
		w := newWorld(t)
		w.archivedBy(1, false, recorded(1))
		before, id := w.row(recorded(1).ID()), recorded(1).ID()
		if before.State != session.Ready || before.Encoder != 1 || w.play(id).Replayable() {
			t.Fatalf("row %+v, play %+v", before, w.play(id))
		}
		w.now = w.now.Add(10 * day) // the inbox has nothing any more
		if report := w.run(o); report.Outdated != 1 || report.Rederived != 1 || report.Failed != 0 || !report.Done {
			t.Errorf("%s: report %+v", name, report)
		}
		if s := w.row(id); !reflect.DeepEqual(s, before) {
			t.Errorf("%s: before it is done the row is %+v", name, s)
		}
		w.archiver()
		if !w.isNew(id) {
			t.Errorf("%s: row %+v, play %+v", name, w.row(id), w.play(id))
		}
		w.nothingMore(name)
	}
}

// nothingMore makes sure that what is done is not done again.
func (w *world) nothingMore(name string) {
	w.t.Helper()
	writes := 0
	w.archive.Fail = func(string, bool) error { writes++; return nil }
	defer w.revive()
	for _, o := range []reconcile.Options{all, hourly} {
		if report := w.run(o); report.Outdated != 0 || report.Rederived != 0 || len(w.queue) != 0 || writes != 0 {
			w.t.Errorf("%s: once more: %+v, queue %q, %d writes", name, report, w.queue, writes)
		}
	}
	if waiting, err := w.index.Waiting(context.Background(), session.EndOfTime); err != nil || len(waiting) != 0 {
		w.t.Errorf("%s: %q wait, %v", name, waiting, err)
	}
}

func TestWhatAnEarlierEncoderCouldNotReadBecomesReady(t *testing.T) {
	for version := 1; version < tape.EncoderVersion; version++ {
		w := newWorld(t)
		p, still := recorded(1), recorded(2)
		still.format = "video"
		w.archivedBy(version, true, p, still)
		if s := w.row(p.ID()); s.State != session.Unreadable || s.Encoder != version {
			t.Fatalf("row %+v", s)
		}
		if report := w.run(all); report.Rederived != 2 {
			t.Errorf("report %+v", report)
		}
		w.archiver()
		if s := w.row(still.ID()); !w.isNew(p.ID()) || s.State != session.Unreadable || s.Encoder != tape.EncoderVersion {
			t.Errorf("rows %+v, %+v", w.row(p.ID()), s)
		}
		w.nothingMore("unreadable")
	}
}

func TestWhatANewEncoderWouldOnlyRepeatIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	w.archivedBy(2, false, recorded(1))
	before := w.row(recorded(1).ID())
	w.arrive(recorded(1)) // the same event again
	w.nothingMore("encoder 2")
	if s := w.row(recorded(1).ID()); !reflect.DeepEqual(s, before) || s.Encoder != 2 {
		t.Errorf("row %+v", s)
	}
}

// A new encoder that can make nothing of a recording does not take from it what an earlier one made.
func TestWhatCouldBeReplayedStaysSo(t *testing.T) {
	w := newWorld(t)
	p := recorded(1)
	p.data = truncated
	w.archivedBy(2, false, p)
	before, id := w.row(p.ID()), p.ID()
	c, err := w.archive.ReadCommit(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	old, err := w.archive.ReadDerived(context.Background(), id, 2)
	if err != nil {
		t.Fatal(err)
	}
	newer := archive.DerivedCommit{Encoder: tape.EncoderVersion, Originals: old.Originals, State: session.Unreadable, Reason: "no"}
	if _, err := w.archive.PutDerived(context.Background(), id, &newer); err != nil {
		t.Fatal(err)
	}
	for name, lose := range map[string]func(){"it is handed over": func() {}, "its row is lost": func() { w.index.DropRow(id) }} {
		lose()
		if err := w.ingest.Restore(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		s := w.row(id)
		s.Encoder = before.Encoder
		if !reflect.DeepEqual(s, before) || w.play(id) == nil || w.play(id).Encoder != 2 {
			t.Errorf("%s: row %+v, play %+v", name, s, w.play(id))
		}
		w.nothingMore(name)
	}
}

// Encoding anew is killed before and after each of its writes, in turn. The next hours finish it, and a day later
// nothing is left but what a commit file names.
func TestEncodingAnewThatIsKilledIsFinishedLater(t *testing.T) {
	moments := 0
	for k := 0; ; k++ {
		w := newWorld(t)
		p := recorded(1)
		w.archivedBy(1, false, p)
		w.now = w.now.Add(10 * day)
		w.run(hourly)
		w.now, w.queue = w.now.Add(day), nil // lost
		w.archiver()
		_, killed := w.killAfter(k)
		_, _ = w.Run(context.Background(), all)
		for _, identity := range w.queue {
			_ = w.ingest.Archive(context.Background(), identity)
		}
		w.revive()
		if !*killed {
			break
		}
		moments++
		if w.row(p.ID()).State != session.Ready || w.play(p.ID()) == nil {
			t.Fatalf("killed at %d: the row is %+v", k, w.row(p.ID()))
		}
		for range 3 {
			w.now = w.now.Add(61 * time.Minute)
			w.run(hourly)
			w.archiver()
		}
		if !w.isNew(p.ID()) {
			t.Fatalf("killed at %d: row %+v", k, w.row(p.ID()))
		}
		w.now = w.now.Add(2 * day)
		w.run(hourly)
		w.onlyNamed(k, p.ID())
		w.nothingMore(fmt.Sprint("killed at ", k))
	}
	if moments < 20 {
		t.Errorf("killed at %d moments only", moments)
	}
}

// onlyNamed looks for objects of a session that no commit file names.
func (w *world) onlyNamed(k int, id string) {
	w.t.Helper()
	ctx := context.Background()
	want := []string{archive.CommitKey(id)}
	c, err := w.archive.ReadCommit(ctx, id)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, o := range c.Originals {
		want = append(want, o.Key)
	}
	for _, encoder := range []int{1, tape.EncoderVersion} {
		d, err := w.archive.ReadDerived(ctx, id, encoder)
		if err != nil {
			w.t.Fatal(err)
		}
		want = append(want, archive.DerivedCommitKey(id, encoder), archive.PlayKey(id, d.Attempt), archive.IndexKey(id, d.Attempt),
			archive.TableKey(id, d.Attempt), archive.TranscriptKey(id, d.Attempt))
	}
	slices.Sort(want)
	if keys := w.archive.Keys(); !slices.Equal(keys, want) {
		w.t.Errorf("killed at %d: left is %q, want %q", k, keys, want)
	}
}

func TestASessionThatIsHandedOverTwiceIsEncodedOnce(t *testing.T) {
	w := newWorld(t)
	w.archivedBy(1, false, recorded(1))
	for range 2 {
		w.run(all)
	}
	if len(w.queue) != 2 {
		t.Fatalf("queue %q", w.queue)
	}
	objects, second := 0, error(nil)
	w.archive.Fail = func(write string, after bool) error {
		if write == "object" && !after {
			if objects++; objects == 1 { // while the first is at it
				second = w.ingest.Archive(context.Background(), w.queue[1])
			}
		}
		return nil
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err != nil || !errors.Is(second, ingest.ErrBusy) {
		t.Errorf("the first: %v, the second: %v", err, second)
	}
	if err := w.ingest.Archive(context.Background(), w.queue[1]); err != nil { // it comes again
		t.Error(err)
	}
	if objects != 4 || !w.isNew(recorded(1).ID()) {
		t.Errorf("%d objects were made, row %+v", objects, w.row(recorded(1).ID()))
	}
}

func TestWhatIsHandedOverInVainIsHandedOverAgainThoughTheInboxForgotIt(t *testing.T) {
	w := newWorld(t)
	w.archivedBy(1, false, recorded(1))
	w.run(all)
	w.queue = nil // five times in vain
	w.archive.LoseInbox()
	if report := w.run(hourly); report.Outdated != 1 || report.Rederived != 0 {
		t.Errorf("it is under way: %+v", report)
	}
	w.now = w.now.Add(61 * time.Minute)
	if report := w.run(hourly); report.Overdue != 1 || len(w.queue) != 1 {
		t.Errorf("report %+v", report)
	}
	if w.archiver(); !w.isNew(recorded(1).ID()) {
		t.Errorf("row %+v", w.row(recorded(1).ID()))
	}
}

func TestAnHourlyRunHandsOverTheNewestAndTheCommandAll(t *testing.T) {
	w := newWorld(t)
	const n = 1100 // a page of the rows, and some
	var sessions []put
	for i := range n {
		p := recorded(i)
		p.format = "video"
		sessions = append(sessions, p)
	}
	w.archivedBy(1, false, sessions...)
	report := w.run(hourly)
	if report.Outdated != n || report.Rederived != 500 || w.queue[0] != recorded(n-1).identity() || w.queue[499] != recorded(n-500).identity() {
		t.Errorf("report %+v", report)
	}
	w.queue = nil
	scope := &reconcile.Scope{DryRun: true}
	if report := w.run(reconcile.Options{Rederive: scope}); report.Outdated != n || report.Rederived != 0 || !report.Done || len(w.queue) != 0 {
		t.Errorf("only counted: %+v", report)
	}
	scope.DryRun = false
	scope.After, scope.To = session.PrevID(session.MinID(recorded(10).at)), session.PrevID(session.MinID(recorded(20).at))
	if report := w.run(reconcile.Options{Rederive: scope}); report.Rederived != 10 || !slices.Contains(w.queue, recorded(10).identity()) || slices.Contains(w.queue, recorded(20).identity()) {
		t.Errorf("ten of them: %+v", report)
	}
	if report := w.run(all); report.Rederived != n || !report.Done {
		t.Errorf("all: %+v", report)
	}
}

func TestTheCommandGoesOnWhereARunEnded(t *testing.T) {
	w := newWorld(t)
	w.archivedBy(1, true, recorded(1))
	late, cancel := context.WithTimeout(context.Background(), 30*time.Second) // less than a run leaves
	defer cancel()
	o := reconcile.Options{Rederive: &reconcile.Scope{After: "0"}}
	if report, err := w.Run(late, o); err != nil || report.Done || report.Rederived != 0 || report.After != "0" {
		t.Errorf("without time: %+v, %v", report, err)
	}
	o.Rederive.IDs = []string{"no session"}
	if report := w.run(o); report.Failed != 1 || !report.Done {
		t.Errorf("a session that is not there: %+v", report)
	}
}

func TestNothingIsLostWhileASessionIsEncodedAnew(t *testing.T) {
	w := newWorld(t)
	w.archivedBy(1, false, recorded(1))
	id, old := recorded(1).ID(), w.play(recorded(1).ID())
	w.run(all)
	looked := 0
	w.archive.Fail = func(write string, after bool) error {
		if write == "clear" { // that is after the row
			return nil
		}
		looked++
		if p := w.play(id); *p != *old {
			t.Errorf("%s (after it: %v): the row names %+v", write, after, p)
		}
		if _, err := w.archive.ReadObject(context.Background(), old.Object.Key); err != nil {
			t.Errorf("%s: %v", write, err)
		}
		return nil
	}
	w.archiver()
	if looked < 10 || !w.isNew(id) {
		t.Errorf("looked %d times; row %+v", looked, w.row(id))
	}
}
