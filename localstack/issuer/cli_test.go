package issuer

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

const cliScopes = Scopes + " offline_access"

// asked is what the token and device endpoints answer.
type asked struct {
	status int
	Tokens
	Refresh    string `json:"refresh_token"`
	Error      string `json:"error"`
	DeviceCode string `json:"device_code"`
	UserCode   string `json:"user_code"`
	Page       string `json:"verification_uri"`
	WholePage  string `json:"verification_uri_complete"`
}

func post(t *testing.T, at string, form url.Values) (a asked) {
	t.Helper()
	res, err := http.PostForm(at, form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	a.status = res.StatusCode
	return a
}

// loopback is a program that waits for its answer on a port of its own.
func loopback(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(s.Close)
	return s.URL + "/callback"
}

func nativeRequest(redirect string) url.Values {
	return url.Values{"client_id": {CommandLineID}, "redirect_uri": {redirect}, "scope": {cliScopes}}
}

// nativeSignIn signs the exporter in by way of a redirect to the loopback.
func nativeSignIn(t *testing.T, origin, redirect string) asked {
	t.Helper()
	c := browser(t, origin)
	res, _ := get(t, c, authorize(origin, nativeRequest(redirect)))
	if policy, to := res.Header.Get("Content-Security-Policy"), strings.TrimSuffix(redirect, "/callback"); !strings.Contains(policy, "form-action 'self' "+to+";") {
		t.Errorf("a browser would not follow the form to %s: %s", to, policy)
	}
	posted, err := c.PostForm(origin+Path+"/sign-in", url.Values{"id": {res.Request.URL.Query().Get("id")}, "person": {"exporter"}})
	if err != nil {
		t.Fatal(err)
	}
	posted.Body.Close()
	to, err := url.Parse(posted.Header.Get("Location"))
	if err != nil || !strings.HasPrefix(to.String(), redirect+"?") || to.Query().Get("state") != "s" {
		t.Fatalf("leads to %q, %v", to, err)
	}
	return post(t, origin+Path+"/token", url.Values{"grant_type": {"authorization_code"}, "client_id": {CommandLineID},
		"redirect_uri": {redirect}, "code": {to.Query().Get("code")}, "code_verifier": {strings.Repeat("v", 43)}})
}

func TestTheCommandLineSignsInByAnyPortOfTheLoopback(t *testing.T) {
	origin := running(t)
	for range 2 { // two ports
		tokens := nativeSignIn(t, origin, loopback(t))
		typ, claims := verified(t, origin, tokens.Access)
		if typ != "at+jwt" || claims["client_id"] != CommandLineID || claims["sub"] != "local-exporter" {
			t.Errorf("%s, %v", typ, claims)
		}
		if aud, _ := json.Marshal(claims["aud"]); string(aud) != `["tapedeck"]` {
			t.Errorf("aud is %s", aud)
		}
	}
	for name, change := range map[string]url.Values{
		"another path":           nativeRequest("http://127.0.0.1:4444/elsewhere"),
		"another host":           nativeRequest("http://192.0.2.7:4444/callback"),
		"the pages' own address": nativeRequest(origin + "/"),
		"no PKCE":                {"client_id": {CommandLineID}, "redirect_uri": {loopback(t)}, "code_challenge": nil, "code_challenge_method": nil},
		"the pages on a port":    {"redirect_uri": {loopback(t)}},
	} {
		if res, body := get(t, browser(t, origin), authorize(origin, change)); res.StatusCode == http.StatusOK && strings.Contains(body, "data-person") {
			t.Errorf("%s: the sign-in page is shown", name)
		}
	}
}

func TestARefreshTokenIsGoodOnceAndForItsClientAlone(t *testing.T) {
	origin := running(t)
	refresh := func(client, token string) asked {
		return post(t, origin+Path+"/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {client}, "refresh_token": {token}})
	}
	first := nativeSignIn(t, origin, loopback(t))
	if a := refresh(ClientID, first.Refresh); a.status != http.StatusBadRequest {
		t.Errorf("another client: %+v", a)
	}
	second := refresh(CommandLineID, first.Refresh)
	if _, claims := verified(t, origin, second.Access); claims["sub"] != "local-exporter" || second.Refresh == first.Refresh {
		t.Errorf("%v", claims)
	}
	if a := refresh(CommandLineID, first.Refresh); a.status != http.StatusBadRequest || a.Error != "invalid_grant" {
		t.Errorf("used twice: %+v", a)
	}
	res, err := http.PostForm(origin+Path+"/revoke", url.Values{"client_id": {CommandLineID}, "token": {second.Refresh}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if a := refresh(CommandLineID, second.Refresh); res.StatusCode != http.StatusOK || a.Error != "invalid_grant" {
		t.Errorf("revoked (%s): %+v", res.Status, a)
	}
}

func TestThePagesGetNoRefreshToken(t *testing.T) {
	origin := running(t)
	c := browser(t, origin)
	res, _ := get(t, c, authorize(origin, url.Values{"scope": {cliScopes}}))
	posted, err := c.PostForm(origin+Path+"/sign-in", url.Values{"id": {res.Request.URL.Query().Get("id")}, "person": {"auditor"}})
	if err != nil {
		t.Fatal(err)
	}
	posted.Body.Close()
	tokens := post(t, origin+Path+"/token", url.Values{"grant_type": {"authorization_code"}, "client_id": {ClientID},
		"redirect_uri": {origin + "/player.html"}, "code": {returned(t, posted).Get("code")}, "code_verifier": {strings.Repeat("v", 43)}})
	if tokens.Access == "" || tokens.Refresh != "" {
		t.Errorf("%+v", tokens)
	}
}

// beginDevice asks for a code; ask asks whether it was approved.
func beginDevice(t *testing.T, origin string) (begun asked, ask func() asked) {
	t.Helper()
	begun = post(t, origin+Path+"/device-authorization", url.Values{"client_id": {CommandLineID}, "scope": {cliScopes}})
	if begun.Page != origin+Path+"/device" || begun.WholePage != begun.Page+"?user_code="+begun.UserCode {
		t.Fatalf("%+v", begun)
	}
	return begun, func() asked {
		return post(t, origin+Path+"/token", url.Values{"grant_type": {string(oidc.GrantTypeDeviceCode)}, "client_id": {CommandLineID}, "device_code": {begun.DeviceCode}})
	}
}

func answerCode(t *testing.T, origin, code, person string) int {
	t.Helper()
	res, err := http.PostForm(origin+Path+"/device", url.Values{"user_code": {code}, "person": {person}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func TestAProgramIsSignedInByACodeThatAPersonApproves(t *testing.T) {
	origin := running(t)
	begun, ask := beginDevice(t, origin)
	if a := ask(); a.Error != "authorization_pending" {
		t.Errorf("before: %+v", a)
	}
	typed := strings.ToLower(strings.ReplaceAll(begun.UserCode, "-", ""))
	if _, page := get(t, http.DefaultClient, begun.Page+"?user_code="+typed); !strings.Contains(page, ">"+begun.UserCode+"<") || !strings.Contains(page, `data-person="admin"`) {
		t.Error("the page does not show the code: ", page)
	}
	if a := ask(); a.Error != "authorization_pending" {
		t.Errorf("the address alone approves: %+v", a)
	}
	if status := answerCode(t, origin, typed, "admin"); status != http.StatusOK {
		t.Fatal(status)
	}
	tokens := ask()
	if typ, claims := verified(t, origin, tokens.Access); typ != "at+jwt" || claims["sub"] != "local-admin" || claims["client_id"] != CommandLineID || tokens.Refresh == "" {
		t.Errorf("%s, %v, %+v", typ, claims, tokens)
	}
	if a := ask(); a.status != http.StatusBadRequest || a.Access != "" {
		t.Errorf("used twice: %+v", a)
	}
	if status := answerCode(t, origin, begun.UserCode, "admin"); status != http.StatusNotFound {
		t.Errorf("answered twice: %d", status)
	}
}

func TestACodeIsRefusedByAPersonAndUnknownCodesAreNotApproved(t *testing.T) {
	origin := running(t)
	begun, ask := beginDevice(t, origin)
	if status := answerCode(t, origin, "BBBB-BBBB", "admin"); status != http.StatusNotFound {
		t.Errorf("an unknown code: %d", status)
	}
	if status := answerCode(t, origin, begun.UserCode, "nobody"); status != http.StatusBadRequest {
		t.Errorf("an unknown person: %d", status)
	}
	if status := answerCode(t, origin, begun.UserCode, ""); status != http.StatusOK {
		t.Errorf("refuse: %d", status)
	}
	if a := ask(); a.Error != "access_denied" {
		t.Errorf("%+v", a)
	}
	pages := post(t, origin+Path+"/device-authorization", url.Values{"client_id": {ClientID}, "scope": {Scopes}})
	answerCode(t, origin, pages.UserCode, "admin")
	if a := post(t, origin+Path+"/token", url.Values{"grant_type": {string(oidc.GrantTypeDeviceCode)}, "client_id": {ClientID}, "device_code": {pages.DeviceCode}}); a.status == http.StatusOK || a.Access != "" {
		t.Errorf("the pages by code: %+v", a)
	}
}
