package export

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"tapedeck/internal/keys"
	"tapedeck/internal/session"
)

func TestFilesOfAnySizeAreTheRecording(t *testing.T) {
	for _, size := range []int{0, 1, chunk - 1, chunk, chunk + 1, 2*chunk - 1, 2 * chunk, 2*chunk + 1} {
		for _, part := range []int64{chunk, 2 * chunk} {
			for _, sealed := range []bool{true, false} {
				bubble(t, func(t *testing.T) {
					w := newWorld(t)
					w.x.PartBytes = part
					plain := noise(size)
					e := w.start(sealed, plain)
					w.must(w.work(t.Context()))
					w.ready(e.ID, plain)
				})
			}
		}
	}
}

func TestSeveralOriginalsAreOneTar(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		first, second := noise(chunk+7), noise(513)
		e := w.start(true, first, second)
		w.must(w.work(t.Context()))
		plain := w.opened(w.load(e.ID))
		w.ready(e.ID, plain)
		var names []string
		for r := tar.NewReader(bytes.NewReader(plain)); ; {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			w.must(err)
			data, err := io.ReadAll(r)
			w.must(err)
			want := map[string][]byte{"part-0.cast": first, "part-1.cast": second, "session.json": []byte("{}")}[h.Name]
			if names = append(names, h.Name); !bytes.Equal(data, want) {
				t.Errorf("%s is another", h.Name)
			}
		}
		if len(names) != 3 {
			t.Errorf("in it are %q", names)
		}
	})
}

func TestTwoWorkersAtOnceMakeOneFile(t *testing.T) {
	for seed := range 20 {
		bubble(t, func(t *testing.T) {
			w := newWorld(t)
			w.w.InFlight = 2
			plain := noise(20*chunk + seed)
			e := w.start(true, plain)
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() { _ = w.w.Run(t.Context(), Message{ExportID: e.ID}) })
			}
			all.Wait()
			w.must(w.work(t.Context()))
			w.ready(e.ID, plain)
		})
	}
}

// A worker that was thought to be dead goes on while another has its shard: it writes nothing any more.
func TestWhoHasLostTheLeaseStops(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		plain := noise(8 * chunk)
		e := w.start(true, plain)
		once := sync.Once{}
		w.hook = func(_ int, call string, after bool) error {
			if call == "put" && after {
				once.Do(func() {
					w.aside(func() {
						time.Sleep(leaseFor + time.Second)
						w.must(w.w.Run(t.Context(), Message{ExportID: e.ID}))
					})
				})
			}
			return nil
		}
		if err := w.w.Run(t.Context(), Message{ExportID: e.ID}); err != nil {
			t.Errorf("the late one: %v", err)
		}
		w.hook = nil
		w.ready(e.ID, plain)
	})
}

func TestWhatCannotBeDoneFailsAndLeavesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func(w *world, e *session.Export)
		reason string
	}{
		"the recording is overwritten": {func(w *world, e *session.Export) {
			n := 0
			w.hook = func(_ int, call string, after bool) error {
				if n++; call == "put" && after && n > 20 {
					w.aside(func() { w.files.PutOriginal(e.Sources[0].Key, noise(9*chunk)) })
				}
				return nil
			}
		}, "the recording was overwritten while it was exported"},
		"KMS refuses": {func(w *world, _ *session.Export) {
			w.vault.Fail = func(string, bool) error { return keys.ErrRefused }
		}, "the key of the export cannot be used"},
		"the wrapped key was tampered with, and KMS does not mind": {func(w *world, e *session.Export) {
			w.vault.Lenient = true
			e.Wrapped[3] ^= 1
			w.must(w.jobs.Save(w.t.Context(), e))
		}, "the key of the export is damaged"},
		"its upload is aborted": {func(w *world, e *session.Export) {
			n := 0
			w.hook = func(_ int, call string, after bool) error {
				if n++; call == "put" && after && n > 20 {
					w.aside(func() { w.must(w.files.AbortUploads(w.t.Context(), e.ID)) })
				}
				return nil
			}
		}, "its upload was aborted"},
		"nothing ever works": {func(w *world, _ *session.Export) {
			w.hook = func(_ int, call string, _ bool) error {
				if call == "put" {
					return errors.New("InternalError")
				}
				return nil
			}
		}, "it was tried again and again, and failed each time"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t)
				e := w.start(true, noise(10*chunk))
				c.spoil(w, w.load(e.ID))
				_ = w.work(t.Context())
				w.hook = nil
				w.failed(e.ID, c.reason)
			})
		})
	}
}

