package issuer

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// tokenLifetime holds for access and ID tokens alike.
const tokenLifetime = time.Hour

// accessToken signs a token for the API as RFC 9068 has it: its header says `typ: at+jwt`, which the library
// cannot write, and its audience is the API, not the pages.
func (k keys) accessToken(issuer, clientID string, p Person, scopes []string, now time.Time) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: k.private, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType("at+jwt"))
	if err != nil {
		return "", fmt.Errorf("make the signer: %w", err)
	}
	claims, err := json.Marshal(map[string]any{
		"iss": issuer, "sub": p.Subject(), "aud": []string{Audience}, "client_id": clientID, "jti": rand.Text(),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(tokenLifetime).Unix(), "scope": strings.Join(scopes, " "),
		"name": p.Name, "email": p.Email, "groups": []string{p.Group},
	})
	if err != nil {
		return "", fmt.Errorf("write the claims: %w", err)
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		return "", fmt.Errorf("sign the token: %w", err)
	}
	return signed.CompactSerialize()
}

// server is the library's, but for what is exchanged for tokens.
type server struct {
	*op.LegacyServer
	store *store
}

// CodeExchange checks what the library's own does, and answers with this package's access token.
func (s server) CodeExchange(ctx context.Context, r *op.ClientRequest[oidc.AccessTokenRequest]) (*op.Response, error) {
	found, err := s.store.AuthRequestByCode(ctx, r.Data.Code)
	if err != nil {
		return nil, err
	}
	asked := found.(*request) // the store makes no others
	if err := op.AuthorizeCodeChallenge(r.Data.CodeVerifier, asked.GetCodeChallenge()); err != nil {
		return nil, err
	}
	if r.Client.GetID() != asked.GetClientID() || r.Data.RedirectURI != asked.GetRedirectURI() {
		return nil, oidc.ErrInvalidGrant().WithDescription("the code was given to another client or address")
	}
	answer, err := s.tokens(ctx, r.Client, asked, r.Data.Code)
	if err != nil {
		return nil, err
	}
	return answer, s.store.DeleteAuthRequest(ctx, asked.GetID())
}

// DeviceToken answers a program whose code was approved.
func (s server) DeviceToken(ctx context.Context, r *op.ClientRequest[oidc.DeviceAccessTokenRequest]) (*op.Response, error) {
	if _, err := op.CheckDeviceAuthorizationState(ctx, r.Client.GetID(), r.Data.DeviceCode, s.Provider()); err != nil {
		return nil, err
	}
	asked := s.store.takeDevice(r.Data.DeviceCode)
	if asked == nil {
		return nil, oidc.ErrAccessDenied().WithDescription("the device code was used")
	}
	return s.tokens(ctx, r.Client, asked, "")
}

// RefreshToken gives new tokens for a refresh token, which is good once.
func (s server) RefreshToken(ctx context.Context, r *op.ClientRequest[oidc.RefreshTokenRequest]) (*op.Response, error) {
	asked := s.store.takeRefresh(r.Client.GetID(), r.Data.RefreshToken)
	if asked == nil {
		return nil, oidc.ErrInvalidGrant().WithDescription("the refresh token is unknown, used or revoked")
	}
	return s.tokens(ctx, r.Client, asked, "")
}

// tokens are those of a sign-in that somebody completed.
func (s server) tokens(ctx context.Context, c op.Client, asked *request, code string) (*op.Response, error) {
	issuer := op.IssuerFromContext(ctx)
	access, err := s.store.accessToken(issuer, c.GetID(), asked.person, asked.GetScopes(), time.Now())
	if err != nil {
		return nil, err
	}
	id, err := op.CreateIDToken(ctx, issuer, asked, c.IDTokenLifetime(), access, code, s.store, c)
	if err != nil {
		return nil, err
	}
	return op.NewResponse(&oidc.AccessTokenResponse{
		AccessToken: access, IDToken: id, TokenType: oidc.BearerToken, RefreshToken: s.store.keepSignedIn(c, asked),
		ExpiresIn: uint64(tokenLifetime.Seconds()), Scope: asked.GetScopes(),
	}), nil
}
