package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/signin"
	"tapedeck/localstack/issuer"
	"tapedeck/localstack/pages"
)

func TestWhoHasSignedInSearches(t *testing.T) {
	for _, how := range []string{"--no-browser", "--device"} {
		s := newSite(t, nil)
		out, notes, status := s.run("login", s.url+"/", how)
		if want := "Signed in to " + s.host() + " as Ada Auditor <ada.auditor@example.test> (auditor).\n"; status != 0 || out != want {
			t.Fatalf("%s: status %d, %s%s", how, status, out, notes)
		}
		if out, notes, status := s.run("search", "kim"); status != 0 || !strings.Contains(out, s.id) {
			t.Errorf("%s: search: status %d, %s%s", how, status, out, notes)
		}
		if out, notes, status := s.run("config"); status != 0 || notes != "" || !strings.Contains(out, "* "+s.host()+"  "+s.url+"  signed in, renewed by itself\n") {
			t.Errorf("%s: config: status %d, %s%s", how, status, out, notes)
		}
		refresh := s.kept().Refresh
		if out, notes, status := s.run("logout"); status != 0 || out != "Signed out of "+s.host()+".\n" || notes != "" {
			t.Errorf("%s: logout: status %d, %s%s", how, status, out, notes)
		}
		if p, err := signin.Discover(t.Context(), signin.Client{Issuer: s.url + issuer.Path, ID: issuer.CommandLineID}); err != nil {
			t.Error(err)
		} else if _, err := p.Refresh(t.Context(), refresh); !signin.Ended(err) {
			t.Errorf("%s: the issuer still knows the sign-in: %v", how, err)
		}
		want := "tapedeck: nobody is signed in; `tapedeck login " + s.host() + "` signs in\n"
		if _, notes, status := s.run("search", "kim"); status != exitNotSignedIn || notes != want {
			t.Errorf("%s: after logout: status %d, %s", how, status, notes)
		}
		if _, _, status := s.run("logout"); status != exitNotSignedIn {
			t.Errorf("%s: a second logout: status %d", how, status)
		}
	}
}

func TestASignInGoesOnByItselfUntilTheIssuerEndsIt(t *testing.T) {
	s := newSite(t, nil)
	if _, notes, status := s.run("login", s.url, "--no-browser"); status != 0 {
		t.Fatal(notes)
	}
	first := s.kept().Access
	s.end(nil)
	if out, notes, status := s.run("search"); status != 0 || notes != "" || !strings.Contains(out, s.id) || s.kept().Access == first {
		t.Errorf("ended: status %d, %s", status, notes)
	}
	second := s.kept().Access
	s.refuse = 1 // the archive's clock is another
	if out, notes, status := s.run("search", "--json"); status != 0 || notes != "" || !strings.Contains(out, s.id) || s.kept().Access == second {
		t.Errorf("refused once: status %d, %s", status, notes)
	}
	s.refuse = 2
	if _, notes, status := s.run("search", "--json"); status != exitNotSignedIn || notes != "tapedeck: the access token is refused: it is not valid (request r-1)\n" {
		t.Errorf("refused for good: status %d, %s", status, notes)
	}
	s.refuse = 0
	s.end(func(k *signin.Kept) { k.Refresh = "revoked" })
	want := "tapedeck: the sign-in has ended; `tapedeck login " + s.host() + "` signs in\n"
	if _, notes, status := s.run("search"); status != exitNotSignedIn || notes != want {
		t.Errorf("revoked: status %d, %s", status, notes)
	}
	s.end(func(k *signin.Kept) { k.Refresh = "" })
	if _, notes, status := s.run("search"); status != exitNotSignedIn || notes != want {
		t.Errorf("without a refresh token: status %d, %s", status, notes)
	}
}

