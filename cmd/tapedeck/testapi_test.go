package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tapedeck/internal/api"
	"tapedeck/internal/catalog"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// early ends every page before it is full, and every third before a row is found: as when its budget is spent.
type early struct {
	*indextest.Memory
	turn int
}

func (e *early) List(ctx context.Context, q session.Query) (*session.Page, error) {
	e.turn++
	if e.turn%3 == 0 && q.PageToken != "" {
		return &session.Page{NextToken: session.PrevID(q.PageToken), SearchedBackTo: session.IDTime(q.PageToken)}, nil
	}
	q.PageSize = max(1, q.PageSize/3)
	page, err := e.Memory.List(ctx, q)
	if err == nil && page.NextToken != "" {
		page.Complete, page.SearchedBackTo = false, session.IDTime(page.NextToken)
	}
	return page, err
}

type unwritten struct{}

func (unwritten) Record(context.Context, session.Event) error { return nil }

// testAPI is the real API over an index in memory.
type testAPI struct {
	*httptest.Server
	t      *testing.T
	index  *indextest.Memory
	before func(n int, w http.ResponseWriter, r *http.Request) bool // may answer the n-th page of the list itself, from 1 on
	pauses []time.Duration

	mu    sync.Mutex
	asked []*http.Request // pages of the list
}

// requests are the pages of the list that were asked for.
func (a *testAPI) requests() []*http.Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.asked)
}

func (a *testAPI) note(r *http.Request) (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, r)
	return len(a.asked)
}

func newTestAPI(t *testing.T) *testAPI {
	a := &testAPI{t: t, index: indextest.NewMemory()}
	a.serve(a.index)
	return a
}

func (a *testAPI) serve(index catalog.Index) {
	verify := func(_ context.Context, token string) (session.Person, error) {
		if token != "token" {
			return session.Person{}, session.Errorf(session.CodeUnauthenticated, "the access token is refused")
		}
		return session.Person{Subject: "ada", Roles: []session.Role{session.Auditor}}, nil
	}
	current := settings.Fixed{RequireEncryption: true, TimeZone: "Asia/Seoul", RetentionDays: 400}
	server := &api.Server{Verify: verify, Current: current.Current, Now: func() time.Time { return now },
		RequestID: func(context.Context) string { return "r-1" }, Catalog: &catalog.Catalog{Index: index, Audit: unwritten{}}}
	real := http.StripPrefix("/api/v1", server.Handler())
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/sessions" {
			if n := a.note(r); a.before != nil && a.before(n, w, r) {
				return
			}
		}
		real.ServeHTTP(w, r)
	}))
	a.Config.SetKeepAlivesEnabled(false) // Go's client asks again by itself when a connection that was kept breaks
	a.t.Cleanup(a.Close)
	a.t.Setenv("TAPEDECK_URL", a.URL+"/")
	a.t.Setenv("TAPEDECK_TOKEN", "token")
	noSettings(a.t)
}

// noSettings gives a test a folder of its own for settings and sign-ins.
func noSettings(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("HOME", dir) // of a Mac
	return dir
}

// parseSearch is what a search's command line asks for.
func parseSearch(args []string) (*searchFlags, error) {
	f, flags := newSearchFlags(sessionList), newFlags("search")
	f.define(flags)
	terms, _, err := flags.parse(args)
	f.take(terms)
	return f, err
}

func (a *testAPI) put(s session.Session) string {
	a.t.Helper()
	s.ID = session.NewID(s.ActionAt, "gw", fmt.Sprint(s.No))
	if err := a.index.PutRow(context.Background(), &s, nil); err != nil {
		a.t.Fatal(err)
	}
	return s.ID
}

// putMany puts n sessions, some of one millisecond, and returns their ids, newest first.
func (a *testAPI) putMany(n int) (ids []string) {
	a.t.Helper()
	for i := range n {
		a.put(session.Session{No: int64(i + 1), ActionAt: now.Add(-time.Duration(i/3) * time.Minute), Name: fmt.Sprint("person ", i%7), State: session.Ready})
	}
	page, err := a.index.List(context.Background(), session.Query{To: session.EndOfTime, PageSize: n})
	if err != nil || len(page.Items) != n {
		a.t.Fatal(len(page.Items), err)
	}
	for _, s := range page.Items {
		ids = append(ids, s.ID)
	}
	return ids
}

// search runs a search whose pauses are written down and take no time.
func (a *testAPI) search(ctx context.Context, args ...string) (out, notes string, status int) {
	a.t.Helper()
	var o, n bytes.Buffer
	f, err := parseSearch(args)
	if err == nil {
		var c *client
		if c, err = newClient(""); err != nil {
			a.t.Fatal(err)
		}
		c.pause = func(ctx context.Context, d time.Duration) error {
			a.pauses = append(a.pauses, d)
			return ctx.Err()
		}
		err = c.search(ctx, f, &o, newProgress(&n))
	}
	status = exitStatus(ctx, err, &n)
	return o.String(), n.String(), status
}

// found are the lines that a search puts out.
func (a *testAPI) found(args ...string) []string {
	a.t.Helper()
	out, notes, status := a.search(a.t.Context(), args...)
	if status != 0 {
		a.t.Fatalf("%q: status %d, %s", args, status, notes)
	}
	return strings.Split(strings.TrimSuffix(out, "\n"), "\n")
}
