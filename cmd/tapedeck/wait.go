package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tapedeck/internal/session"
)

// waitLimit is how long a session may take to be archived.
const waitLimit = 15 * time.Minute

// waitReady waits until a session can be replayed. Any other final state is an error.
func (c *client) waitReady(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, waitLimit)
	defer cancel()
	for wait := 100 * time.Millisecond; ; wait = min(wait*3/2, 2*time.Second) {
		var s session.Session
		err := c.get(ctx, "/sessions/"+id, nil, &s)
		p, _ := errors.AsType[*problem](err)
		switch {
		case p != nil && p.Code == string(session.CodeNotFound):
		case ctx.Err() != nil:
		case err != nil:
			return err
		case s.State == session.Ready:
			return nil
		case s.State != session.Waiting:
			return errors.New(printable(fmt.Sprintf("the session is %s: %s", s.State, s.Reason)))
		}
		if pause(ctx, wait) != nil {
			return errors.New("the session is not ready yet; it goes on without this program")
		}
	}
}