func TestABrowserIsOpenedWhereThereIsOne(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the program that opens is another one here")
	}
	s := newSite(t, nil)
	bin := t.TempDir()
	opened := filepath.Join(bin, "opened")
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\nprintf %s \"$1\" >"+opened+".new && mv "+opened+".new "+opened+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	for _, display := range []string{"", ":0"} { // in this order: what was opened stays
		words := map[string]string{"": "Open this address in a browser on this computer", ":0": "Your browser was asked to open this address."}[display]
		t.Setenv("DISPLAY", display)
		_, notes, status := s.run("login", s.url)
		if status != 0 || !strings.HasPrefix(notes, words) {
			t.Errorf("%q: status %d, %s", display, status, notes)
		}
		shown := shownAddress.FindStringSubmatch(notes)[1]
		if display == "" {
			if _, err := os.Stat(opened); err == nil {
				t.Error("a browser was opened where nothing can be shown")
			}
			continue
		}
		for end := time.Now().Add(10 * time.Second); ; { // another program writes it, whenever it gets to that
			data, err := os.ReadFile(opened)
			if err == nil && string(data) == shown {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("%q was opened, %v", data, err)
			}
		}
	}
}

func TestARefusedSignInIsNotKept(t *testing.T) {
	s := newSite(t, nil)
	s.role = ""
	if out, notes, status := s.run("login", s.url, "--device"); status != exitNotSignedIn || out != "" || !strings.Contains(notes, "tapedeck: nobody is signed in: the sign-in was refused") {
		t.Errorf("by the person: status %d, %s%s", status, out, notes)
	}
	s.role, s.refuse = "auditor", 1
	if out, notes, status := s.run("login", s.url, "--no-browser"); status != exitNotSignedIn || out != "" ||
		!strings.Contains(notes, "tapedeck: the issuer signed you in, and the archive refuses it: the access token is refused: it is not valid (request r-1)\n") {
		t.Errorf("by the archive: status %d, %s%s", status, out, notes)
	}
	if left, err := filepath.Glob(s.home + "/tapedeck/*"); err != nil || len(left) > 0 {
		t.Errorf("left is %v, %v", left, err)
	}
}

func TestWhoHasNoRoleIsToldSo(t *testing.T) {
	s := newSite(t, nil)
	s.noRole = true
	out, notes, status := s.run("login", s.url, "--no-browser")
	if status != exitRefused || out != "Signed in to "+s.host()+" as Ada Auditor <ada.auditor@example.test> (no role).\n" ||
		!strings.HasSuffix(notes, "tapedeck: you are signed in and have no role in this archive: who runs it can put you into one of its groups\n") {
		t.Errorf("status %d, %s%s", status, out, notes)
	}
	if _, notes, status := s.run("search"); status != exitRefused {
		t.Errorf("search: status %d, %s", status, notes)
	}
}

func TestANameStaysWithItsArchive(t *testing.T) {
	s := newSite(t, nil)
	if _, notes, status := s.run("login", s.url, "--no-browser", "--name", "prod"); status != 0 {
		t.Fatal(notes)
	}
	want := "tapedeck: login: prod is the name of " + s.url + "; --name gives another one; `tapedeck login -h` says what is possible\n"
	if _, notes, status := s.run("login", "https://other.example.com", "--name", "prod"); status != exitUsage || notes != want {
		t.Errorf("status %d, %s", status, notes)
	}
	if out, notes, status := s.run("login", "prod", "--no-browser", "--json"); status != 0 ||
		out != `{"archive":"prod","email":"ada.auditor@example.test","name":"Ada Auditor","roles":["auditor"],"url":"`+s.url+`"}`+"\n" {
		t.Errorf("again: status %d, %s%s", status, out, notes)
	}
}

