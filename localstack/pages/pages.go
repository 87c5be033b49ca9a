// Package pages serves the built pages and forwards /api/* to the emulator, on one origin, as CloudFront does in
// a deployed stack.
package pages

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// Config says what is served and where the rest is.
type Config struct {
	Files       fs.FS  // the built pages
	Issuer      string // URL of the OpenID Connect issuer
	ClientID    string // of the pages
	CLIClientID string // of the command line
	CLIPort     int    // that the issuer leads the command line's browser back to; 0 for any
	Scope       string
	API         string // URL of the API's stage; "/v1/..." follows
	Recordings  string // origin of the addresses of recordings
}

// Handler serves the pages, /config.json and /api/.
func Handler(c Config) (http.Handler, error) {
	api, err := url.Parse(c.API)
	if err != nil {
		return nil, fmt.Errorf("address of the API: %w", err)
	}
	issuer, err := url.Parse(c.Issuer)
	if err != nil {
		return nil, fmt.Errorf("address of the issuer: %w", err)
	}
	settings, err := json.Marshal(map[string]any{"issuer": c.Issuer, "clientId": c.ClientID, "scope": c.Scope, "apiBase": "/api/v1",
		"cliClientId": c.CLIClientID, "cliPort": c.CLIPort})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", forward(api))
	mux.HandleFunc("/config.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(settings) // the browser has gone if this fails
	})
	compress, err := gzhttp.NewWrapper(gzhttp.EnableZstd(false)) // as CloudFront does it
	if err != nil {
		return nil, err
	}
	mux.Handle("/", compress(files(c.Files)))
	policy := ContentPolicy(issuer.Scheme+"://"+issuer.Host, c.Recordings)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header(), policy)
		mux.ServeHTTP(w, r)
	}), nil
}

// forward sends /api/v1/... to the stage "api", whose resources are /v1/...; the path's escapes stay as they came.
func forward(api *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			to := *api
			to.Path += strings.TrimPrefix(r.In.URL.Path, "/api")
			to.RawPath = api.EscapedPath() + strings.TrimPrefix(r.In.URL.EscapedPath(), "/api")
			to.RawQuery = r.In.URL.RawQuery
			r.Out.URL = &to
			r.Out.Host = api.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "the emulator does not answer: "+err.Error(), http.StatusBadGateway)
		},
	}
}

// files serves files and no directories. Built assets carry their content's hash in their names, so they may be
// kept; everything else is asked for again.
func files(root fs.FS) http.Handler {
	serve := http.FileServerFS(root)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = "index.html"
		}
		info, err := fs.Stat(root, name)
		if err != nil || info.IsDir() {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, "There is no page here.", http.StatusNotFound)
			return
		}
		if strings.HasPrefix(name, "assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			w.Header().Set("Cache-Control", "no-cache")
		}
		serve.ServeHTTP(w, r)
	})
}
