package access_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"tapedeck/internal/access"
	"tapedeck/internal/session"
)

// issuer is an OpenID Connect provider with one key.
type issuer struct {
	t   *testing.T
	url string
	key *rsa.PrivateKey
}

func newIssuer(t *testing.T) *issuer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{t: t, key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": i.url, "jwks_uri": i.url + "/keys", "authorization_endpoint": i.url + "/a", "token_endpoint": i.url + "/t"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "k1", Algorithm: "RS256", Use: "sig"}}})
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	i.url = s.URL
	return i
}

func (i *issuer) sign(alg jose.SignatureAlgorithm, key any, kid, typ string, claims map[string]any) string {
	i.t.Helper()
	options := (&jose.SignerOptions{}).WithHeader("kid", kid)
	if typ != "" {
		options = options.WithType(jose.ContentType(typ))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options)
	if err != nil {
		i.t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		i.t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		i.t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		i.t.Fatal(err)
	}
	return token
}

func (i *issuer) claims(change map[string]any) map[string]any {
	now := time.Now()
	c := map[string]any{"iss": i.url, "sub": "p-1", "aud": "tapedeck", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "name": "Ada Auditor",
		"email": "ada@example.test", "groups": []string{"tapedeck-auditor", "staff"}}
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

func TestOnlyAccessTokensForThisAPIAreTaken(t *testing.T) {
	i, other := newIssuer(t), newIssuer(t)
	good := func(typ string, change map[string]any) string {
		return i.sign(jose.RS256, i.key, "k1", typ, i.claims(change))
	}
	public := []byte(i.key.N.String())
	header, payload, _ := strings.Cut(good("at+jwt", nil), ".")
	_, signature, _ := strings.Cut(payload, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"at+jwt"}`))
	body, err := json.Marshal(i.claims(map[string]any{"groups": []string{"tapedeck-admin"}}))
	if err != nil {
		t.Fatal(err)
	}
	forged := base64.RawURLEncoding.EncodeToString(body)
	past := time.Now().Add(-time.Hour).Unix()
	for name, c := range map[string]struct {
		token string
		taken bool
	}{
		"RFC 9068":                     {good("at+jwt", nil), true},
		"with its whole type":          {good("application/at+jwt", nil), true},
		"token_use":                    {good("JWT", map[string]any{"token_use": "access", "aud": nil, "client_id": "tapedeck"}), true},
		"no type, but the audience":    {good("JWT", nil), true},
		"several audiences":            {good("at+jwt", map[string]any{"aud": []string{"x", "tapedeck"}}), true},
		"expired":                      {good("at+jwt", map[string]any{"exp": past}), false},
		"not valid yet":                {good("at+jwt", map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}), false},
		"another audience":             {good("at+jwt", map[string]any{"aud": "tapedeck-web"}), false},
		"another issuer":               {other.sign(jose.RS256, other.key, "k1", "at+jwt", other.claims(nil)), false},
		"another issuer's name":        {good("at+jwt", map[string]any{"iss": other.url}), false},
		"an ID token by its nonce":     {good("JWT", map[string]any{"nonce": "n"}), false},
		"an ID token by its at_hash":   {good("JWT", map[string]any{"at_hash": "h"}), false},
		"an ID token by token_use":     {good("JWT", map[string]any{"token_use": "id"}), false},
		"nobody":                       {good("at+jwt", map[string]any{"sub": ""}), false},
		"an unknown key":               {i.sign(jose.RS256, other.key, "k2", "at+jwt", i.claims(nil)), false},
		"another key of the same name": {i.sign(jose.RS256, other.key, "k1", "at+jwt", i.claims(nil)), false},
		"signed with the public key":   {i.sign(jose.HS256, public, "k1", "at+jwt", i.claims(nil)), false},
		"not signed":                   {none + "." + forged + ".", false},
		"forged claims":                {header + "." + forged + "." + signature, false},
		"garbage":                      {"garbage", false},
		"a header that is no JSON":     {"aGVsbG8.e30.x", false},
		"too long":                     {good("at+jwt", map[string]any{"x": strings.Repeat("x", 20_000)}), false},
	} {
		v := access.NewVerifier(i.url, "tapedeck", "groups", time.Now)
		p, err := v.Verify(context.Background(), c.token)
		switch {
		case c.taken && (err != nil || p.Name != "Ada Auditor" || !slices.Equal(p.Roles, []session.Role{session.Auditor})):
			t.Errorf("%s: %+v, %v", name, p, err)
		case !c.taken && session.CodeOf(err) != session.CodeUnauthenticated:
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// Ten minutes between the issuer's clock and ours: what says when it begins is refused until then (five minutes are
// forgiven), what has ended for us is refused, and nothing else is.
func TestAClockThatIsTenMinutesOff(t *testing.T) {
	i := newIssuer(t)
	at := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	for name, c := range map[string]struct {
		change map[string]any
		taken  bool
	}{
		"theirs is fast":                      {map[string]any{"iat": at(10 * time.Minute), "exp": at(70 * time.Minute)}, true},
		"theirs is fast, with a beginning":    {map[string]any{"iat": at(10 * time.Minute), "nbf": at(10 * time.Minute), "exp": at(70 * time.Minute)}, false},
		"four minutes fast, with a beginning": {map[string]any{"iat": at(4 * time.Minute), "nbf": at(4 * time.Minute), "exp": at(64 * time.Minute)}, true},
		"theirs is slow":                      {map[string]any{"iat": at(-10 * time.Minute), "nbf": at(-10 * time.Minute), "exp": at(50 * time.Minute)}, true},
		"slow, and its tokens last five":      {map[string]any{"iat": at(-10 * time.Minute), "exp": at(-5 * time.Minute)}, false},
	} {
		_, err := access.NewVerifier(i.url, "tapedeck", "groups", time.Now).Verify(t.Context(), i.sign(jose.RS256, i.key, "k1", "at+jwt", i.claims(c.change)))
		if c.taken != (err == nil) || err != nil && session.CodeOf(err) != session.CodeUnauthenticated {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnIssuerThatDoesNotAnswerIsNoFaultOfTheToken(t *testing.T) {
	i := newIssuer(t)
	token := i.sign(jose.RS256, i.key, "k1", "at+jwt", i.claims(nil))
	v := access.NewVerifier("http://127.0.0.1:1", "tapedeck", "groups", time.Now)
	if _, err := v.Verify(context.Background(), token); err == nil || session.CodeOf(err) != "" {
		t.Errorf("got %v", err)
	}
}

func TestRolesMayWhatTheyMay(t *testing.T) {
	for _, deed := range []access.Deed{access.List, access.Play} {
		for _, role := range []session.Role{session.Auditor, session.Exporter, session.Admin} {
			if err := access.Check(session.Person{Roles: []session.Role{role}}, deed); err != nil {
				t.Errorf("%s, %s: %v", role, deed, err)
			}
		}
		if err := access.Check(session.Person{Subject: "x"}, deed); session.CodeOf(err) != session.CodeForbidden {
			t.Errorf("nobody, %s: %v", deed, err)
		}
	}
}
