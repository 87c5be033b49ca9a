package issuer

import (
	"context"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// unoffered refuses what the library asks a store for and this issuer does not offer: client secrets, userinfo,
// introspection, JWT profile. Tokens are made in token.go.
type unoffered struct{}

func no() *oidc.Error { return oidc.ErrInvalidRequest().WithDescription("not offered by this issuer") }

func (unoffered) CreateAccessToken(context.Context, op.TokenRequest) (string, time.Time, error) {
	return "", time.Time{}, no()
}

func (unoffered) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (string, string, time.Time, error) {
	return "", "", time.Time{}, no()
}

func (unoffered) TokenRequestByRefreshToken(context.Context, string) (op.RefreshTokenRequest, error) {
	return nil, no()
}

func (unoffered) AuthorizeClientIDSecret(context.Context, string, string) error { return no() }

func (unoffered) SetUserinfoFromToken(context.Context, *oidc.UserInfo, string, string, string) error {
	return no()
}

func (unoffered) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return no()
}

func (unoffered) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, no()
}

func (unoffered) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, no()
}

func (unoffered) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, no()
}
