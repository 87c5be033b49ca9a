package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/ingest"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
)

// everyKind fills an archive with 200 sessions in every state that a committed session can be in.
func everyKind(w *world) {
	w.t.Helper()
	for i := range 20 { // these expire
		p := recorded(i)
		switch i % 4 {
		case 0:
			p.data = truncated
		case 1:
			p.at = w.now.Add(time.Duration(i) * time.Hour)
		}
		w.archived(p)
	}
	w.now = w.now.Add(retention + time.Hour)
	w.run(hourly)
	for i := 20; i < 200; i++ {
		p := recorded(i)
		switch i % 10 {
		case 0:
			p.format = "video"
		case 1:
			p.data = truncated
		case 2:
			p.data = large
		case 3:
			p.broken = true
		case 4:
			p.at = w.now.Add(time.Duration(i) * time.Hour) // its clock is ahead
		case 5:
			other := p
			other.folder, other.account = p.folder+"-again", "root"
			defer w.archived(other)
		}
		w.archived(p)
	}
}

// index is everything that the index says of committed sessions.
func (w *world) contents() (rows []session.Session, recordings map[string]*session.Recording) {
	w.t.Helper()
	recordings = map[string]*session.Recording{}
	for _, s := range w.rows() {
		if s.State == session.Waiting || s.State == session.Incomplete {
			continue
		}
		_, rec, err := w.index.Session(context.Background(), s.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		rows, recordings[s.ID] = append(rows, s), rec
	}
	return rows, recordings
}

func (w *world) sameAs(rows []session.Session, recordings map[string]*session.Recording) {
	w.t.Helper()
	nowRows, nowRecordings := w.contents()
	if len(nowRows) != len(rows) {
		w.t.Fatalf("%d rows, want %d", len(nowRows), len(rows))
	}
	for i := range rows {
		if !reflect.DeepEqual(nowRows[i], rows[i]) {
			w.t.Errorf("row\n got %+v\nwant %+v", nowRows[i], rows[i])
		}
	}
	if !reflect.DeepEqual(nowRecordings, recordings) {
		w.t.Error("the recordings of rows are not the same")
	}
}

func TestALostIndexIsRebuiltFromTheCommitFiles(t *testing.T) {
	w := newWorld(t)
	w.Workers = 8
	everyKind(w)
	announced := recorded(1000) // and its recording has not come
	w.putManifest(announced)
	w.arrive(announced)
	rows, recordings := w.contents()
	reasons := map[string]int{}
	for _, s := range rows {
		reasons[fmt.Sprintf("%s %.20s", s.State, s.Reason)]++
	}
	given, err := w.index.LastNumber(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 200 || len(reasons) < 7 {
		t.Fatalf("%d rows in these states: %v", len(rows), reasons)
	}
	registrations := map[string]*session.Registration{}
	for i := range 200 {
		p := recorded(i)
		p.broken = i >= 20 && i%10 == 3
		r, err := w.index.Registration(context.Background(), p.identity())
		if err != nil {
			t.Fatal(err)
		}
		registrations[p.identity()] = r
	}

	w.newIndex()
	late := recorded(2000)
	w.putRecording(late)
	w.putManifest(late)
	refused := func() {
		t.Helper()
		failed := w.ingest.Arrive(context.Background(), []session.Folder{late.Folder(), recorded(50).Folder()})
		if !errors.Is(failed[late.Folder()], ingest.ErrLost) || failed[recorded(50).Folder()] == nil && w.hasNoRegistration(recorded(50)) {
			t.Fatalf("a number was given: %v", failed)
		}
	}
	refused()
	w.now = w.now.Add(2 * time.Hour)
	if report := w.run(hourly); report.Failed == 0 { // the inbox has what nobody may register
		t.Errorf("report %+v", report)
	}
	refused() // an ordinary run makes no counter
	w.newIndex()

	report := w.run(reconcile.Options{Rebuild: true})
	if report.Restored != 200 || report.Failed != 0 || !report.Done || report.Found != 2 {
		t.Errorf("report %+v", report)
	}
	if s := w.row(late.ID()); s.State != session.Ready || s.No <= given {
		t.Errorf("what came between loss and rebuild: %+v", s)
	}
	if s := w.row(announced.ID()); s.State != session.Waiting || s.No <= given {
		t.Errorf("what was never archived: %+v", s)
	}
	w.index.DropRow(late.ID())
	w.sameAs(rows, recordings)
	for identity, want := range registrations {
		if got, err := w.index.Registration(context.Background(), identity); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("registration %v\n got %+v\nwant %+v", err, got, want)
		}
	}
	w.arrive(recorded(60)) // an old event again
	next := recorded(3000)
	w.archived(next)
	if s := w.row(next.ID()); s.No <= given {
		t.Errorf("a new session: %+v", s)
	}
	w.sameNumbers()
}

func (w *world) hasNoRegistration(p put) bool {
	_, err := w.index.Registration(context.Background(), p.identity())
	return err != nil
}

// sameNumbers wants no number twice.
func (w *world) sameNumbers() {
	w.t.Helper()
	seen := map[int64]string{}
	for _, s := range w.rows() {
		if other := seen[s.No]; other != "" || s.No < 1 {
			w.t.Errorf("%s and %s have number %d", s.ID, other, s.No)
		}
		seen[s.No] = s.ID
	}
}

// A rebuild is killed at many moments, each time a little later, and goes on or begins again.
func TestARebuildThatIsKilledComesToItsEndAllTheSame(t *testing.T) {
	w := newWorld(t)
	everyKind(w)
	w.now = w.now.Add(day)
	rows, recordings := w.contents()
	w.newIndex()
	runs := 0
	for k := 5; ; k += 29 {
		runs++
		_, killed := w.killAfter(k)
		report, err := w.Run(context.Background(), reconcile.Options{Rebuild: true, Continue: runs%2 == 0})
		w.revive()
		if !*killed {
			if err != nil || !report.Done || report.Failed > 0 {
				t.Fatalf("report %+v, %v", report, err)
			}
			break
		}
	}
	if runs < 5 {
		t.Errorf("%d runs", runs)
	}
	w.sameAs(rows, recordings)
	w.archived(recorded(5000))
	w.sameNumbers()
}

func TestNoNumberIsGivenWhileACommitFileCouldNotBeRead(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		w.archived(recorded(i))
	}
	w.newIndex()
	unreachable := &unreachable{Commits: w.archive, id: recorded(4).ID()}
	w.Commits = unreachable
	if report, err := w.Run(context.Background(), reconcile.Options{Rebuild: true}); err == nil || report.Failed != 1 || report.Done {
		t.Fatalf("report %+v, %v", report, err)
	}
	if last, err := w.index.LastNumber(context.Background()); err != nil || last != 0 {
		t.Fatalf("the counter is at %d, %v", last, err)
	}
	unreachable.id = ""
	if report := w.run(reconcile.Options{Rebuild: true, Continue: true}); report.Restored != 1 || !report.Done {
		t.Errorf("report %+v", report)
	}
}

// unreachable fails to read one commit file, as a network does.
type unreachable struct {
	reconcile.Commits
	id string
}

func (u *unreachable) ReadCommit(ctx context.Context, id string) (*archive.Commit, error) {
	if id == u.id {
		return nil, errors.New("connection reset")
	}
	return u.Commits.ReadCommit(ctx, id)
}

func TestARebuildOfAWholeIndexChangesNothing(t *testing.T) {
	w := newWorld(t)
	everyKind(w)
	rows, recordings := w.contents()
	last, err := w.index.LastNumber(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if report := w.run(reconcile.Options{Rebuild: true}); report != (reconcile.Report{Done: true}) {
		t.Errorf("report %+v", report)
	}
	w.sameAs(rows, recordings)
	if now, err := w.index.LastNumber(context.Background()); err != nil || now != last {
		t.Errorf("the counter went from %d to %d, %v", last, now, err)
	}
}
