package export

import (
	"bytes"
	"testing"
	"time"

	"tapedeck/internal/session"
)

func TestAKeyThatCannotBeHadEndsTheJob(t *testing.T) {
	for name, c := range map[string]struct {
		lenient bool
		spoil   func(e *session.Export)
		reason  string
	}{
		"KMS says no": {false, func(e *session.Export) { e.Wrapped[0] ^= 1 }, "the key of the export cannot be used"},
		"it is another job's": {false, func(e *session.Export) { e.SessionID = session.NewID(time.Now(), "gw", "another") },
			"the key of the export cannot be used"},
		"what comes back is another key": {true, func(e *session.Export) { e.Wrapped[0] ^= 1 }, "the key of the export is damaged"},
		"what comes back is no key":      {true, func(e *session.Export) { e.Wrapped = e.Wrapped[:16]; e.Header[len(e.Header)-1] ^= 1 }, "the key of the export is damaged"},
		"the header is another":          {false, func(e *session.Export) { e.Header[bytes.Index(e.Header, []byte("--- "))+5] ^= 1 }, "the key of the export is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t)
				w.vault.Lenient = c.lenient
				e := w.load(w.start(true, noise(chunk)).ID)
				c.spoil(e)
				w.must(w.jobs.Save(t.Context(), e))
				w.must(w.work(t.Context()))
				w.failed(e.ID, c.reason)
			})
		})
	}
}
