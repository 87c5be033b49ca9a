// Package signin signs a person in from a program without pages of its own, and keeps that for the next run.
package signin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// answerTime is how long an issuer may take for one answer.
const answerTime = 30 * time.Second

// Client says where to sign in, and as which program.
type Client struct {
	Issuer string // URL, as in `iss`
	ID     string // a public client: it has no secret, so always PKCE
	Scope  string // separated by blanks
}

// Tokens are what a sign-in gives. They print as nothing.
type Tokens struct {
	Access  string
	Refresh string    // "" where the issuer gives none
	Expires time.Time // of Access, by this computer's clock; zero: unknown
}

func (Tokens) String() string   { return "(tokens)" }
func (Tokens) GoString() string { return "(tokens)" }

// Provider is an issuer that was asked what it offers.
type Provider struct {
	client     Client
	config     oauth2.Config
	revocation string // address; "" where tokens cannot be revoked
	http       *http.Client
}

// Discover asks an issuer what it offers (OpenID Connect Discovery 1.0). Where it offers to keep people signed in, that
// is asked for besides the client's scope.
func Discover(ctx context.Context, c Client) (*Provider, error) {
	p := &Provider{client: c, http: &http.Client{Timeout: answerTime, CheckRedirect: stay}}
	if err := CheckAddress(c.Issuer); err != nil {
		return nil, fmt.Errorf("the issuer's address %w", err)
	}
	found, err := oidc.NewProvider(p.context(ctx), c.Issuer)
	if err != nil {
		return nil, fmt.Errorf("ask the issuer %s what it offers: %s", c.Issuer, firstWords(withoutAddress(err).Error()))
	}
	var more struct {
		Revocation string   `json:"revocation_endpoint"`
		Scopes     []string `json:"scopes_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, fmt.Errorf("the issuer %s: %w", c.Issuer, err)
	}
	scopes := strings.Fields(c.Scope)
	if slices.Contains(more.Scopes, oidc.ScopeOfflineAccess) && !slices.Contains(scopes, oidc.ScopeOfflineAccess) {
		scopes = append(scopes, oidc.ScopeOfflineAccess)
	}
	p.config = oauth2.Config{ClientID: c.ID, Endpoint: found.Endpoint(), Scopes: scopes}
	p.config.Endpoint.AuthStyle = oauth2.AuthStyleInParams // there is no secret for a header
	p.revocation = more.Revocation
	for _, address := range []string{p.config.Endpoint.AuthURL, p.config.Endpoint.TokenURL, p.config.Endpoint.DeviceAuthURL, p.revocation} {
		if err := CheckAddress(address); address != "" && err != nil {
			return nil, fmt.Errorf("the issuer %s names an address that %w", c.Issuer, err)
		}
	}
	return p, nil
}

// stay follows no redirect: a token must not go on to where its receiver points.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// CheckAddress refuses an address to which no token may go: tokens travel encrypted, or stay on this computer.
func CheckAddress(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil:
		return errors.New("is not a whole one, as https://example.com is")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return errors.New("begins with http: what is sent there could be read on the way; https is needed")
	}
	return errors.New("does not begin with https")
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// Refresh gives new tokens for those that have ended. The issuer's word that this cannot be is a *Refusal.
func (p *Provider) Refresh(ctx context.Context, refresh string) (Tokens, error) {
	t, err := p.config.TokenSource(p.context(ctx), &oauth2.Token{RefreshToken: refresh}).Token()
	if err != nil {
		return Tokens{}, p.failure(err, refresh)
	}
	return tokens(t), nil
}

// Revoke ends a refresh token (RFC 7009), where the issuer offers that.
func (p *Provider) Revoke(ctx context.Context, refresh string) error {
	if p.revocation == "" {
		return errors.New("the issuer does not offer to end sign-ins; this one ends by itself")
	}
	form := url.Values{"token": {refresh}, "token_type_hint": {"refresh_token"}, "client_id": {p.client.ID}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.revocation, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := p.http.Do(r)
	if err != nil {
		return fmt.Errorf("ask the issuer: %w", withoutAddress(err))
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the issuer answers %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	}
	return nil
}

// context has the HTTP client with which the libraries ask.
func (p *Provider) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, p.http)
}

func tokens(t *oauth2.Token) Tokens {
	return Tokens{Access: t.AccessToken, Refresh: t.RefreshToken, Expires: t.Expiry}
}
