package issuer

import (
	"net/url"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// ClientID names the pages: a public client, so no secret and always PKCE.
const ClientID = "tapedeck-web"

// Audience is what access tokens are good for.
const Audience = "tapedeck"

// Scopes are what the pages ask for.
const Scopes = "openid profile email tapedeck"

// pages are the client of the web pages. Their redirect addresses are exact.
type pages struct{ origin string }

func (c pages) GetID() string { return ClientID }
func (c pages) RedirectURIs() []string {
	return []string{c.origin + "/", c.origin + "/player.html", c.origin + "/exports.html", c.origin + "/settings.html", c.origin + "/activity.html"}
}
func (c pages) PostLogoutRedirectURIs() []string    { return c.RedirectURIs() }
func (c pages) ApplicationType() op.ApplicationType { return op.ApplicationTypeUserAgent }
func (c pages) AuthMethod() oidc.AuthMethod         { return oidc.AuthMethodNone }
func (c pages) ResponseTypes() []oidc.ResponseType  { return []oidc.ResponseType{oidc.ResponseTypeCode} }
func (c pages) GrantTypes() []oidc.GrantType        { return []oidc.GrantType{oidc.GrantTypeCode} }
func (c pages) LoginURL(id string) string {
	return c.origin + Path + "/sign-in?id=" + url.QueryEscape(id)
}
func (c pages) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeJWT }
func (c pages) IDTokenLifetime() time.Duration       { return tokenLifetime }
func (c pages) DevMode() bool                        { return true } // plain http on the loopback
func (c pages) IsScopeAllowed(scope string) bool     { return scope == Audience }
func (c pages) IDTokenUserinfoClaimsAssertion() bool { return true } // there is no userinfo call in the pages
func (c pages) ClockSkew() time.Duration             { return 0 }

func (c pages) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return slices.Clone[[]string]
}
func (c pages) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return slices.Clone[[]string]
}
