package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"testing"
	"time"

	"tapedeck/internal/session"
)

var errKilled = errors.New("killed")

// kill lets a world's worker die at the n-th moment: nothing that it does from then on has an effect.
func (w *world) kill(n int, cancel context.CancelFunc) {
	dead := false
	var mu sync.Mutex
	w.calls = 0
	w.hook = func(i int, _ string, _ bool) error {
		mu.Lock()
		defer mu.Unlock()
		if i == n {
			dead = true
			cancel()
		}
		if dead {
			return errKilled
		}
		return nil
	}
}

// killed starts a job, kills its worker at the n-th moment, and lets others go on. over says that there was no such moment.
func killed(t *testing.T, n, inFlight int, sealed bool, originals ...[]byte) (w *world, id string, over bool) {
	w = newWorld(t)
	w.w.InFlight = inFlight
	e := w.start(sealed, originals...)
	ctx, cancel := context.WithCancel(t.Context())
	w.kill(n, cancel)
	_ = w.work(ctx)
	over = w.calls <= n
	cancel()
	w.hook = nil
	if over {
		return w, e.ID, true
	}
	for _, s := range w.load(e.ID).Shards { // what it was at comes again, as from a queue
		w.must(send(t.Context(), w.queue, Message{ExportID: e.ID, Shard: s.N}))
	}
	if err := w.work(t.Context()); err != nil {
		t.Errorf("killed at %d, the next: %v", n, err)
	}
	return w, e.ID, false
}

func TestAWorkerMayBeKilledAnywhere(t *testing.T) {
	for name, c := range map[string]struct {
		sealed    bool
		inFlight  int
		step      int
		originals [][]byte
	}{
		"64 parts, one at a time":   {true, 1, 1, [][]byte{noise(63*chunk + 1)}},
		"64 parts, three at a time": {true, 3, 7, [][]byte{noise(63*chunk + 2)}},
		"as it is":                  {false, 1, 1, [][]byte{noise(5*chunk + 3)}},
		"a tar of three":            {true, 3, 1, [][]byte{noise(3*chunk + 4), {}, noise(chunk - 512)}},
		"a tar as it is":            {false, 1, 1, [][]byte{noise(chunk), noise(2 * chunk)}},
	} {
		t.Run(name, func(t *testing.T) {
			moments := 0
			var first []byte
			for over := false; !over; moments += c.step {
				bubble(t, func(t *testing.T) {
					var w *world
					var id string
					w, id, over = killed(t, moments, c.inFlight, c.sealed, c.originals...)
					plain := c.originals[0]
					if len(c.originals) > 1 { // what is in it, another test looks at
						if plain = w.opened(w.load(id)); first == nil {
							first = plain
						}
						if !bytes.Equal(first, plain) {
							t.Fatal("the tar is another")
						}
					}
					if len(w.told) == 0 || w.told[0].Type != "exported" {
						t.Errorf("others were told %+v", w.told)
					}
					if w.ready(id, plain); t.Failed() {
						t.Fatalf("killed at moment %d", moments)
					}
				})
				if t.Failed() {
					return
				}
			}
			if moments < 40 {
				t.Errorf("there were %d moments", moments)
			}
			t.Logf("%d moments", moments)
		})
	}
}

// A worker that dies each time when a part is uploaded and not yet noted: the part is progress all the same.
func TestAWorkerThatIsKilledAfterEachPartComesToItsEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		w.w.InFlight = 1
		plain := noise(19*chunk + 1)
		e := w.start(true, plain)
		for range e.Parts {
			ctx, cancel := context.WithCancel(t.Context())
			dead := false
			w.hook = func(_ int, call string, after bool) error {
				if call == "put" && after {
					dead = true
					cancel()
				}
				if dead {
					return errKilled
				}
				return nil
			}
			if err := w.w.Run(ctx, Message{ExportID: e.ID}); !dead {
				t.Fatalf("it lived: %v", err)
			}
			cancel()
			time.Sleep(leaseFor + time.Second)
		}
		w.hook = nil
		w.must(w.w.Run(t.Context(), Message{ExportID: e.ID}))
		w.ready(e.ID, plain)
	})
}

func TestAnyCallMayFailOnce(t *testing.T) {
	throttled := errors.New("ProvisionedThroughputExceededException")
	plain := noise(12*chunk + 5)
	for n := 0; ; n++ {
		over := false
		bubble(t, func(t *testing.T) {
			w := newWorld(t)
			w.w.InFlight = 2
			e := w.start(true, plain)
			w.hook = func(i int, _ string, _ bool) error {
				if i == n {
					return throttled
				}
				return nil
			}
			_ = w.work(t.Context())
			over = w.calls <= n
			w.hook = nil
			if w.ready(e.ID, plain); t.Failed() {
				t.Fatalf("at moment %d", n)
			}
		})
		if over || t.Failed() {
			t.Logf("%d moments", n)
			if n < 100 {
				t.Errorf("there were %d moments", n)
			}
			return
		}
	}
}

func TestACallThatFailsNowAndThenIsMadeAgain(t *testing.T) {
	plain := noise(40*chunk + 5)
	sum := sha256.Sum256(plain)
	for seed := range byte(10) {
		bubble(t, func(t *testing.T) {
			w := newWorld(t)
			w.w.InFlight = 3
			e := w.start(true, plain)
			chance := noise(1 << 16)[int(seed)*4000:]
			w.hook = func(i int, _ string, _ bool) error {
				if chance[i%len(chance)] < 8 { // 3% of all moments
					return errors.New("SlowDown")
				}
				return nil
			}
			_ = w.work(t.Context())
			w.hook = nil
			_ = w.work(t.Context())
			if now := w.load(e.ID); now.State == session.ExportFailed {
				w.failed(e.ID, "it was tried again and again, and failed each time")
				t.Logf("seed %d: failed in the end", seed)
				return
			}
			w.ready(e.ID, plain)
			if got := sha256.Sum256(w.opened(w.load(e.ID))); got != sum {
				t.Error("another recording")
			}
		})
	}
}
