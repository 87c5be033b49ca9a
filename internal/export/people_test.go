package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/export/exporttest"
	"tapedeck/internal/passphrase"
	"tapedeck/internal/seal"
	"tapedeck/internal/session"
)

func messageOf(t *testing.T, body string) (m Message) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// code is that of an error, which must be there.
func code(t *testing.T, err error) session.Code {
	t.Helper()
	if err == nil {
		t.Error("there is no error")
	}
	return session.CodeOf(err)
}

func TestAFileIsFetchedByItsOwnerUntilItExpires(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.start(true, noise(chunk))
		if got := code(t, second(w.x.Fetch(t.Context(), ada, "r", e.ID))); got != session.CodeNotReady {
			t.Errorf("before it is ready: %s", got)
		}
		w.must(w.work(t.Context()))
		before := len(w.audit.Events())
		a, err := w.x.Fetch(t.Context(), ada, "r", e.ID)
		w.must(err)
		if a.Bytes != w.load(e.ID).FileSize || time.Until(a.ExpiresAt) != URLLife || !strings.Contains(a.URL, e.FileName) || w.audit.Count(session.ActExportGiven) != 1 {
			t.Errorf("%+v", a)
		}
		if len(w.audit.Events()) != before+1 {
			t.Error("an address without a record")
		}
		w.audit.Down = true
		if got := code(t, second(w.x.Fetch(t.Context(), ada, "r", e.ID))); got != session.CodeUnavailable {
			t.Errorf("without the audit log: %s", got)
		}
		w.audit.Down = false
		for name, err := range map[string]error{
			"another's":             second(w.x.Fetch(t.Context(), eve, "r", e.ID)),
			"another's state":       second(w.x.Get(t.Context(), eve, "r", e.ID)),
			"another's to cancel":   w.x.Cancel(t.Context(), eve, "r", e.ID),
			"one that there is not": second(w.x.Get(t.Context(), ada, "r", session.NewID(time.Now(), "export", "x"))),
			"no id at all":          second(w.x.Get(t.Context(), ada, "r", "../x")),
		} {
			if got := code(t, err); got != session.CodeNotFound {
				t.Errorf("%s: %s", name, got)
			}
		}
		time.Sleep(FileLife)
		if got := code(t, second(w.x.Fetch(t.Context(), ada, "r", e.ID))); got != session.CodeExportExpired {
			t.Errorf("after a day: %s", got)
		}
		if now, err := w.x.Get(t.Context(), ada, "r", e.ID); err != nil || now.State != session.ExportExpired {
			t.Errorf("%v %v", now, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestTheStricterRuleHolds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		plain := noise(chunk)
		id := w.put(plain)
		for name, err := range map[string]error{"an export": second(w.x.Start(t.Context(), ada, "r", id, nil, "")), "a download": second(w.x.Download(t.Context(), ada, "r", id))} {
			if got := code(t, err); got != session.CodeEncryptionRequired {
				t.Errorf("%s without a passphrase: %s", name, got)
			}
		}
		if w.jobs.Taken() != 0 || len(w.queue.All()) != 0 {
			t.Error("a job was made")
		}
		w.allowPlain(true)
		if a, err := w.x.Download(t.Context(), ada, "r", id); err != nil || a.Bytes != chunk || w.audit.Count(session.ActDownload) != 1 {
			t.Errorf("%+v %v", a, err)
		}
		export, err := w.x.Start(t.Context(), ada, "r", id, nil, "")
		w.must(err)
		w.must(w.work(t.Context()))
		w.ready(export, plain)
		w.allowPlain(false)
		if got := code(t, second(w.x.Fetch(t.Context(), ada, "r", export))); got != session.CodeEncryptionRequired {
			t.Errorf("a plain file, now that encryption is required: %s", got)
		}
		w.allowPlain(true)
		if got := code(t, second(w.x.Download(t.Context(), ada, "r", w.put(plain, plain)))); got != session.CodeSeveralFiles {
			t.Errorf("several files: %s", got)
		}
	})
}

func (w *world) allowPlain(plain bool) {
	w.t.Helper()
	s, err := w.store.Current(w.t.Context())
	w.must(err)
	s.RequireEncryption = !plain
	s.Version++
	w.must(w.store.Replace(w.t.Context(), s))
}

func TestWhoMayTakeWhatOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		id := w.put(noise(1))
		phrase := testPhrase
		limited := ada
		limited.Scope = []session.Condition{{Column: "serverName", Terms: []session.Term{{Text: "db-"}}}}
		for name, c := range map[string]struct {
			p    session.Person
			id   string
			want session.Code
		}{
			"an auditor":                    {session.Person{Subject: "aud", Roles: []session.Role{session.Auditor}}, id, session.CodeForbidden},
			"a session out of scope":        {limited, id, session.CodeNotFound},
			"a session that there is not":   {ada, "00000000000000000000000000", session.CodeNotFound},
			"a recording that is not there": {ada, w.waiting(), session.CodeNotReady},
		} {
			if got := code(t, second(w.x.Start(t.Context(), c.p, "r", c.id, &phrase, ""))); got != c.want {
				t.Errorf("%s: %s", name, got)
			}
		}
		for phrase, want := range map[string]session.Code{"fourteen chars": passphrase.CodeTooShort, strings.Repeat("é", 129): passphrase.CodeTooLong,
			strings.Repeat(" ", 20): passphrase.CodeBlank, "passwordpassword": passphrase.CodeCommon, "half a pair \ufffd here": passphrase.CodeNotText} {
			if got := code(t, second(w.x.Start(t.Context(), ada, "r", id, &phrase, ""))); got != want {
				t.Errorf("%q: %s", phrase, got)
			}
		}
		if len(w.queue.All()) != 0 {
			t.Error("a job was made")
		}
	})
}

// waiting is a session whose recording has not been archived.
func (w *world) waiting() string {
	id := session.NewID(time.Now(), "gw", "waiting")
	w.index[id] = &session.Session{ID: id, State: session.Waiting, ServerName: "web-1"}
	return id
}

func TestSoManyJobsAtATime(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		w.allowPlain(true)
		id := w.put(noise(1))
		start := func(p session.Person) error { return second(w.x.Start(t.Context(), p, "r", id, nil, "")) }
		for n := range 20 {
			p := session.Person{Subject: fmt.Sprint("p", n/3), Roles: []session.Role{session.Exporter}}
			w.must(start(p))
			if n == 2 {
				if got := code(t, start(p)); got != session.CodeTooManyExports {
					t.Errorf("a person's fourth: %s", got)
				}
			}
		}
		if got := code(t, start(ada)); got != session.CodeTooManyExports {
			t.Errorf("the 21st of all: %s", got)
		}
		w.must(w.work(t.Context()))
		w.must(start(ada))
	})
}

func TestTheSameRequestTwiceIsOneJob(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		id, phrase, other := w.put(noise(1)), testPhrase, testPhrase+"!"
		first, err := w.x.Start(t.Context(), ada, "r", id, &phrase, "key-1")
		w.must(err)
		if again, err := w.x.Start(t.Context(), ada, "r", id, &phrase, "key-1"); err != nil || again != first {
			t.Errorf("again: %s %v", again, err)
		}
		if got := code(t, second(w.x.Start(t.Context(), ada, "r", id, &other, "key-1"))); got != session.CodeIdempotencyConflict {
			t.Errorf("with another passphrase: %s", got)
		}
		if hers, err := w.x.Start(t.Context(), eve, "r", id, &phrase, "key-1"); err != nil || hers == first {
			t.Errorf("another person's key: %s %v", hers, err)
		}
		if got := code(t, second(w.x.Start(t.Context(), ada, "r", id, &phrase, "a\nkey"))); got != session.CodeInvalid {
			t.Errorf("a key of two lines: %s", got)
		}
	})
}

func TestThePassphraseIsNowhere(t *testing.T) {
	const canary = "canary-Ümlaut-9f83b1-sings/loud+often"
	var logs bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(before)
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		phrase := canary
		id, err := w.x.Start(t.Context(), ada, "r", w.put(noise(3*chunk)), &phrase, "key")
		w.must(err)
		header := seal.Header(w.load(id).Header)
		stored := w.jobs.Text()
		w.must(w.work(t.Context()))
		a, err := w.x.Fetch(t.Context(), ada, "r", id)
		w.must(err)
		if !header.OpensWith(canary) {
			t.Fatal("the file is not of this passphrase: the test looks for nothing")
		}
		places := map[string]string{"the logs": logs.String(), "the table": stored, "the table in the end": w.jobs.Text(), "the queue": strings.Join(w.queue.All(), "\n"),
			"the address": a.URL, "the audit log": fmt.Sprintf("%+v", w.audit.Events()), "the file": string(w.files.File(id))}
		for place, text := range places {
			if forms := exporttest.Leaks(canary, text); len(forms) > 0 {
				t.Errorf("%s has it: %q", place, forms)
			}
		}
		if exporttest.Leaks(canary, "x"+canary+"x") == nil || stored == "" {
			t.Error("the test finds nothing")
		}
	})
}
