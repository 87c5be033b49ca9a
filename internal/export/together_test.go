package export

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// meanwhile lets something happen at the n-th moment of a world's worker.
func (w *world) meanwhile(n int, f func()) {
	w.calls = 0
	w.hook = func(i int, _ string, _ bool) error {
		if i == n {
			w.aside(f)
		}
		return nil
	}
}

func (w *world) run(m Message) { w.must(w.w.Run(context.Background(), m)) }

func TestOfTwoWorkersAtOneShardOnlyOneWorks(t *testing.T) {
	everyMoment(t, func(t *testing.T, w *world, n int) {
		plain := noise(3*chunk + 1)
		e := w.start(true, plain)
		w.meanwhile(n, func() { w.run(Message{ExportID: e.ID}) })
		w.must(w.work(t.Context()))
		w.ready(e.ID, plain)
	})
}

func TestAWorkerWhoseLeaseWasTakenOverDoesNoHarm(t *testing.T) {
	for _, originals := range [][][]byte{{noise(3*chunk + 1)}, {noise(chunk), noise(chunk)}} {
		everyMoment(t, func(t *testing.T, w *world, n int) {
			e := w.start(true, originals...)
			w.meanwhile(n, func() { // it stands still for so long that another does all of it
				time.Sleep(leaseFor + time.Second)
				w.run(Message{ExportID: e.ID})
			})
			w.must(w.work(t.Context()))
			plain := originals[0]
			if len(originals) > 1 {
				list, size, err := pieces(e.Sources, e.ActionAt)
				w.must(err)
				if plain, err = io.ReadAll(w.w.read(t.Context(), list, 0, size)); err != nil {
					t.Fatal(err)
				}
			}
			w.ready(e.ID, plain)
		})
	}
}

func TestWhoHasLostALeaseUploadsNothingMore(t *testing.T) {
	const parts = 6
	for at := 1; at < parts; at++ {
		bubble(t, func(t *testing.T) {
			w := newWorld(t)
			plain := noise(parts * chunk)
			e := w.start(true, plain)
			puts := 0
			w.hook = func(_ int, call string, after bool) error {
				if call != "put" || !after {
					return nil
				}
				if puts++; puts == at {
					w.aside(func() { // another takes the lease, and hands over before its first part
						time.Sleep(leaseFor + time.Second)
						ctx, cancel := context.WithTimeout(context.Background(), w.w.Margin/2)
						defer cancel()
						w.must(w.w.Run(ctx, Message{ExportID: e.ID}))
					})
				}
				return nil
			}
			if w.run(Message{ExportID: e.ID}); puts != at {
				t.Errorf("it had lost the lease after %d parts, and has uploaded %d", at, puts)
			}
			w.must(w.work(t.Context()))
			w.ready(e.ID, plain)
		})
	}
}

func TestTwoShardsThatBeginAtOnceAreOneUpload(t *testing.T) {
	plain := noise(shardParts*chunk + 1)
	for n, over := 0, false; !over; n++ { // until the first part is uploaded
		bubble(t, func(t *testing.T) {
			w := newWorld(t)
			e := w.start(true, plain)
			w.hook = func(i int, call string, _ bool) error {
				if over = over || call == "put" && i < n; i == n {
					w.aside(func() { w.run(Message{ExportID: e.ID, Shard: 1}) })
				}
				return nil
			}
			w.must(w.work(t.Context()))
			w.ready(e.ID, plain)
		})
		if t.Failed() {
			t.Fatalf("at moment %d", n)
		}
		if over && n < 10 {
			t.Errorf("there were %d moments", n)
		}
	}
}

// everyMoment runs a test in a world of its own for each moment, until there are no more.
func everyMoment(t *testing.T, f func(t *testing.T, w *world, n int)) {
	t.Helper()
	for n := 0; ; n++ {
		over := false
		bubble(t, func(t *testing.T) {
			w := newWorld(t)
			f(t, w, n)
			over = w.calls <= n
		})
		if t.Failed() {
			t.Fatalf("at moment %d", n)
		}
		if over {
			if n < 20 {
				t.Errorf("there were %d moments", n)
			}
			return
		}
	}
}

func TestSixWorkersAtThreeShardsUploadEachPartOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		w.w.InFlight = 3
		plain := noise((2*shardParts+7)*chunk + 1)
		e := w.start(true, plain)
		if len(e.Shards) != 3 || e.Shards[2].Count != 8 {
			t.Fatalf("%+v", e.Shards)
		}
		var puts, begun atomic.Int32
		w.hook = func(_ int, call string, after bool) error {
			if call == "put" && after {
				puts.Add(1)
			}
			if call == "begin" && after {
				begun.Add(1)
			}
			return nil
		}
		var all sync.WaitGroup
		for _, s := range append(e.Shards, e.Shards...) {
			all.Go(func() {
				if err := w.w.Run(t.Context(), Message{ExportID: e.ID, Shard: s.N}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		w.must(w.work(t.Context()))
		w.ready(e.ID, plain)
		if int(puts.Load()) != e.Parts || begun.Load() > 3 {
			t.Errorf("%d parts were uploaded, of %d, and %d uploads begun", puts.Load(), e.Parts, begun.Load())
		}
	})
}
