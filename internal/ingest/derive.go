package ingest

import (
	"context"
	"errors"
	"io"
	"slices"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// Encoder makes the play object and its index from a recording. The same version makes the same bytes.
type Encoder interface {
	Version() int
	// Encode reads the recording's parts in order and writes play object and index as it goes. A recording
	// that it cannot read is an *Unreadable; any other error is one of reading or writing.
	Encode(ctx context.Context, format string, parts []io.Reader, play, index io.Writer) (*Encoded, error)
}

// Encoded is what an encoder says of a recording.
type Encoded struct {
	DurationMs int64
	SizeBytes  int64 // decompressed
	Truncated  bool  // cut off; encoded to its last whole event
}

// Unreadable is a recording that an encoder cannot read. Why is for people.
type Unreadable struct{ Why string }

func (u *Unreadable) Error() string { return u.Why }

// derive finds or makes the encoder's work on a committed original. What is made of anything else than the
// bytes that the commit names is never served.
func (g *Ingest) derive(ctx context.Context, c *archive.Commit, first bool) (*archive.DerivedCommit, error) {
	id := c.Registration.Session.ID
	sums := sumsOf(c)
	if !first {
		d, err := g.Derived.ReadDerived(ctx, id, g.Encoder.Version())
		if err == nil {
			return d, checkSums(d, sums)
		}
		if !errors.Is(err, archive.ErrNotExist) {
			return nil, err
		}
	}
	d := &archive.DerivedCommit{Encoder: g.Encoder.Version(), Originals: sums}
	why := differs(c)
	switch {
	case len(c.Registration.Objects) == 0: // the manifest itself is unreadable; the registration says why
		d.State = session.Unreadable
	case why != "":
		d.State, d.Reason = session.Unreadable, why
	default:
		if err := g.encode(ctx, c, d, first); err != nil {
			return nil, err
		}
	}
	if d.SizeBytes == nil {
		n := originalBytes(c)
		d.SizeBytes = &n
	}
	held, err := g.Derived.PutDerived(ctx, id, d)
	if err != nil {
		return nil, err
	}
	return held, checkSums(held, sums)
}

func (g *Ingest) encode(ctx context.Context, c *archive.Commit, d *archive.DerivedCommit, first bool) error {
	id := c.Registration.Session.ID
	d.Attempt = c.Attempt
	if !first {
		attempt, err := g.attempt(ctx, &c.Registration, false)
		if err != nil {
			return err
		}
		d.Attempt = attempt
	}
	var parts []io.Reader
	for _, o := range c.Originals {
		if o.Part == session.PartManifest {
			continue
		}
		body, err := g.Evidence.OpenOriginal(ctx, o.Stored)
		if err != nil {
			return err
		}
		defer body.Close()
		parts = append(parts, body)
	}
	play := g.Derived.NewDerived(ctx, archive.PlayKey(id, d.Attempt))
	index := g.Derived.NewDerived(ctx, archive.IndexKey(id, d.Attempt))
	made, err := g.Encoder.Encode(ctx, c.Registration.Format, parts, play, index)
	if err != nil {
		play.Abort()
		index.Abort()
		if bad, ok := errors.AsType[*Unreadable](err); ok {
			d.State, d.Reason, d.Attempt = session.Unreadable, bad.Why, ""
			return nil
		}
		return err
	}
	d.Play = &session.Play{Encoder: d.Encoder}
	if d.Play.Object, err = play.Commit(); err != nil {
		index.Abort()
		return err
	}
	if d.Play.Index, err = index.Commit(); err != nil {
		return err
	}
	d.State, d.DurationMs, d.SizeBytes = session.Ready, &made.DurationMs, &made.SizeBytes
	if made.Truncated {
		d.Reason = session.ReasonTruncated
	}
	return nil
}

// differs says which object is not the one that the manifest announced; "" when all are.
func differs(c *archive.Commit) string {
	announced := map[string]session.Object{}
	for _, o := range c.Registration.Objects {
		announced[o.Key] = o
	}
	for _, o := range c.Originals {
		a, ok := announced[o.Name]
		switch {
		case !ok:
		case a.Size != nil && *a.Size != o.Size:
			return quoted(o.Name) + " is not as long as the manifest says"
		case a.SHA256 != "" && a.SHA256 != o.SHA256:
			return quoted(o.Name) + " does not have the SHA-256 that the manifest says"
		}
	}
	return ""
}

// checkSums refuses a derived commit that was made from other bytes than the archive's.
func checkSums(d *archive.DerivedCommit, sums []string) error {
	if !slices.Equal(d.Originals, sums) {
		return errors.New("ingest: the derived commit names another original than archive.json")
	}
	return nil
}

func sumsOf(c *archive.Commit) (sums []string) {
	for _, o := range c.Originals {
		sums = append(sums, o.SHA256)
	}
	return sums
}

func originalBytes(c *archive.Commit) (n int64) {
	for _, o := range c.Originals {
		if o.Part != session.PartManifest {
			n += o.Size
		}
	}
	return n
}
