package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// Times of a sign-in in a browser.
const (
	patience   = 10 * time.Minute // for the person
	lastAnswer = 2 * time.Second  // for the browser to read the last page
)

// callbackPath is the way of the redirect address (RFC 8252, section 7.3): http://127.0.0.1:PORT/callback with any port. Issuers
// that compare the port too have one that was agreed on, and most of those know plain http for the name localhost alone.
const callbackPath = "/callback"

//go:embed done.html
var donePage string

// donePolicy lets the page have its own style, and nothing else.
var donePolicy = func() string {
	_, rest, _ := strings.Cut(donePage, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// Loopback signs in with a browser on this computer: authorization code with PKCE, whose answer comes back to a port
// on 127.0.0.1 (RFC 8252; RFC 7636): any, where port is 0. show is given the address to open.
func (p *Provider) Loopback(ctx context.Context, port int, show func(address string)) (Tokens, error) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return Tokens{}, fmt.Errorf("wait for the browser: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("nobody signed in within %g minutes", patience.Minutes()))
	defer cancel()
	config, verifier, state := p.config, oauth2.GenerateVerifier(), rand.Text()
	config.RedirectURL = "http://" + listener.Addr().String() + callbackPath
	if port != 0 {
		config.RedirectURL = fmt.Sprintf("http://localhost:%d%s", port, callbackPath)
	}
	answers := make(chan url.Values, 1)
	server := &http.Server{Handler: callback(state, answers), ReadHeaderTimeout: lastAnswer, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(listener) }()
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastAnswer)
		defer cancel()
		_ = server.Shutdown(ending) // the browser reads the page to its end
	}()
	show(config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)))
	select {
	case <-ctx.Done():
		return Tokens{}, context.Cause(ctx)
	case answer := <-answers:
		code, err := p.code(answer)
		if err != nil {
			return Tokens{}, err
		}
		t, err := config.Exchange(p.context(ctx), code, oauth2.VerifierOption(verifier))
		if err != nil {
			return Tokens{}, p.failure(err, code, verifier)
		}
		return tokens(t), nil
	}
}

// callback takes the one answer that knows the state. Whatever else comes, from other programs or pages on this
// computer, changes nothing.
func callback(state string, answers chan<- url.Values) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+callbackPath, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", donePolicy)
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer") // the address holds the code
		h.Set("X-Content-Type-Options", "nosniff")
		answer := r.URL.Query()
		if subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(state)) != 1 {
			http.Error(w, "This is not the answer to the sign-in that tapedeck waits for.", http.StatusBadRequest)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, donePage) // the browser has gone if this fails
		select {
		case answers <- answer:
		default: // there was one already
		}
	})
	return mux
}

// code is that of an answer by the issuer.
func (p *Provider) code(answer url.Values) (string, error) {
	switch iss := answer.Get("iss"); { // RFC 9207
	case iss != "" && iss != p.client.Issuer:
		return "", errors.New("another issuer answered than was asked")
	case answer.Has("error"):
		return "", &Refusal{Code: answer.Get("error"), Description: answer.Get("error_description")}
	case answer.Get("code") == "":
		return "", errors.New("the issuer's answer has no code")
	}
	return answer.Get("code"), nil
}
