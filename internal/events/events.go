// Package events puts announcements on an EventBridge bus, for whoever listens there. It tells of what has been done
// already: what cannot be told is logged and counted, and nothing else depends on it.
package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"tapedeck/internal/metrics"
	"tapedeck/internal/session"
)

// Source is that of all events.
const Source = "tapedeck"

const (
	patience = 3 * time.Second // for one event, all tries together: somebody may wait for an answer
	tries    = 3               // of an event that the bus did not take; the client tries failed calls again by itself
	backoff  = 50 * time.Millisecond
)

// Bus is an event bus; or none, where its name is "".
type Bus struct {
	client *eventbridge.Client
	name   string
}

// New makes a Bus.
func New(client *eventbridge.Client, name string) *Bus { return &Bus{client, name} }

// Announce puts an event on the bus, even where the caller's time is over: what it tells of has happened.
func (b *Bus) Announce(ctx context.Context, a session.Announcement) {
	if b.name == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := b.put(ctx, a); err != nil {
		metrics.Put(metrics.EventsFailed.Of(1))
		slog.ErrorContext(ctx, "an event is lost", "type", a.Type, "error", err)
	}
}

func (b *Bus) put(ctx context.Context, a session.Announcement) error {
	detail, err := json.Marshal(a.Detail)
	if err != nil {
		return err
	}
	in := &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{EventBusName: &b.name, Source: aws.String(Source), DetailType: &a.Type,
		Time: &a.At, Detail: aws.String(string(detail))}}}
	for try := 1; ; try++ {
		out, err := b.client.PutEvents(ctx, in)
		if err != nil {
			return err
		}
		if out.FailedEntryCount == 0 {
			return nil
		}
		err = errors.New("the bus did not take it")
		for _, e := range out.Entries {
			err = fmt.Errorf("the bus did not take it: %s %s", aws.ToString(e.ErrorCode), aws.ToString(e.ErrorMessage))
		}
		if try == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(backoff << try):
		}
	}
}
