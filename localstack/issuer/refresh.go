package issuer

import (
	"context"
	"crypto/rand"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// keepSignedIn makes a refresh token, where the client may have one and asked for it (OpenID Connect Core, section 11).
func (s *store) keepSignedIn(c op.Client, asked *request) (refresh string) {
	if !slices.Contains(c.GrantTypes(), oidc.GrantTypeRefreshToken) || !slices.Contains(asked.GetScopes(), oidc.ScopeOfflineAccess) {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	refresh = rand.Text() + rand.Text()
	s.kept[refresh] = asked
	return refresh
}

// takeRefresh gives the sign-in of a refresh token away once: its answer has the next one.
func (s *store) takeRefresh(clientID, refresh string) *request {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.kept[refresh]
	if asked == nil || asked.GetClientID() != clientID {
		return nil
	}
	delete(s.kept, refresh)
	return asked
}

// GetRefreshTokenInfo is for revocation; a token is its own id.
func (s *store) GetRefreshTokenInfo(_ context.Context, clientID, token string) (subject, id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.kept[token]
	if asked == nil || asked.GetClientID() != clientID {
		return "", "", op.ErrInvalidRefreshToken
	}
	return asked.GetSubject(), token, nil
}

// RevokeToken ends a refresh token. Access tokens end by themselves; an unknown token is no error (RFC 7009, section 2.2).
func (s *store) RevokeToken(_ context.Context, token, _, clientID string) *oidc.Error {
	s.takeRefresh(clientID, token)
	return nil
}
