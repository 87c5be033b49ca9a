package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"tapedeck/internal/session"
)

// Odd puts one session into each state that is not the usual one.
func (d *Demo) Odd(ctx context.Context, now time.Time) error {
	r := rand.New(rand.NewPCG(2, 2))
	var terminals []server
	for _, s := range servers {
		if s.protocol == "SSH" {
			terminals = append(terminals, s)
		}
	}
	hour := 0
	next := func() *Session {
		hour++
		s := generate(r, people[hour%len(people)], terminals[hour%len(terminals)], "cast-less", now)
		s.ActionAt = now.UTC().Add(-time.Duration(hour) * 20 * time.Minute).Truncate(time.Millisecond)
		return s
	}
	want := map[string]session.State{}

	waiting, incomplete := next(), next()
	for _, s := range []*Session{waiting, incomplete} {
		s.Manifest["objects"] = []map[string]any{{"key": "recording.cast", "part": "recording"}} // and it never comes
		if err := d.putManifest(ctx, s, s.Manifest); err != nil {
			return err
		}
		want[s.ID()] = session.Waiting
	}

	whole, err := os.ReadFile(filepath.Join(d.Recordings, "cast/cast-less.cast"))
	if err != nil {
		return err
	}
	for content, state := range map[string]session.State{
		string(whole[:len(whole)*2/3]): session.Ready, // cut off
		"{\"version\":2,\"width\":80,\"height\":24}\n[3,\"o\",\"a\"]\n[1,\"o\",\"b\"]\n": session.Unreadable,
	} {
		s := next()
		if err := d.putContent(ctx, s, []byte(content)); err != nil {
			return err
		}
		want[s.ID()] = state
	}

	conflict := next()
	if err := d.putContent(ctx, conflict, whole); err != nil {
		return err
	}
	want[conflict.ID()] = session.Ready

	expired := next()
	if err := d.putContent(ctx, expired, whole); err != nil {
		return err
	}
	want[expired.ID()] = session.Ready

	ahead := next() // its clock is: the list shows when it came
	ahead.ActionAt = now.UTC().Add(3 * time.Hour).Truncate(time.Millisecond)
	if err := d.putContent(ctx, ahead, whole); err != nil {
		return err
	}

	if err := d.putObject(ctx, "no-manifest-at-all/"+session.ManifestName, []byte("this is no JSON")); err != nil {
		return err
	}
	if err := d.await(ctx, want, func(int, int) {}); err != nil {
		return err
	}

	conflict.Manifest["account"] = "root" // says something else, afterwards
	if err := d.putContent(ctx, conflict, whole); err != nil {
		return err
	}
	if err := d.Overdue(ctx, session.Identity(Gateway, incomplete.UUID)); err != nil {
		return fmt.Errorf("make a session overdue: %w", err)
	}
	if err := d.Expire(ctx, expired.ID()); err != nil {
		return fmt.Errorf("expire a session: %w", err)
	}
	want[incomplete.ID()], want[expired.ID()] = session.Incomplete, session.Expired
	return d.await(ctx, want, func(int, int) {})
}

func (d *Demo) putContent(ctx context.Context, s *Session, content []byte) error {
	s.Manifest["objects"] = []map[string]any{{"key": "recording.cast", "part": "recording", "size": len(content)}}
	if err := d.putObject(ctx, s.UUID+"/recording.cast", content); err != nil {
		return err
	}
	return d.putManifest(ctx, s, s.Manifest)
}
