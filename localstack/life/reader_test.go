package life_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// reader is the computer of somebody who reads docs/cognito.md.
type reader struct {
	*stack
	home, opened string // its folder, and the file that says which address its browser was given
	env          []string
}

func newReader(t *testing.T, s *stack, away *outside) *reader {
	t.Helper()
	home := t.TempDir()
	r := &reader{stack: s, home: home, opened: filepath.Join(home, "opened")}
	browser := "#!/bin/sh\nprintf %s \"$1\" >" + r.opened + ".new && mv " + r.opened + ".new " + r.opened + "\n"
	if err := os.WriteFile(filepath.Join(home, "xdg-open"), []byte(browser), 0o755); err != nil {
		t.Fatal(err)
	}
	path := strings.Join([]string{home, filepath.Join(s.root, ".tools/aws/bin"), os.Getenv("PATH")}, ":")
	r.env = slices.Concat(s.Environment(), away.environment(), []string{"PATH=" + path, "HOME=" + home, "DISPLAY=:0", "LANG=C.UTF-8", "EMAIL=" + somebody, "TAPEDECK_ADDRESS=" + s.url})
	return r
}

// try runs commands, and returns all that they say.
func (r *reader) try(t *testing.T, script string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = r.root, r.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (r *reader) run(t *testing.T, script string) string {
	t.Helper()
	out, err := r.try(t, script)
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	return out
}

// click waits for the address that the command line opens, and signs in there for the first time.
func (r *reader) click(browser *http.Client) error {
	var address []byte
	for until := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var err error
		if address, err = os.ReadFile(r.opened); err == nil {
			break
		}
		if time.Now().After(until) {
			return errors.New("no browser was opened")
		}
	}
	back, err := fillIn(browser, string(address), mailed)
	if err != nil {
		return err
	}
	res, err := browser.Get(back)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// fillIn fills in Cognito's pages until they lead back, and returns whereto.
func fillIn(browser *http.Client, address, password string) (string, error) {
	res, err := browser.Get(address)
	if err != nil {
		return "", err
	}
	form := url.Values{}
	for range 3 { // name and password; a new password; back
		page, err := io.ReadAll(res.Body)
		res.Body.Close()
		switch {
		case err != nil:
			return "", err
		case res.StatusCode == http.StatusFound:
			return res.Header.Get("Location"), nil
		case res.StatusCode != http.StatusOK:
			return "", fmt.Errorf("the sign-in page answers %s: %s", res.Status, page)
		}
		form = url.Values{"username": {somebody}, "password": {password}, "new_password": {chosen}, "confirm_password": {chosen}}
		for _, field := range hiddenField.FindAllStringSubmatch(string(page), -1) {
			form.Set(field[1], html.UnescapeString(field[2]))
		}
		if res, err = browser.PostForm("https://"+poolHost+"/login", form); err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("the sign-in pages come to no end: %v", form)
}

// poolTokens are what the pool's token endpoint gives.
type poolTokens struct {
	Access  string `json:"access_token"`
	ID      string `json:"id_token"`
	Refresh string `json:"refresh_token"`
}

// browse signs in as the pages do.
func (r *reader) browse(t *testing.T, browser *http.Client, password string) (tokens poolTokens) {
	t.Helper()
	verifier := strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	asked := url.Values{"client_id": {r.outputs["ClientId"]}, "redirect_uri": {r.url + "/"}, "response_type": {"code"}, "scope": {"openid profile email"}, "state": {"s"}, "nonce": {"n"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}}
	back, err := fillIn(browser, "https://"+poolHost+"/oauth2/authorize?"+asked.Encode(), password)
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	res, err := browser.PostForm("https://"+poolHost+"/oauth2/token", url.Values{"grant_type": {"authorization_code"}, "client_id": {r.outputs["ClientId"]},
		"redirect_uri": {r.url + "/"}, "code": {to.Query().Get("code")}, "code_verifier": {verifier}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&tokens); err != nil || tokens.Access == "" || tokens.ID == "" || tokens.Refresh == "" {
		t.Fatalf("the token endpoint answers %s, %v", res.Status, err)
	}
	return tokens
}

// me is what the API says of a token's person.
func (r *reader) me(t *testing.T, token string) (person struct{ Roles []string }, status int) {
	t.Helper()
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+"/api/v1/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	ask.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&person); err != nil {
		t.Fatal(err)
	}
	return person, res.StatusCode
}

// keptSignIn is what this test knows of the file that keeps a sign-in.
type keptSignIn struct {
	AccessToken, RefreshToken string
	ExpiresAt                 time.Time
}

func (r *reader) keptFile(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(r.home, ".*/*/*/*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("sign-ins are kept in %v, %v", files, err)
	}
	return files[0]
}

func (r *reader) kept(t *testing.T) (k keptSignIn) {
	t.Helper()
	data, err := os.ReadFile(r.keptFile(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &k); err != nil {
		t.Fatal(err)
	}
	return k
}

// ended lets the kept access token end.
func (r *reader) ended(t *testing.T) {
	t.Helper()
	file := r.keptFile(t)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	all["expiresAt"] = time.Now().Add(-time.Minute)
	if data, err = json.Marshal(all); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
