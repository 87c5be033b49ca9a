package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tapedeck/internal/session"
)

// maxCommitBytes bounds a commit file on reading.
const maxCommitBytes = 4 << 20

// ErrBroken says that a commit file is there and cannot be understood: trying again does not help.
var ErrBroken = errors.New("archive: broken commit file")

// commitVersion is the version of both commit files' form.
const commitVersion = 1

// Commit is archive.json: what a session's original is. With the derived commits it is enough to rebuild the
// index.
type Commit struct {
	Version      int                  `json:"version"`
	Attempt      string               `json:"attempt"`
	ArchivedAt   time.Time            `json:"archivedAt"`
	KeptUntil    time.Time            `json:"keptUntil"`
	Registration session.Registration `json:"registration"`
	Originals    []session.Original   `json:"originals"`
}

// DerivedCommit is derived-<encoder>.json: what one encoder made of the original that Originals names by
// their SHA-256s.
type DerivedCommit struct {
	Version    int           `json:"version"`
	Encoder    int           `json:"encoder"`
	Attempt    string        `json:"attempt"`
	Originals  []string      `json:"originals"`
	State      session.State `json:"state"` // ready, or unreadable when the encoder could make nothing of it
	Reason     string        `json:"reason"`
	DurationMs *int64        `json:"durationMs"`
	SizeBytes  *int64        `json:"sizeBytes"`
	Play       *session.Play `json:"play"`
}

// PutCommit writes archive.json once, and returns the commit that holds and how it is stored: c, or the one
// that another attempt put before.
func (a *Archive) PutCommit(ctx context.Context, c *Commit) (*Commit, error) {
	c.Version = commitVersion
	data, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		return nil, err
	}
	_, existed, err := a.putOnce(ctx, a.b.Evidence, CommitKey(c.Registration.Session.ID), data)
	if err != nil {
		return nil, err
	}
	if existed {
		return a.ReadCommit(ctx, c.Registration.Session.ID)
	}
	return c, nil
}

// ReadCommit reads archive.json. ErrNotExist before the original was committed.
func (a *Archive) ReadCommit(ctx context.Context, id string) (*Commit, error) {
	c := new(Commit)
	if err := a.readCommit(ctx, a.b.Evidence, CommitKey(id), c, func() int { return c.Version }); err != nil {
		return nil, err
	}
	return c, nil
}

// PutDerived writes a derived commit once, and returns the one that holds.
func (a *Archive) PutDerived(ctx context.Context, id string, d *DerivedCommit) (*DerivedCommit, error) {
	d.Version = commitVersion
	data, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return nil, err
	}
	_, existed, err := a.putOnce(ctx, a.b.Derived, DerivedCommitKey(id, d.Encoder), data)
	if err != nil {
		return nil, err
	}
	if existed {
		return a.ReadDerived(ctx, id, d.Encoder)
	}
	return d, nil
}

// ReadDerived reads a derived commit. ErrNotExist before that encoder's work was committed.
func (a *Archive) ReadDerived(ctx context.Context, id string, encoder int) (*DerivedCommit, error) {
	d := new(DerivedCommit)
	if err := a.readCommit(ctx, a.b.Derived, DerivedCommitKey(id, encoder), d, func() int { return d.Version }); err != nil {
		return nil, err
	}
	return d, nil
}

// KeepConflict keeps a later manifest that says something else than the registered one.
func (a *Archive) KeepConflict(ctx context.Context, id, digest string, manifest []byte) error {
	_, _, err := a.putOnce(ctx, a.b.Evidence, ConflictKey(id, digest), manifest)
	return err
}

func (a *Archive) readCommit(ctx context.Context, bucket, key string, into any, version func() int) error {
	data, err := a.read(ctx, bucket, key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: %w: %w", key, ErrBroken, err)
	}
	if version() != commitVersion {
		return fmt.Errorf("read %s: %w: it is of version %d", key, ErrBroken, version())
	}
	return nil
}