func TestARunThatHasNoTimeLeftHandsOver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		plain := noise(30 * chunk)
		e := w.start(true, plain)
		w.hook = func(_ int, call string, after bool) error {
			if call == "put" && after {
				time.Sleep(20 * time.Second)
			}
			return nil
		}
		runs := 0
		for {
			m, ok := w.queue.Take()
			if !ok {
				break
			}
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			w.must(w.w.Run(ctx, messageOf(t, m)))
			cancel()
			runs++
		}
		w.hook = nil
		if w.ready(e.ID, plain); runs < 4 {
			t.Errorf("%d runs", runs)
		}
	})
}

func TestAJobMayBeCancelledAtAnyMoment(t *testing.T) {
	for n, over := 0, false; !over; n++ {
		bubble(t, func(t *testing.T) {
			w := newWorld(t)
			e := w.start(true, noise(4*chunk))
			w.hook = func(i int, _ string, _ bool) error {
				if i == n {
					w.aside(func() { w.must(w.x.Cancel(t.Context(), ada, "r", e.ID)) })
				}
				return nil
			}
			_ = w.work(t.Context())
			over = w.calls <= n
			w.hook = nil
			if over {
				return
			}
			now := w.load(e.ID)
			if w.must(w.w.Sweep(t.Context())); now.State != session.ExportCancelled || w.files.File(e.ID) != nil {
				t.Errorf("cancelled at %d it is %s, with a file of %d bytes", n, now.State, len(w.files.File(e.ID)))
			}
			w.clean(now)
		})
		if t.Failed() {
			return
		}
		if over && n < 40 {
			t.Errorf("there were %d moments", n)
		}
	}
}

func TestTheSweeperTakesWhatIsLeftAndNothingElse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		done, plain := w.start(true, noise(2*chunk)), noise(2*chunk)
		w.must(w.work(t.Context()))
		running := w.start(true, noise(3*chunk))
		upload, err := w.files.Begin(t.Context(), running.ID)
		w.must(err)
		foreign, err := w.files.Begin(t.Context(), "somebody-elses")
		w.must(err)
		now := w.load(running.ID)
		now.UploadID, now.State = upload, session.ExportRunning
		w.must(w.jobs.Save(t.Context(), now))
		w.must(w.w.Sweep(t.Context()))
		for id, u := range map[string]string{running.ID: upload, "somebody-elses": foreign} {
			if _, err := w.files.Parts(t.Context(), id, u); err != nil {
				t.Errorf("the upload of %s: %v", id, err)
			}
		}
		if !bytes.Equal(w.opened(w.load(done.ID)), plain) {
			t.Error("the finished file is another")
		}
		time.Sleep(FileLife + time.Minute)
		w.must(w.w.Sweep(t.Context()))
		if e := w.load(done.ID); e.State != session.ExportExpired || w.audit.Count(session.ActExportExpired) != 1 {
			t.Errorf("after a day it is %s", e.State)
		}
		if w.files.File(done.ID) == nil {
			t.Error("the sweeper has deleted a file: the bucket's lifecycle does")
		}
		w.must(w.w.Sweep(t.Context()))
		if n := w.audit.Count(session.ActExportExpired); n != 1 {
			t.Errorf("it expired %d times", n)
		}
	})
}
