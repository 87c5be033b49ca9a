package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tapedeck/internal/session"
)

// waitLimit is how long a session may take to be archived.
const waitLimit = 15 * time.Minute

// waitReady waits until a session can be replayed. Any other final state is an error.
func waitReady(ctx context.Context, id string) error {
	url, err := required("TAPEDECK_URL")
	if err != nil {
		return err
	}
	token, err := required("TAPEDECK_TOKEN")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, waitLimit)
	defer cancel()
	for pause := 100 * time.Millisecond; ; pause = min(pause*3/2, 2*time.Second) {
		s, err := readSession(ctx, strings.TrimSuffix(url, "/"), token, id)
		switch {
		case session.CodeOf(err) == session.CodeNotFound:
		case err != nil:
			return err
		case s.State == session.Ready:
			return nil
		case s.State != session.Waiting:
			return fmt.Errorf("the session is %s: %s", s.State, s.Reason)
		}
		select {
		case <-ctx.Done():
			return errors.New("the session is not ready yet; it goes on without this program")
		case <-time.After(pause):
		}
	}
}

func readSession(ctx context.Context, url, token, id string) (*session.Session, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/v1/sessions/"+id, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
		s := new(session.Session)
		return s, json.NewDecoder(res.Body).Decode(s)
	case http.StatusNotFound:
		return nil, session.Errorf(session.CodeNotFound, "there is no such session")
	}
	var problem struct{ Title, Detail string }
	if err := json.NewDecoder(res.Body).Decode(&problem); err != nil {
		return nil, fmt.Errorf("the API answers %s", res.Status)
	}
	return nil, fmt.Errorf("%s: %s", problem.Title, problem.Detail)
}
