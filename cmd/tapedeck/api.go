package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"tapedeck/internal/signin"
)

const (
	answerLimit  = 16 << 20         // bytes of an answer; a function's ends at 6 MB
	answerTime   = 60 * time.Second // for one answer; a function's comes within 29 s
	retries      = 3
	firstBackoff = 500 * time.Millisecond // doubled each time
)

// client asks the API of an archive.
type client struct {
	archive *chosen
	url     string
	token   func(ctx context.Context, refused string) (string, error) // one that is good, and not the refused one
	http    *http.Client
	pause   func(ctx context.Context, d time.Duration) error
}

// newClient makes the client of the archive that --archive names, or of the one that is meant without it.
func newClient(archive string) (*client, error) {
	chosen, err := choose(archive)
	if err != nil {
		return nil, err
	}
	address, err := chosen.api()
	if err != nil {
		return nil, err
	}
	return &client{archive: chosen, url: address, token: chosen.tokens, http: &http.Client{Timeout: answerTime}, pause: pause}, nil
}

// tokens are those of the environment or of who is signed in.
func (c *chosen) tokens(ctx context.Context, refused string) (string, error) {
	if c.token != "" {
		return c.token, nil
	}
	store, err := signIns()
	if err != nil {
		return "", err
	}
	token, err := store.Token(ctx, c.URL, refused)
	if errors.Is(err, signin.ErrNone) || errors.Is(err, signin.ErrEnded) {
		return "", fmt.Errorf("%w; `tapedeck login %s` signs in", err, c.name)
	}
	return token, err
}

// problem is an answer that refuses (RFC 9457).
type problem struct {
	Status    int    `json:"-"`
	Title     string `json:"title"`
	Detail    string `json:"detail"`
	Code      string `json:"code"`
	RequestID string `json:"requestId"`
}

func (p *problem) Error() string {
	text := p.Detail
	if text == "" {
		text = fmt.Sprintf("the API answers %d %s", p.Status, http.StatusText(p.Status))
	}
	if p.RequestID != "" {
		text += " (request " + p.RequestID + ")"
	}
	return printable(text)
}

// passingError is what may be over at the next try.
type passingError struct{ error }

func (e passingError) Unwrap() error { return e.error }

// get reads an answer of the API into a value. Answers of 5xx and 429, and a network that fails, are tried again.
func (c *client) get(ctx context.Context, path string, query url.Values, into any) error {
	return c.patiently(ctx, func() error { return c.ask(ctx, http.MethodGet, path+"?"+query.Encode(), nil, nil, into) })
}

// send sends a value and reads the answer into another. It is tried again as get is: the API takes a request that comes
// twice for one.
func (c *client) send(ctx context.Context, method, path string, header http.Header, value, into any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return c.patiently(ctx, func() error { return c.ask(ctx, method, path, header, body, into) })
}

func (c *client) patiently(ctx context.Context, ask func() error) error {
	for try := 0; ; try++ {
		err := ask()
		_, passing := errors.AsType[passingError](err)
		if !passing || try == retries || ctx.Err() != nil {
			return err
		}
		if err := c.pause(ctx, firstBackoff<<try); err != nil {
			return err
		}
	}
}

// ask asks once or, where the API has refused a token that can be replaced, twice.
func (c *client) ask(ctx context.Context, method, path string, header http.Header, send []byte, into any) error {
	token, err := c.token(ctx, "")
	if err != nil {
		return err
	}
	refusal := c.once(ctx, token, method, path, header, send, into)
	if p, _ := errors.AsType[*problem](refusal); p == nil || p.Status != http.StatusUnauthorized {
		return refusal
	}
	next, err := c.token(ctx, token)
	switch {
	case errors.Is(err, signin.ErrEnded):
		return fmt.Errorf("%w; `tapedeck login %s` signs in again", refusal, c.archive.name)
	case err != nil:
		return err
	case next == token:
		return fmt.Errorf("%w; it is that of TAPEDECK_TOKEN", refusal)
	}
	return c.once(ctx, next, method, path, header, send, into)
}

func (c *client) once(ctx context.Context, token, method, path string, header http.Header, send []byte, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(send))
	if err != nil {
		return err
	}
	maps.Copy(r.Header, header)
	if send != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Accept", "application/json, application/problem+json")
	res, err := c.http.Do(r)
	if err != nil {
		return passingError{fmt.Errorf("ask %s: %w", c.archive.URL, withoutAddress(err))}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, answerLimit+1))
	switch {
	case err != nil:
		return passingError{fmt.Errorf("read the API's answer: %w", err)}
	case len(body) > answerLimit:
		return fmt.Errorf("the API's answer is larger than %d MiB", answerLimit>>20)
	case res.StatusCode/100 != 2:
		return refusal(res.StatusCode, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("the answer is none of Tapedeck's API: is %s the address of an archive?", c.archive.URL)
	}
	return nil
}

// withoutAddress is an error of a request without its address, which holds the whole query, or a signature.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

func refusal(status int, body []byte) error {
	p := new(problem)
	if json.Unmarshal(body, p) != nil {
		p = new(problem) // from something in between
	}
	p.Status = status
	if status >= 500 || status == http.StatusTooManyRequests {
		return passingError{p}
	}
	return p
}

// pause waits, or returns the context's error when that ends first.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
