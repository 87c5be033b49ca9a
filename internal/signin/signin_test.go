package signin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tapedeck/internal/signin"
	"tapedeck/localstack/issuer"
)

// local is a running issuer, and a program that it knows.
func local(t *testing.T) signin.Client {
	t.Helper()
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	i, err := issuer.New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/", i.Handler())
	return signin.Client{Issuer: i.URL(), ID: issuer.CommandLineID, Scope: issuer.Scopes}
}

func discovered(t *testing.T, c signin.Client) *signin.Provider {
	t.Helper()
	p, err := signin.Discover(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// clicks is a person who chooses a role.
func clicks(t *testing.T, role string) func(address string) {
	return func(address string) {
		go func() {
			if err := issuer.Click(context.WithoutCancel(t.Context()), address, role); err != nil {
				t.Error(err)
			}
		}()
	}
}

func TestABrowserOnThisComputerSignsIn(t *testing.T) {
	got, err := discovered(t, local(t)).Loopback(t.Context(), 0, clicks(t, "auditor"))
	if err != nil || strings.Count(got.Access, ".") != 2 || got.Refresh == "" || got.Expires.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
}

// Cognito knows whole addresses alone, and http for localhost alone.
func TestAnIssuerThatComparesPortsGetsTheOneThatWasAgreedOn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	p := discovered(t, local(t))
	if _, err := p.Loopback(t.Context(), port, func(string) { t.Error("the browser was opened") }); err == nil || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("a port that is taken: %v", err)
	}
	listener.Close()
	var redirect string
	answer := answers(t, []int{200}, url.Values{"error": {"access_denied"}})
	_, err = p.Loopback(t.Context(), port, func(address string) {
		asked, err := url.Parse(address)
		if err != nil {
			t.Error(err)
			return
		}
		redirect = asked.Query().Get("redirect_uri")
		answer(address)
	})
	if want := fmt.Sprintf("http://localhost:%d/callback", port); redirect != want || err == nil || !strings.Contains(err.Error(), "the sign-in was refused") {
		t.Errorf("it comes back to %q, want %q; %v", redirect, want, err)
	}
}

func TestAnotherDeviceSignsInByACode(t *testing.T) {
	p := discovered(t, local(t))
	got, err := p.Device(t.Context(), func(page, code, both string) {
		if both != page+"?user_code="+code {
			t.Errorf("%s, %s, %s", page, code, both)
		}
		clicks(t, "admin")(page + "?user_code=" + code)
	})
	if err != nil || strings.Count(got.Access, ".") != 2 || got.Refresh == "" || got.Expires.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = p.Device(t.Context(), func(_, _, both string) { clicks(t, "")(both) })
	if r, ok := errors.AsType[*signin.Refusal](err); !ok || r.Code != "access_denied" || !strings.Contains(err.Error(), "the sign-in was refused") {
		t.Error(err)
	}
}

// answers is a browser that brings answers to the program by itself, one after the other, for the state that it was asked with.
func answers(t *testing.T, statuses []int, answers ...url.Values) func(address string) {
	return func(address string) {
		asked, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for i, answer := range answers {
				if !answer.Has("state") {
					answer.Set("state", asked.Query().Get("state"))
				}
				res, err := http.Get(asked.Query().Get("redirect_uri") + "?" + answer.Encode())
				if err != nil {
					t.Error(err)
					return
				}
				res.Body.Close()
				if res.StatusCode != statuses[i] {
					t.Errorf("answer %d: %s", i, res.Status)
				}
			}
		}()
	}
}

