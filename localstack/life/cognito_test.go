package life_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/localstack/commands"
)

const (
	somebody = "somebody@example.com"
	mailed   = "First-Password-1" // stands in for the mail's
	chosen   = "Second-Password-2"
)

// docs/cognito.md, word by word: functions and command line ask the pool at its address on AWS, which leads to the
// emulator's. What it lacks are mails and authenticators.
func TestAUserPoolSignsPeopleIn(t *testing.T) {
	away := newOutside(t)
	w := newWorld(t, away.environment()...)
	away.leadsTo(t, w.Endpoint)
	s := w.deploy(t, "tapedeck", map[string]string{"CognitoDomain": "tapedeck-life"})
	home := newReader(t, s, away)
	page, err := os.ReadFile(filepath.Join(w.root, "docs/cognito.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := commands.Of(page)
	if len(blocks) != 3 {
		t.Fatalf("docs/cognito.md has %d blocks of commands", len(blocks))
	}
	letIn, signIn, letOut := blocks[0], blocks[1], blocks[2]
	known := letIn[:strings.Index(letIn, "aws cognito-idp")] // how to name the pool

	home.run(t, strings.Replace(letIn, "admin-create-user ", "admin-create-user --temporary-password "+mailed+" ", 1)) // the emulator's own are against the pool's policy
	clicked := make(chan error, 1)
	go func() { clicked <- home.click(away.client(t)) }()
	if out := home.run(t, signIn); !strings.Contains(out, "auditor") {
		t.Errorf("the sign-in says %q", out)
	}
	if err := <-clicked; err != nil {
		t.Fatal(err)
	}

	t.Run("the sign-in is renewed", func(t *testing.T) {
		before := home.kept(t)
		home.ended(t)
		// Unlike AWS's, the emulator's renewed tokens name no groups: their person is known, and has no role.
		if out, err := home.try(t, "bin/tapedeck search"); err == nil || !strings.Contains(out, "you may not list sessions") {
			t.Errorf("%v: %s", err, out)
		}
		after := home.kept(t)
		if after.AccessToken == before.AccessToken || after.RefreshToken != before.RefreshToken || !after.ExpiresAt.After(time.Now()) {
			t.Errorf("kept is the token of before, until %s", after.ExpiresAt)
		}
		if _, status := home.me(t, after.AccessToken); status != 200 {
			t.Errorf("GET /me answers %d", status)
		}
	})
	t.Run("only access tokens count", func(t *testing.T) {
		tokens := home.browse(t, away.client(t), chosen)
		for token, status := range map[string]int{tokens.Access: 200, tokens.ID: 401, tokens.Refresh: 401, tokens.Access + "x": 401} {
			if me, got := home.me(t, token); got != status || status == 200 && !slices.Equal(me.Roles, []string{"auditor"}) {
				t.Errorf("GET /me answers %d (%v), want %d", got, me.Roles, status)
			}
		}
	})
	t.Run("who was let out has no role from the next sign-in on", func(t *testing.T) {
		home.run(t, known+letOut)
		if me, status := home.me(t, home.browse(t, away.client(t), chosen).Access); status != 200 || len(me.Roles) != 0 {
			t.Errorf("GET /me answers %d with %v", status, me.Roles)
		}
		home.ended(t)
		if out, err := home.try(t, "bin/tapedeck search"); err == nil || !strings.Contains(out, "the sign-in has ended") {
			t.Errorf("the command line is still signed in: %v, %s", err, out)
		}
	})
	t.Run("the pool knows where the pages want to be led after signing out", func(t *testing.T) {
		to := "https://" + poolHost + "/logout?" + url.Values{"client_id": {s.outputs["ClientId"]}, "logout_uri": {s.url + "/"}}.Encode()
		res, err := away.client(t).Get(to)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusFound || res.Header.Get("Location") != s.url+"/" {
			t.Errorf("it answers %s, to %q", res.Status, res.Header.Get("Location"))
		}
	})
	if elsewhere := away.elsewhere(); len(elsewhere) > 0 {
		t.Errorf("asked for outside were %q", elsewhere)
	}
	w.notRefused(t)
}
