package issuer

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// requestLifetime is how long a sign-in page may stay open, and the limit for its code.
const requestLifetime = 30 * time.Minute

// store keeps sign-ins under way and signed-in browsers, in memory.
type store struct {
	unoffered
	keys
	origin string

	mu       sync.Mutex
	requests map[string]*request // by id
	codes    map[string]string   // code -> request id; each is good once
	browsers map[string]Person   // by the session cookie's value
	devices  map[string]*device  // by the device code
	kept     map[string]*request // by the refresh token
}

func newStore(origin string, k keys) *store {
	return &store{origin: origin, keys: k, requests: map[string]*request{}, codes: map[string]string{}, browsers: map[string]Person{},
		devices: map[string]*device{}, kept: map[string]*request{}}
}

func (s *store) CreateAuthRequest(_ context.Context, asked *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	if asked.CodeChallenge == "" || asked.CodeChallengeMethod != oidc.CodeChallengeMethodS256 {
		return nil, oidc.ErrInvalidRequest().WithDescription("a code_challenge with method S256 is required")
	}
	now := time.Now()
	r := &request{id: rand.Text(), asked: *asked, made: now, expires: now.Add(requestLifetime)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(now)
	s.requests[r.id] = r
	return r, nil
}

// forget drops what nobody came back for. The caller holds the lock.
func (s *store) forget(now time.Time) {
	for id, r := range s.requests {
		if now.After(r.expires) {
			delete(s.requests, id)
		}
	}
	for code, id := range s.codes {
		if s.requests[id] == nil {
			delete(s.codes, code)
		}
	}
	for code, d := range s.devices {
		if now.After(d.expires) {
			delete(s.devices, code)
		}
	}
}

func (s *store) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.requests[id]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("there is no sign-in %q under way", id)
}

func (s *store) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[code] = id
	return nil
}

// AuthRequestByCode gives a code away once.
func (s *store) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests[s.codes[code]]
	delete(s.codes, code)
	if r == nil {
		return nil, oidc.ErrInvalidGrant().WithDescription("the code is unknown, used or expired")
	}
	return r, nil
}

func (s *store) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.requests, id)
	return nil
}

// signIn completes a sign-in under way.
func (s *store) signIn(id string, p Person) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests[id]
	if r == nil {
		return fmt.Errorf("there is no sign-in %q under way", id)
	}
	done := *r // a copy: readers may hold the old one
	done.person, done.signed = p, time.Now()
	s.requests[id] = &done
	return nil
}

func (s *store) openBrowser(p Person) (cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cookie = rand.Text()
	s.browsers[cookie] = p
	return cookie
}

func (s *store) browser(cookie string) (Person, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.browsers[cookie]
	return p, ok
}

func (s *store) closeBrowser(cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.browsers, cookie)
}

func (s *store) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	switch id {
	case ClientID:
		return pages{s.origin}, nil
	case CommandLineID:
		return commandLine{pages{s.origin}}, nil
	}
	return nil, oidc.ErrInvalidClient().WithDescription("unknown client")
}

// SetUserinfoFromScopes fills the ID token.
func (s *store) SetUserinfoFromScopes(_ context.Context, info *oidc.UserInfo, subject, _ string, _ []string) error {
	p, ok := bySubject(subject)
	if !ok {
		return fmt.Errorf("unknown subject %q", subject)
	}
	info.Subject, info.Name, info.Email, info.EmailVerified = subject, p.Name, p.Email, true
	return nil
}

// TerminateSession has nothing to do: the sign-out route has closed the browser's session.
func (s *store) TerminateSession(context.Context, string, string) error { return nil }

func (s *store) Health(context.Context) error { return nil }
