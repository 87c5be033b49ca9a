package issuer

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// Tokens is what a sign-in gives.
type Tokens struct {
	Access string `json:"access_token"`
	ID     string `json:"id_token"`
}

// SignIn signs a role in at the running issuer of origin, the way a browser does: there is no other door.
func SignIn(ctx context.Context, origin, role string) (Tokens, error) {
	if _, ok := byRole(role); !ok {
		return Tokens{}, fmt.Errorf("there is no role %q: auditor, exporter or admin", role)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return Tokens{}, err
	}
	redirect, verifier, state := origin+"/", rand.Text()+rand.Text(), rand.Text()
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), redirect+"?") {
			return http.ErrUseLastResponse // the pages' turn
		}
		return nil
	}}
	page, err := send(ctx, browser, "GET", origin+Path+"/authorize?"+url.Values{
		"client_id": {ClientID}, "redirect_uri": {redirect}, "response_type": {"code"}, "scope": {Scopes}, "state": {state},
		"code_challenge": {oidc.NewSHACodeChallenge(verifier)}, "code_challenge_method": {"S256"},
	}.Encode(), nil)
	if err != nil {
		return Tokens{}, err
	}
	back, err := send(ctx, browser, "POST", origin+Path+"/sign-in", url.Values{"id": {page.at.Query().Get("id")}, "person": {role}})
	if err != nil {
		return Tokens{}, err
	}
	to, err := url.Parse(back.location)
	if err != nil {
		return Tokens{}, fmt.Errorf("sign in: %w", err)
	}
	if to.Query().Get("state") != state {
		return Tokens{}, errors.New("sign in: the state came back changed")
	}
	answer, err := send(ctx, browser, "POST", origin+Path+"/token", url.Values{
		"grant_type": {"authorization_code"}, "client_id": {ClientID}, "redirect_uri": {redirect},
		"code": {to.Query().Get("code")}, "code_verifier": {verifier},
	})
	if err != nil {
		return Tokens{}, err
	}
	var t Tokens
	if err := json.Unmarshal(answer.body, &t); err != nil {
		return Tokens{}, fmt.Errorf("sign in: the tokens: %w", err)
	}
	return t, nil
}

type answer struct {
	at       *url.URL
	location string
	body     []byte
}

func send(ctx context.Context, c *http.Client, method, to string, form url.Values) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.Do(r)
	if err != nil {
		return answer{}, fmt.Errorf("sign in: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return answer{}, fmt.Errorf("sign in: %w", err)
	}
	if res.StatusCode >= 400 {
		return answer{}, fmt.Errorf("sign in: %s says %s: %s", res.Request.URL.Path, res.Status, body)
	}
	return answer{at: res.Request.URL, location: res.Header.Get("Location"), body: body}, nil
}