func TestEachStatusIsThatOfItsEnd(t *testing.T) {
	s := newSite(t, nil)
	if _, _, status := s.run("search"); status != exitNotSignedIn {
		t.Errorf("no archive is known: %d", status)
	}
	if _, notes, status := s.run("login", s.url, "--no-browser", "--json"); status != 0 {
		t.Fatal(notes)
	}
	for want, args := range map[int][]string{
		0:               {"search", "kim"},
		exitFailed:      {"search", "--time-zone", "Mars/Base"},
		exitUsage:       {"search", "--colour"},
		exitNotSignedIn: {"search", "--archive", "http://127.0.0.1:1"},
		exitRefused:     {"export", s.id, "--plain"}, // as auditor
	} {
		if _, notes, status := s.run(args...); status != want {
			t.Errorf("%q: status %d, want %d, %s", args, status, want, notes)
		}
	}
	if _, notes, status := s.run("push", "../../testdata/recordings/cast/cast-vim.cast", "--wait", "--action-at", "2026-11-23T06:04:05Z", "--archive", "nowhere"); status == 0 || !strings.Contains(notes, "there is no archive \"nowhere\": there are "+s.host()) {
		t.Errorf("a wait that cannot be: %d, %s", status, notes)
	}
}

func TestWhichArchiveAndAsWhom(t *testing.T) {
	here, other := newSite(t, nil), newSite(t, nil) // one home: the second's
	for _, s := range []*site{here, other} {
		s.home = other.home
		if _, notes, status := s.run("login", s.url, "--no-browser", "--name", map[*site]string{here: "here", other: "other"}[s]); status != 0 {
			t.Fatal(notes)
		}
	}
	asked := func(env, token string, args ...string) string {
		t.Helper()
		t.Setenv("TAPEDECK_URL", env)
		t.Setenv("TAPEDECK_TOKEN", token)
		before := [2]int{len(here.asked), len(other.asked)}
		other.run(append([]string{"search", "--json"}, args...)...)
		var got []string
		for i, s := range []*site{here, other} {
			for _, r := range s.asked[before[i]:] {
				who := "kept"
				if r.Header.Get("Authorization") == "Bearer environment" {
					who = "environment"
				}
				got = append(got, []string{"here", "other"}[i]+" as "+who)
			}
		}
		return strings.Join(got, ", ")
	}
	for _, c := range []struct{ env, token, archive, want string }{
		{"", "", "", "other as kept"}, // signed in to last
		{"", "", "here", "here as kept"},
		{"", "", here.url + "/", "here as kept"},
		{here.url, "", "", "here as kept"},
		{here.url, "", "other", "other as kept"},
		{"", "environment", "", "other as environment"},
		{here.url, "environment", "", "here as environment"},
		{here.url, "environment", "here", "here as environment"},
		{here.url, "environment", "other", "other as kept"}, // the token is for the other archive
		{"", "environment", "here", "here as environment"},  // it is for no other
		{here.url, "", "nobody", ""},
		{"nonsense", "environment", "here", "here as kept"},
	} {
		var args []string
		if c.archive != "" {
			args = []string{"--archive", c.archive}
		}
		if got := asked(c.env, c.token, args...); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestWhatIsNoArchiveIsSaidSo(t *testing.T) {
	s := newSite(t, func(c *pages.Config) { c.CLIClientID = "" })
	empty := httptest.NewServer(http.NotFoundHandler())
	defer empty.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html>") }))
	defer page.Close()
	for address, want := range map[string]string{
		s.url:                       "names no cliClientId, as which this program signs in; --client-id ID does",
		empty.URL:                   "config.json: the answer is 404 Not Found; is it the address of an archive's pages?",
		page.URL:                    "config.json: the answer is no JSON; is it the address of an archive's pages?",
		"http://127.0.0.1:1":        "connection refused; is it the address of an archive's pages?",
		"http://tapedeck.example":   "https is needed",
		"tapedeck.example.com":      "there is no archive \"tapedeck.example.com\": none is known yet; `tapedeck login URL` adds one; an address begins with https://",
		"https://me:pw@example.com": "the address is not a whole one",
	} {
		if out, notes, status := s.run("login", address); status != exitFailed || out != "" || !strings.Contains(notes, want) || strings.Count(notes, "\n") != 1 {
			t.Errorf("%s: status %d, %s%s", address, status, out, notes)
		}
	}
	if out, notes, status := s.run("login", s.url, "--no-browser", "--client-id", issuer.CommandLineID); status != 0 {
		t.Errorf("with --client-id: %s%s", out, notes)
	}
	if _, notes, status := s.run("login", "--no-browser"); status != 0 {
		t.Errorf("the client is not remembered: %s", notes)
	}
}

func TestSettingsThatCannotBeReadAreSaidSo(t *testing.T) {
	s := newSite(t, nil)
	path := filepath.Join(s.home, "tapedeck", "config.json")
	for content, want := range map[string]string{
		`{`:                                `config.json: unexpected EOF`,
		`{"archvie":"x"}`:                  `config.json: json: unknown field "archvie"`,
		`{"archives":{"x":{"url":"ftp:"}}`: `config.json: unexpected EOF`,
		`{"archives":{"x":{"url":"http://example.com"}}}`:    `config.json: archive "x": the address begins with http`,
		`{"archives":{"x y":{"url":"https://example.com"}}}`: `config.json: archive "x y": a name of letters`,
		`{"archives":{"x":null}}`:                            `config.json: archive "x": a name of letters`,
		`{"archive":"x"}`:                                    "there is no archive \"x\": none is known yet",
	} {
		if err := signin.WriteFile(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if _, notes, status := s.run("search"); status != exitFailed || !strings.Contains(notes, want) || len(s.asked) > 0 {
			t.Errorf("%s: status %d, %s", content, status, notes)
		}
	}
}

func TestConfigSaysWhatItKnowsAndNoToken(t *testing.T) {
	s := newSite(t, nil)
	if out, _, status := s.run("config"); status != 0 || !strings.HasPrefix(out, "No archive is known. `tapedeck login URL` signs in to one.\nsettings: "+s.home) {
		t.Errorf("status %d, %s", status, out)
	}
	if _, notes, status := s.run("login", s.url, "--no-browser", "--name", "prod"); status != 0 {
		t.Fatal(notes)
	}
	t.Setenv("TAPEDECK_URL", "https://tapedeck.example.com")
	t.Setenv("TAPEDECK_TOKEN", "canary-of-the-environment")
	s.secret = append(s.secret, "canary-of-the-environment")
	out, _, status := s.run("config")
	want := "  prod                          " + s.url + "        signed in, renewed by itself\n* https://tapedeck.example.com  https://tapedeck.example.com  TAPEDECK_TOKEN\n* is meant where no --archive is given: TAPEDECK_URL names it\n"
	if status != 0 || !strings.HasPrefix(strings.Join(strings.Fields(out), " "), strings.Join(strings.Fields(want), " ")) {
		t.Errorf("status %d, %s", status, out)
	}
	var said struct {
		File, ChosenBy string
		Archives       []shownArchive
	}
	out, _, _ = s.run("config", "--json")
	if err := json.Unmarshal([]byte(out), &said); err != nil || said.ChosenBy != "TAPEDECK_URL" || len(said.Archives) != 2 || said.Archives[0].Name != "prod" || !said.Archives[1].Meant {
		t.Errorf("%s, %v", out, err)
	}
}

func TestNoTokenIsInTheSettings(t *testing.T) {
	s := newSite(t, nil)
	if _, notes, status := s.run("login", s.url, "--no-browser"); status != 0 {
		t.Fatal(notes)
	}
	data, err := os.ReadFile(filepath.Join(s.home, "tapedeck", "config.json"))
	if err != nil || !strings.Contains(string(data), s.url) {
		t.Fatalf("%s, %v", data, err)
	}
	for _, secret := range s.secret {
		if strings.Contains(string(data), secret) {
			t.Error("the settings hold a token")
		}
	}
}