func TestOnlyTheAnswerThatWasAskedForIsTaken(t *testing.T) {
	p := discovered(t, local(t))
	for name, c := range map[string]struct {
		answer url.Values
		want   string
	}{
		"refused":        {url.Values{"error": {"access_denied"}, "error_description": {"no"}}, "the sign-in was refused (no)"},
		"another error":  {url.Values{"error": {"server_error"}}, "the issuer refuses: server_error"},
		"no code":        {url.Values{}, "has no code"},
		"another issuer": {url.Values{"code": {"x"}, "iss": {"https://evil.example"}}, "another issuer answered"},
		"a made-up code": {url.Values{"code": {"x"}}, "invalid_grant"},
	} {
		stranger := url.Values{"state": {"guessed"}, "code": {"stolen"}, "error": {"access_denied"}}
		if _, err := p.Loopback(t.Context(), 0, answers(t, []int{400, 200}, stranger, c.answer)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPersonWhoDoesNotComeIsNotWaitedForAfterAnInterrupt(t *testing.T) {
	p := discovered(t, local(t))
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("Ctrl-C")
	if _, err := p.Loopback(ctx, 0, func(string) { cancel(why) }); !errors.Is(err, why) {
		t.Error(err)
	}
	ctx, cancel = context.WithCancelCause(t.Context())
	if _, err := p.Device(ctx, func(string, string, string) { cancel(why) }); !errors.Is(err, why) {
		t.Error(err)
	}
}

func TestNoTokenTravelsInTheOpen(t *testing.T) {
	for address, want := range map[string]string{
		"https://id.example.com": "", "http://127.0.0.1:8080/issuer": "", "http://localhost:1": "", "http://[::1]:1": "",
		"http://id.example.com": "https is needed", "http://127.0.0.1.example.com": "https is needed", "ftp://id.example.com": "does not begin with https",
		"id.example.com": "is not a whole one", "": "is not a whole one", "https://user:word@id.example.com": "is not a whole one", "https://": "is not a whole one", "%zz": "is not a whole one",
	} {
		err := signin.CheckAddress(address)
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) {
			t.Errorf("%q: %v", address, err)
		}
	}
	open := oddIssuer(t, map[string]string{"token_endpoint": "http://id.example.com/token"}, nil)
	if _, err := signin.Discover(t.Context(), open); err == nil || !strings.Contains(err.Error(), "https is needed") {
		t.Error(err)
	}
}

// oddIssuer says what it is told to of itself, and answers everything else with a handler.
func oddIssuer(t *testing.T, says map[string]string, answer http.HandlerFunc) signin.Client {
	t.Helper()
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		doc := map[string]string{"issuer": s.URL, "jwks_uri": s.URL + "/keys", "authorization_endpoint": s.URL + "/a", "token_endpoint": s.URL + "/t",
			"device_authorization_endpoint": s.URL + "/d", "revocation_endpoint": s.URL + "/r"}
		for k, v := range says {
			doc[k] = v
		}
		_ = json.NewEncoder(w).Encode(doc)
	})
	if answer != nil {
		mux.HandleFunc("/", answer)
	}
	return signin.Client{Issuer: s.URL, ID: "x", Scope: "openid"}
}

func TestWhatTheIssuerSaysOfASecretIsNotRepeated(t *testing.T) {
	const canary = "canary-secret"
	for name, answer := range map[string]http.HandlerFunc{
		"a problem": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"error":"invalid_grant","error_description":"%s is not known"}`, canary)
		},
		"a page":       func(w http.ResponseWriter, _ *http.Request) { http.Error(w, canary, http.StatusBadGateway) },
		"no token":     func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"echo":"%s"}`, canary) },
		"no JSON":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, canary) },
		"a sudden end": func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				t.Error("a redirect is followed")
			}
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"another secret": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"error":"`+canary+`"}`) },
	} {
		p := discovered(t, oddIssuer(t, nil, answer))
		_, err := p.Refresh(t.Context(), canary)
		if err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: refresh: %v", name, err)
		}
		if _, err := p.Loopback(t.Context(), 0, answers(t, []int{200}, url.Values{"code": {canary}})); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: loopback: %v", name, err)
		}
	}
	if got := fmt.Sprintf("%v %+v %#v", signin.Tokens{Access: canary}, signin.Tokens{Refresh: canary}, signin.Tokens{Access: canary}); strings.Contains(got, canary) {
		t.Error(got)
	}
}

func TestAnIssuerThatIsNoneIsToldInAFewWords(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, strings.Repeat("<p>not found</p>\n", 1000))
	}))
	defer page.Close()
	for name, c := range map[string]signin.Client{
		"a page":          {Issuer: page.URL},
		"nobody":          {Issuer: "http://127.0.0.1:1"},
		"somebody else":   oddIssuer(t, map[string]string{"issuer": "https://id.example.com"}, nil),
		"no code by code": oddIssuer(t, map[string]string{"device_authorization_endpoint": ""}, nil),
	} {
		p, err := signin.Discover(t.Context(), c)
		if err == nil {
			_, err = p.Device(t.Context(), nil)
		}
		if err == nil || len(err.Error()) > 400 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
