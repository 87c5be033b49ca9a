package issuer

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// running serves an issuer whose pages are a blank sheet.
func running(t *testing.T) (origin string) {
	t.Helper()
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	i, err := New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle(Path+"/", i.Handler())
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
	return s.URL
}

func get(t *testing.T, c *http.Client, at string) (*http.Response, string) {
	t.Helper()
	res, err := c.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// verified checks a token by the published keys and returns its header's typ and its claims.
func verified(t *testing.T, origin, token string) (string, map[string]any) {
	t.Helper()
	var doc struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	_, body := get(t, http.DefaultClient, origin+Path+"/.well-known/openid-configuration")
	if err := json.Unmarshal([]byte(body), &doc); err != nil || doc.Issuer != origin+Path {
		t.Fatalf("discovery: %v, %s", err, body)
	}
	var set jose.JSONWebKeySet
	_, body = get(t, http.DefaultClient, doc.Keys)
	if err := json.Unmarshal([]byte(body), &set); err != nil {
		t.Fatal(err)
	}
	signed, err := jose.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := signed.Verify(set)
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	typ, _ := signed.Signatures[0].Header.ExtraHeaders[jose.HeaderType].(string)
	return typ, claims
}

func TestEachPersonGetsAnAccessTokenForTheAPI(t *testing.T) {
	origin := running(t)
	for _, p := range People {
		tokens, err := SignIn(t.Context(), origin, p.Role)
		if err != nil {
			t.Fatal(err)
		}
		typ, claims := verified(t, origin, tokens.Access)
		if typ != "at+jwt" {
			t.Errorf("%s: typ is %q", p.Role, typ)
		}
		for name, want := range map[string]string{"iss": origin + Path, "sub": p.Subject(), "name": p.Name, "email": p.Email, "scope": Scopes} {
			if claims[name] != want {
				t.Errorf("%s: %s is %v, want %s", p.Role, name, claims[name], want)
			}
		}
		if aud, _ := json.Marshal(claims["aud"]); string(aud) != `["tapedeck"]` {
			t.Errorf("%s: aud is %s", p.Role, aud)
		}
		if groups, _ := json.Marshal(claims["groups"]); string(groups) != `["`+p.Group+`"]` {
			t.Errorf("%s: groups are %s", p.Role, groups)
		}
		if left := time.Until(time.Unix(int64(claims["exp"].(float64)), 0)); left < 59*time.Minute || left > time.Hour {
			t.Errorf("%s: the token holds for %s", p.Role, left)
		}
	}
}

func TestIDTokenIsNoAccessToken(t *testing.T) {
	origin := running(t)
	tokens, err := SignIn(t.Context(), origin, "auditor")
	if err != nil {
		t.Fatal(err)
	}
	typ, claims := verified(t, origin, tokens.ID)
	if typ == "at+jwt" {
		t.Error("the ID token says at+jwt")
	}
	if aud, _ := json.Marshal(claims["aud"]); string(aud) != `["tapedeck-web"]` {
		t.Errorf("aud is %s", aud)
	}
	hash, err := oidc.ClaimHash(tokens.Access, jose.RS256)
	if err != nil {
		t.Fatal(err)
	}
	if claims["at_hash"] != hash {
		t.Errorf("at_hash is %v, want that of the access token %s", claims["at_hash"], hash)
	}
}

// browser keeps cookies and stops at the pages' own address.
func browser(t *testing.T, origin string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.Path, Path) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

func authorize(origin string, change url.Values) string {
	q := url.Values{"client_id": {ClientID}, "redirect_uri": {origin + "/player.html"}, "response_type": {"code"}, "scope": {Scopes}, "state": {"s"},
		"code_challenge": {oidc.NewSHACodeChallenge(strings.Repeat("v", 43))}, "code_challenge_method": {"S256"}}
	for k, v := range change {
		q[k] = v
	}
	return origin + Path + "/authorize?" + q.Encode()
}

func returned(t *testing.T, res *http.Response) url.Values {
	t.Helper()
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || to.Path != "/player.html" {
		t.Fatalf("%s leads to %q, %v", res.Request.URL, res.Header.Get("Location"), err)
	}
	return to.Query()
}

func TestSecondPageSignsInSilentlyUntilSignOut(t *testing.T) {
	origin := running(t)
	c := browser(t, origin)
	silent := url.Values{"prompt": {"none"}}
	res, _ := get(t, c, authorize(origin, silent))
	if q := returned(t, res); q.Get("error") != "login_required" || q.Get("state") != "s" {
		t.Errorf("before sign-in: %v", q)
	}
	res, page := get(t, c, authorize(origin, nil))
	for _, p := range People {
		if !strings.Contains(page, `data-person="`+p.Role+`"`) {
			t.Errorf("the page has no button for %s", p.Role)
		}
	}
	id := res.Request.URL.Query().Get("id")
	posted, err := c.PostForm(origin+Path+"/sign-in", url.Values{"id": {id}, "person": {"admin"}})
	if err != nil {
		t.Fatal(err)
	}
	posted.Body.Close()
	if q := returned(t, posted); q.Get("code") == "" || q.Get("state") != "s" {
		t.Errorf("after the choice: %v", q)
	}
	for _, how := range []url.Values{silent, nil} {
		res, _ = get(t, c, authorize(origin, how))
		if q := returned(t, res); q.Get("code") == "" {
			t.Errorf("signed in, %v: %v", how, q)
		}
	}
	if res, _ = get(t, c, authorize(origin, url.Values{"prompt": {"select_account"}})); res.StatusCode != http.StatusOK {
		t.Errorf("select_account shows no page: %s", res.Status)
	}
	res, _ = get(t, c, origin+Path+"/sign-out?client_id="+ClientID+"&post_logout_redirect_uri="+url.QueryEscape(origin+"/"))
	if res.Header.Get("Location") != origin+"/" {
		t.Errorf("sign-out leads to %q, %s", res.Header.Get("Location"), res.Status)
	}
	res, _ = get(t, c, authorize(origin, silent))
	if q := returned(t, res); q.Get("error") != "login_required" {
		t.Errorf("after sign-out: %v", q)
	}
}

func TestRefusedRequests(t *testing.T) {
	origin := running(t)
	for name, change := range map[string]url.Values{
		"another client":       {"client_id": {"other"}},
		"another address":      {"redirect_uri": {origin + "/elsewhere"}},
		"another site":         {"redirect_uri": {"https://evil.example/"}},
		"no PKCE":              {"code_challenge": nil, "code_challenge_method": nil},
		"plain PKCE":           {"code_challenge_method": {"plain"}},
		"a token in the query": {"response_type": {"id_token token"}},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := get(t, browser(t, origin), authorize(origin, change))
			if res.StatusCode == http.StatusOK && strings.Contains(body, "data-person") {
				t.Error("the sign-in page is shown")
			}
			if to := res.Header.Get("Location"); strings.Contains(to, "code=") || strings.HasPrefix(to, "https://evil") {
				t.Errorf("leads to %s", to)
			}
		})
	}
}

func TestCodeIsGoodOnceAndOnlyWithItsVerifier(t *testing.T) {
	origin := running(t)
	code := func() string {
		c := browser(t, origin)
		res, _ := get(t, c, authorize(origin, nil))
		posted, err := c.PostForm(origin+Path+"/sign-in", url.Values{"id": {res.Request.URL.Query().Get("id")}, "person": {"auditor"}})
		if err != nil {
			t.Fatal(err)
		}
		posted.Body.Close()
		return returned(t, posted).Get("code")
	}
	exchange := func(code, verifier string) int {
		res, err := http.PostForm(origin+Path+"/token", url.Values{"grant_type": {"authorization_code"}, "client_id": {ClientID},
			"redirect_uri": {origin + "/player.html"}, "code": {code}, "code_verifier": {verifier}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	good := strings.Repeat("v", 43)
	first := code()
	if got := []int{exchange(first, good), exchange(first, good), exchange(code(), strings.Repeat("w", 43)), exchange(code(), "")}; !slices.Equal(got, []int{200, 400, 400, 400}) {
		t.Errorf("got %v", got)
	}
}
