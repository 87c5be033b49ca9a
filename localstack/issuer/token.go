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
func (k keys) accessToken(issuer string, p Person, scopes []string, now time.Time) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: k.private, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType("at+jwt"))
	if err != nil {
		return "", fmt.Errorf("make the signer: %w", err)
	}
	claims, err := json.Marshal(map[string]any{
		"iss": issuer, "sub": p.Subject(), "aud": []string{Audience}, "client_id": ClientID, "jti": rand.Text(),
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

// server is the library's, but for the exchange of a code for tokens.
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
	issuer := op.IssuerFromContext(ctx)
	access, err := s.store.accessToken(issuer, asked.person, asked.GetScopes(), time.Now())
	if err != nil {
		return nil, err
	}
	id, err := op.CreateIDToken(ctx, issuer, asked, r.Client.IDTokenLifetime(), access, r.Data.Code, s.store, r.Client)
	if err != nil {
		return nil, err
	}
	if err := s.store.DeleteAuthRequest(ctx, asked.GetID()); err != nil {
		return nil, err
	}
	return op.NewResponse(&oidc.AccessTokenResponse{
		AccessToken: access, IDToken: id, TokenType: oidc.BearerToken,
		ExpiresIn: uint64(tokenLifetime.Seconds()), Scope: asked.GetScopes(),
	}), nil
}
