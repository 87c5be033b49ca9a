package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/api"
	"tapedeck/internal/catalog"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
	"tapedeck/internal/signin"
	"tapedeck/localstack/issuer"
	"tapedeck/localstack/pages"
)

// site is an archive with its issuer, on one origin as a stack's pages are, over an index in memory.
type site struct {
	t      *testing.T
	url    string
	home   string // of who uses the command line
	id     string // of its one session
	role   string // who sits at the browser; "" refuses
	secret []string

	mu     sync.Mutex
	asked  []*http.Request // of the API
	refuse int             // so many of the next tokens
	noRole bool            // whoever comes
}

func newSite(t *testing.T, change func(*pages.Config)) *site {
	t.Helper()
	s := &site{t: t, role: "auditor", home: noSettings(t)}
	t.Setenv("TAPEDECK_URL", "")
	t.Setenv("TAPEDECK_TOKEN", "")
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	provider, err := issuer.New(s.url)
	if err != nil {
		t.Fatal(err)
	}
	config := pages.Config{Files: fstest.MapFS{}, Issuer: provider.URL(), ClientID: issuer.ClientID, CLIClientID: issuer.CommandLineID,
		Scope: issuer.Scopes, API: s.api(provider.URL()), Recordings: s.url}
	if change != nil {
		change(&config)
	}
	h, err := pages.Handler(config)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle(issuer.Path+"/", provider.Handler())
	mux.Handle("/", h)
	return s
}

// api serves the real API with the real check of tokens, and returns its address.
func (s *site) api(issuerURL string) string {
	index := indextest.NewMemory()
	row := session.Session{No: 1, ActionAt: time.Now(), Name: "Kim", State: session.Ready}
	row.ID = session.NewID(row.ActionAt, "gw", "1")
	s.id = row.ID
	if err := index.PutRow(s.t.Context(), &row, nil); err != nil {
		s.t.Fatal(err)
	}
	current := settings.Fixed{RequireEncryption: true, TimeZone: "Asia/Seoul", RetentionDays: 400}
	a := &api.Server{Current: current.Current, Now: time.Now, RequestID: func(context.Context) string { return "r-1" },
		Catalog: &catalog.Catalog{Index: index, Audit: unwritten{}}}
	verifier := access.NewVerifier(issuerURL, issuer.Audience, "groups", time.Now)
	a.Verify = func(ctx context.Context, token string) (session.Person, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.refuse > 0 {
			s.refuse--
			return session.Person{}, session.Errorf(session.CodeUnauthenticated, "the access token is refused: it is not valid")
		}
		p, err := verifier.Verify(ctx, token)
		if s.noRole {
			p.Roles = nil
		}
		return p, err
	}
	inner := http.StripPrefix("/v1", a.Handler())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r)
		s.mu.Unlock()
		inner.ServeHTTP(w, r)
	}))
	s.t.Cleanup(server.Close)
	return server.URL
}

// browser is the standard error of a program beside which a person sits: who opens the last address that a sign-in shows.
type browser struct {
	*site
	mu    sync.Mutex
	notes bytes.Buffer
}

var shownAddress = regexp.MustCompile(`(?m)^  (http://\S+(?:code_challenge|user_code=)\S+)\n`)

func (b *browser) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes.Write(p)
	if found := shownAddress.FindSubmatch(p); found != nil {
		address := string(found[1])
		go func() {
			if err := issuer.Click(context.WithoutCancel(b.t.Context()), address, b.role); err != nil {
				b.t.Error(err)
			}
		}()
	}
	return len(p), nil
}

// run runs a command beside a person with a browser. No secret that is kept by then is in what it prints.
func (s *site) run(args ...string) (out, notes string, status int) {
	s.t.Helper()
	var o bytes.Buffer
	b := &browser{site: s}
	s.learn()
	status = exitStatus(s.t.Context(), run(s.t.Context(), args, &o, b), b)
	s.learn()
	out, notes = o.String(), b.notes.String()
	for _, secret := range s.secret {
		if strings.Contains(out+notes, secret) {
			s.t.Errorf("%q prints a token", args)
		}
	}
	return out, notes, status
}

// learn notes every token that is on the disk now.
func (s *site) learn() {
	files, err := filepath.Glob(s.home + "/tapedeck/sign-ins/*.json")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range files {
		var kept struct{ AccessToken, RefreshToken string }
		data, err := os.ReadFile(f)
		if err != nil || json.Unmarshal(data, &kept) != nil {
			s.t.Fatal(f, err)
		}
		for _, secret := range []string{kept.AccessToken, kept.RefreshToken} {
			if len(secret) > 20 {
				s.secret = append(s.secret, secret, secret[len(secret)-20:])
			}
		}
	}
}

func (s *site) kept() *signin.Kept {
	s.t.Helper()
	store, err := signIns()
	if err != nil {
		s.t.Fatal(err)
	}
	k, err := store.Load(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	return k
}

// end makes the access token that is kept one that has ended.
func (s *site) end(change func(k *signin.Kept)) {
	s.t.Helper()
	k := s.kept()
	k.Expires = time.Now().Add(-time.Minute)
	if change != nil {
		change(k)
	}
	store, err := signIns()
	if err == nil {
		err = store.Save(k)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) host() string { return strings.TrimPrefix(s.url, "http://") }
