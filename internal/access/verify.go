// Package access decides who may do what: it verifies access tokens, and it is the one place that says which
// role a deed needs. Gateway authorizer and functions both ask it.
package access

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"tapedeck/internal/session"
)

// algorithms that a token may be signed with: asymmetric ones only.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

// maxTokenBytes bounds a token before anything is done with it.
const maxTokenBytes = 16 << 10

// Verifier verifies access tokens of one issuer (OpenID Connect Discovery 1.0; RFC 9068).
type Verifier struct {
	issuer, audience, groupsClaim string
	now                           func() time.Time

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier // made by discovery at the first token
}

// NewVerifier makes a Verifier. The issuer is asked for its keys at the first token, not before; keys are
// kept, and asked for again when a token names one that is not known.
func NewVerifier(issuer, audience, groupsClaim string, now func() time.Time) *Verifier {
	return &Verifier{issuer: issuer, audience: audience, groupsClaim: groupsClaim, now: now}
}

// Verify returns the person of an access token. Whatever is wrong with the token is CodeUnauthenticated;
// an issuer that does not answer is another error.
func (v *Verifier) Verify(ctx context.Context, token string) (session.Person, error) {
	if len(token) > maxTokenBytes {
		return refuse("it is too long")
	}
	typ, err := headerType(token)
	if err != nil {
		return refuse("it is not a JWT")
	}
	verifier, err := v.discover(ctx)
	if err != nil {
		return session.Person{}, fmt.Errorf("discover %s: %w", v.issuer, err)
	}
	verified, err := verifier.Verify(ctx, token)
	if err != nil {
		if _, expired := errors.AsType[*oidc.TokenExpiredError](err); expired {
			return refuse("it has expired")
		}
		return refuse("it is not valid")
	}
	var claims map[string]any
	if err := verified.Claims(&claims); err != nil {
		return refuse("its claims cannot be read")
	}
	if err := v.checkAccessToken(typ, verified.Audience, claims); err != nil {
		return session.Person{}, err
	}
	return v.person(verified.Subject, claims)
}

// checkAccessToken refuses whatever was not made for this API: ID tokens above all.
func (v *Verifier) checkAccessToken(typ string, audience []string, claims map[string]any) error {
	client, _ := claims["client_id"].(string)
	use, _ := claims["token_use"].(string)
	forUs := slices.Contains(audience, v.audience) || len(audience) == 0 && client == v.audience
	switch {
	case !forUs:
		_, err := refuse("it is for another audience")
		return err
	case use != "" && use != "access":
		_, err := refuse("it is no access token")
		return err
	case isAccessType(typ) || use == "access":
		return nil
	case claims["nonce"] != nil || claims["at_hash"] != nil:
		_, err := refuse("it is an ID token")
		return err
	}
	return nil
}

// isAccessType compares the header's typ as RFC 9068, section 2.1, says.
func isAccessType(typ string) bool {
	return strings.EqualFold(typ, "at+jwt") || strings.EqualFold(typ, "application/at+jwt")
}

func (v *Verifier) person(subject string, claims map[string]any) (session.Person, error) {
	if subject == "" {
		return refuse("it names nobody")
	}
	p := session.Person{Subject: subject, Name: claimText(claims["name"]), Email: claimText(claims["email"])}
	var err error
	if p.Scope, err = parseScope(claims); err != nil {
		return refuse(err.Error())
	}
	for _, group := range claimList(claims[v.groupsClaim]) {
		if role, ok := groupRole[group]; ok && !p.Has(role) {
			p.Roles = append(p.Roles, role)
		}
	}
	return p, nil
}

// discover finds the issuer's keys. A failure is not remembered: the next token tries again.
func (v *Verifier) discover(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.verifier == nil {
		// The provider keeps its context to fetch keys later, so it must outlive this request.
		provider, err := oidc.NewProvider(context.WithoutCancel(ctx), v.issuer)
		if err != nil {
			return nil, err
		}
		v.verifier = provider.Verifier(&oidc.Config{SkipClientIDCheck: true, SupportedSigningAlgs: algorithms, Now: v.now})
	}
	return v.verifier, nil
}

func headerType(token string) (string, error) {
	head, _, ok := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	if !ok || err != nil {
		return "", errors.New("no header")
	}
	var header struct{ Typ string }
	err = json.Unmarshal(raw, &header)
	return header.Typ, err
}

func claimText(v any) string {
	s, _ := v.(string)
	return session.Text(s)
}

// claimList reads a list of groups: a JSON array, or text separated by blanks or commas.
func claimList(v any) (list []string) {
	switch v := v.(type) {
	case string:
		return strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' })
	case []any:
		for _, e := range v {
			if s, ok := e.(string); ok {
				list = append(list, s)
			}
		}
	}
	return list
}

func refuse(why string) (session.Person, error) {
	return session.Person{}, session.Errorf(session.CodeUnauthenticated, "the access token is refused: %s", why)
}
