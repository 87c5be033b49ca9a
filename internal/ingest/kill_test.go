package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// A run is killed before and after each of its writes, in turn; the next one finishes, and a day later nothing
// is left of the first but what a commit names.
func TestARunThatIsKilledAnywhereIsFinishedByTheNext(t *testing.T) {
	killed := errors.New("killed")
	for _, large := range []bool{false, true} {
		moments := 0
		for k := 0; ; k++ {
			w := newWorld(t)
			if large {
				w.ingest.InlineBytes = 10
			}
			w.archive.PutInbox(folder, "recording.cast", []byte(cast))
			w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
			var at string
			n := 0
			die := func(write string, after bool) error {
				if n++; n > k {
					if at == "" {
						at = fmt.Sprintf("%s (after it: %t)", write, after)
					}
					return killed // and nothing works any more
				}
				return nil
			}
			w.index.Fail, w.archive.Fail, w.deaf = die, die, die
			run := func() {
				w.ingest.Arrive(context.Background(), []session.Folder{folder})
				for _, identity := range w.queue {
					_ = w.ingest.Archive(context.Background(), identity)
				}
			}
			run()
			if at == "" {
				break // it was not killed any more: that was all
			}
			moments++
			w.index.Fail, w.archive.Fail, w.deaf = nil, nil, nil
			w.now = w.now.Add(20 * time.Minute) // past a lease
			run()
			s := w.only()
			if s.State != session.Ready || s.Reason != "" {
				t.Fatalf("killed at %s: row %+v", at, s)
			}
			if n := len(w.told); n < 1 || n > 2 {
				t.Errorf("killed at %s: others were told %d times", at, n)
			}
			w.sweep(at, s.ID)
		}
		if moments < 15 {
			t.Errorf("killed at %d moments only", moments)
		}
	}
}

// sweep runs the reconciler two days later and looks at what is left.
func (w *world) sweep(at, id string) {
	w.t.Helper()
	w.now = w.now.Add(48 * time.Hour)
	r := w.reconciler()
	if _, err := r.Run(context.Background(), reconcile.Options{}); err != nil {
		w.t.Fatalf("killed at %s: %v", at, err)
	}
	_, rec, err := w.index.Session(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	want := map[string]bool{archive.CommitKey(id): true, archive.DerivedCommitKey(id, tape.EncoderVersion): true, rec.Play.Object.Key: true, rec.Play.Index.Key: true,
		rec.Play.Table.Key: true, rec.Play.Transcript.Key: true}
	for _, o := range rec.Originals {
		want[o.Key] = true
	}
	have := map[string]bool{}
	for _, key := range w.archive.Keys() {
		have[key] = true
	}
	if !maps.Equal(want, have) {
		w.t.Errorf("killed at %s: left is %v, want %v", at, have, want)
	}
}
