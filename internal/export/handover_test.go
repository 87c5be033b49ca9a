package export

import (
	"context"
	"testing"
	"time"

	"tapedeck/internal/session"
)

// runs gives messages to workers that have some time each, and says how many there were.
func (w *world) runs(each time.Duration) (n int) {
	w.t.Helper()
	for ; ; n++ {
		body, ok := w.queue.Take()
		if !ok {
			return n
		}
		m := messageOf(w.t, body)
		if m.Run != n {
			w.t.Errorf("message %d says that it is run %d", n, m.Run)
		}
		ctx, cancel := context.WithTimeout(w.t.Context(), each)
		w.must(w.w.Run(ctx, m))
		cancel()
	}
}

func TestRunsHandOverAtAnyPartAndMakeOneFile(t *testing.T) {
	for _, originals := range [][][]byte{{noise(11*chunk + 1)}, {noise(8 * chunk), noise(3 * chunk)}} {
		for perRun := 1; perRun <= 13; perRun++ {
			bubble(t, func(t *testing.T) {
				w := newWorld(t)
				e := w.start(true, originals...)
				w.hook = func(_ int, call string, after bool) error {
					if call == "put" && after {
						time.Sleep(50 * time.Second)
					}
					return nil
				}
				// The last part of a run begins with a second more than the margin.
				n := w.runs(time.Duration(perRun-1)*50*time.Second + w.w.Margin + time.Second)
				if want := (e.Parts + perRun - 1) / perRun; n != want {
					t.Errorf("%d parts a run: %d runs, want %d", perRun, n, want)
				}
				if plain := w.opened(w.load(e.ID)); len(originals) > 1 {
					w.ready(e.ID, plain)
				} else {
					w.ready(e.ID, originals[0])
				}
			})
		}
	}
}

func TestAChainOfRunsHasAnEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.start(true, noise(chunk))
		ctx, cancel := context.WithTimeout(t.Context(), w.w.Margin-time.Second)
		defer cancel()
		w.must(w.w.Run(ctx, Message{ExportID: e.ID, Run: maxRuns - 1}))
		if now := w.load(e.ID); !now.State.Active() {
			t.Errorf("it is %s", now.State)
		}
		w.must(w.w.Run(ctx, Message{ExportID: e.ID, Run: maxRuns}))
		w.failed(e.ID, "it took too long")
	})
}

func TestMessagesThatMeanNothingAreDropped(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		plain := noise(chunk)
		e := w.start(true, plain)
		w.run(Message{ExportID: session.NewID(time.Now(), "export", "none")})
		w.run(Message{ExportID: e.ID, Shard: -1})
		w.run(Message{ExportID: e.ID, Shard: 1})
		w.must(w.work(t.Context()))
		w.run(Message{ExportID: e.ID}) // once more
		w.ready(e.ID, plain)
	})
}
