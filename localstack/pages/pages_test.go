package pages

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func serve(t *testing.T, api http.Handler) *httptest.Server {
	t.Helper()
	emulator := httptest.NewServer(api)
	t.Cleanup(emulator.Close)
	h, err := Handler(Config{
		Files: fstest.MapFS{
			"index.html":       {Data: []byte("<title>list</title>")},
			"player.html":      {Data: []byte("<title>player</title>")},
			"assets/a-1234.js": {Data: []byte("1")},
			"assets/b-1234.js": {Data: []byte(strings.Repeat("let it = be;", 1000))},
		},
		Issuer: "https://id.example.test/tenant", ClientID: "tapedeck-web", CLIClientID: "tapedeck-cli", Scope: "openid",
		API: emulator.URL + "/restapis/abc/api/_user_request_", Recordings: "http://127.0.0.1:4566",
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, at string) (*http.Response, string) {
	t.Helper()
	res, err := http.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func TestAPIPathsReachTheStageUnchanged(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.RequestURI+" "+r.Header.Get("Authorization"))
	}))
	for in, want := range map[string]string{
		"/api/v1/health":               "/restapis/abc/api/_user_request_/v1/health",
		"/api/v1/sessions?from=a%2Bb&": "/restapis/abc/api/_user_request_/v1/sessions?from=a%2Bb&",
		"/api/v1/sessions/a%2Fb":       "/restapis/abc/api/_user_request_/v1/sessions/a%2Fb",
	} {
		r, err := http.NewRequest("GET", s.URL+in, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer x")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || string(b) != want+" Bearer x" {
			t.Errorf("%s: got %q, %v, want %q", in, b, err, want)
		}
	}
}

func TestPagesAreServedWithTheirCaching(t *testing.T) {
	s := serve(t, http.NotFoundHandler())
	for path, want := range map[string]string{
		"/": "200 no-cache", "/player.html?id=x": "200 no-cache", "/config.json": "200 no-cache",
		"/assets/a-1234.js": "200 public, max-age=31536000, immutable",
		"/assets/":          "404 no-store", "/assets": "404 no-store", "/nothing": "404 no-store",
	} {
		res, _ := get(t, s.URL+path)
		if got := res.Status[:3] + " " + res.Header.Get("Cache-Control"); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	_, body := get(t, s.URL+"/config.json")
	if want := `{"apiBase":"/api/v1","cliClientId":"tapedeck-cli","cliPort":0,"clientId":"tapedeck-web","issuer":"https://id.example.test/tenant","scope":"openid"}`; body != want {
		t.Errorf("config.json is %s", body)
	}
}

func TestEveryAnswerHasTheSecurityHeaders(t *testing.T) {
	s := serve(t, http.NotFoundHandler())
	for _, path := range []string{"/", "/nothing", "/config.json", "/api/v1/health"} {
		res, _ := get(t, s.URL+path)
		if got := res.Header.Get("Content-Security-Policy"); got != ContentPolicy("https://id.example.test", "http://127.0.0.1:4566") {
			t.Errorf("%s: the policy is %q", path, got)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
}

func TestPolicyIsThatOfTheDeployedStack(t *testing.T) {
	template, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`"(default-src 'none'[^"]*)"`).FindAllSubmatch(template, -1)
	if len(found) != 1 {
		t.Fatalf("the template has %d policies", len(found))
	}
	deployed := strings.NewReplacer("${Issuer}", "ISSUER", "https://${Recordings}.s3.${AWS::Region}.${AWS::URLSuffix}", "RECORDINGS",
		"https://${Films}.s3.${AWS::Region}.${AWS::URLSuffix}", "RECORDINGS").Replace(string(found[0][1]))
	if local := ContentPolicy("ISSUER", "RECORDINGS"); local != deployed {
		t.Errorf("the two differ:\nlocal    %s\ndeployed %s", local, deployed)
	}
}

func TestScriptsAreCompressedForWhoeverTakesThatAndTheAPIIsNot(t *testing.T) {
	long := strings.Repeat("{}", 1000)
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, long) }))
	for at, want := range map[string]string{"/assets/b-1234.js": "gzip", "/api/v1/sessions": "", "/assets/a-1234.js": ""} {
		r, err := http.NewRequest("GET", s.URL+at, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "gzip")
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Header.Get("Content-Encoding"); got != want || res.StatusCode != 200 {
			t.Errorf("%s: %s in %q", at, res.Status, got)
		}
		res.Body.Close()
	}
	if _, body := get(t, s.URL+"/assets/b-1234.js"); len(body) != 12_000 {
		t.Errorf("%d bytes", len(body))
	}
}
