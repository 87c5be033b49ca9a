package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tapedeck/internal/awsenv"
)

const (
	answerLimit  = 16 << 20         // bytes of an answer; a function's ends at 6 MB
	answerTime   = 60 * time.Second // for one answer; a function's comes within 29 s
	retries      = 3
	firstBackoff = 500 * time.Millisecond // doubled each time
)

// client asks the API of the archive.
type client struct {
	url, token string
	http       *http.Client
	pause      func(ctx context.Context, d time.Duration) error
}

// newClient makes the client that the environment describes.
func newClient() (*client, error) {
	var env awsenv.Vars
	address, token := env.Text("TAPEDECK_URL"), env.Text("TAPEDECK_TOKEN")
	if env.Err() != nil {
		return nil, env.Err()
	}
	if u, err := url.Parse(address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("environment variable TAPEDECK_URL: it is no address such as https://tapedeck.example.com")
	}
	return &client{url: strings.TrimSuffix(address, "/"), token: strings.TrimSpace(token), http: &http.Client{Timeout: answerTime}, pause: pause}, nil
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
	for try := 0; ; try++ {
		err := c.getOnce(ctx, path, query, into)
		_, passing := errors.AsType[passingError](err)
		if !passing || try == retries || ctx.Err() != nil {
			return err
		}
		if err := c.pause(ctx, firstBackoff<<try); err != nil {
			return err
		}
	}
}

func (c *client) getOnce(ctx context.Context, path string, query url.Values, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/api/v1"+path+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Accept", "application/json, application/problem+json")
	res, err := c.http.Do(r)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the address, which holds the whole query
		}
		return passingError{fmt.Errorf("ask the API: %w", err)}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, answerLimit+1))
	switch {
	case err != nil:
		return passingError{fmt.Errorf("read the API's answer: %w", err)}
	case len(body) > answerLimit:
		return fmt.Errorf("the API's answer is larger than %d MiB", answerLimit>>20)
	case res.StatusCode != http.StatusOK:
		return refusal(res.StatusCode, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return errors.New("the answer is none of Tapedeck's API: is TAPEDECK_URL right?")
	}
	return nil
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
