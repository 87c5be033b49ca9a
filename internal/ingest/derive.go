package ingest

import (
	"context"
	"errors"
	"slices"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/encode"
	"tapedeck/internal/recording"
	"tapedeck/internal/recording/video"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// encodeSpare is what encoding leaves of the caller's time for what comes after it.
const encodeSpare = 20 * time.Second

// errNoTime says that a recording cannot be encoded in the time that this run has.
var errNoTime = errors.New("ingest: no time to encode the recording")

// derive finds or makes the encoder's work on a committed original. What is made of anything else than the
// bytes that the commit names is never served. made says that it is this run's: of two at once
// one, or both where there is nothing to be made.
func (g *Ingest) derive(ctx context.Context, c *archive.Commit, first, large bool) (held *archive.DerivedCommit, made bool, err error) {
	id := c.Registration.Session.ID
	sums := sumsOf(c)
	if !first {
		d, err := g.upToDate(ctx, id)
		if err == nil {
			return d, false, checkSums(d, sums)
		}
		if !errors.Is(err, archive.ErrNotExist) {
			return nil, false, err
		}
		if !large && originalBytes(c) > g.InlineBytes {
			return nil, false, errNoTime
		}
	}
	d := &archive.DerivedCommit{Encoder: tape.EncoderVersion, Originals: sums}
	why := differs(c)
	bytes := originalBytes(c)
	switch {
	case len(c.Registration.Objects) == 0: // the manifest itself is unreadable; the registration says why
		d.State, d.SizeBytes = session.Unreadable, &bytes
	case why != "":
		d.State, d.Reason, d.SizeBytes = session.Unreadable, why, &bytes
	default:
		err := g.encode(ctx, c, d, first)
		bad, unreadable := errors.AsType[*recording.Error](err)
		switch {
		case unreadable:
			d.State, d.Reason, d.SizeBytes, d.Attempt, d.Play = session.Unreadable, bad.Error(), &bytes, "", nil
		case errors.Is(err, errNoTime) && large && g.Now().Sub(c.ArchivedAt) > leaseFor:
			// Not sooner: the run that copied the original had less than its time, and the next one has all of it.
			d.State, d.Reason, d.Attempt, d.Play = session.Ready, session.ReasonTooLarge, "", nil
		case err != nil:
			return nil, false, err
		}
	}
	held, err = g.Derived.PutDerived(ctx, id, d)
	if err != nil {
		return nil, false, err
	}
	return held, held.Attempt == d.Attempt, checkSums(held, sums)
}

// upToDate is the work of the newest encoder, if this one would not make more of the recording. archive.ErrNotExist
// says that there is none.
func (g *Ingest) upToDate(ctx context.Context, id string) (*archive.DerivedCommit, error) {
	for encoder := tape.EncoderVersion; !tape.Outdated(encoder, true); encoder-- {
		d, err := g.Derived.ReadDerived(ctx, id, encoder)
		switch {
		case errors.Is(err, archive.ErrNotExist):
		case err != nil || !tape.Outdated(encoder, d.State == session.Ready):
			return d, err
		}
	}
	return nil, archive.ErrNotExist
}

func (g *Ingest) encode(ctx context.Context, c *archive.Commit, d *archive.DerivedCommit, first bool) error {
	reading := ctx
	if deadline, ok := ctx.Deadline(); ok {
		var stop context.CancelFunc
		reading, stop = context.WithDeadlineCause(ctx, deadline.Add(-encodeSpare), errNoTime)
		defer stop()
	}
	if c.Registration.Format == video.Format {
		return g.film(reading, c, d)
	}
	id := c.Registration.Session.ID
	d.Attempt = c.Attempt
	if !first {
		attempt, err := g.attempt(ctx, &c.Registration, false)
		if err != nil {
			return err
		}
		d.Attempt = attempt
	}
	parts := g.partsOf(reading, c)
	defer closeParts(parts)
	in, err := encode.Open(reading, c.Registration.Format, encoderParts(parts))
	var out outputs
	var made *encode.Made
	if err == nil {
		out = g.newOutputs(ctx, id, d.Attempt, in)
		defer out.abort() // nothing is left to abort after a commit
		made, err = in.Encode(out.encoder())
	}
	if err != nil {
		return readingFailed(reading, err)
	}
	for _, p := range parts {
		if err := p.check(); err != nil {
			return err
		}
	}
	if d.Play, err = out.commit(d.Encoder); err != nil {
		return err
	}
	d.State, d.DurationMs, d.SizeBytes = session.Ready, &made.Index.DurationMs, &made.SizeBytes
	if made.Truncated {
		d.Reason = session.ReasonTruncated
	}
	return nil
}

// readingFailed is why a recording was not read to its end: errNoTime, a *recording.Error, or what the source says.
func readingFailed(reading context.Context, err error) error {
	if context.Cause(reading) == errNoTime {
		return errNoTime
	}
	if bad, ok := errors.AsType[*recording.Error](err); ok {
		return bad
	}
	return err
}

// outputs are the derived objects that an encoder writes.
type outputs struct {
	play, index, table, transcript archive.Writer
	keys                           archive.Writer // of graphics; nil of text
}

func (g *Ingest) newOutputs(ctx context.Context, id, attempt string, in *encode.Input) outputs {
	play := archive.PlayKey
	switch {
	case in.Graphics():
		play = archive.GraphicsKey
	case in.Files():
		play = archive.FilesKey
	}
	o := outputs{play: g.Derived.NewDerived(ctx, play(id, attempt)), index: g.Derived.NewDerived(ctx, archive.IndexKey(id, attempt)),
		table: g.Derived.NewDerived(ctx, archive.TableKey(id, attempt)), transcript: g.Derived.NewDerived(ctx, archive.TranscriptKey(id, attempt))}
	if in.Graphics() {
		o.keys = g.Derived.NewDerived(ctx, archive.KeysKey(id, attempt))
	}
	return o
}

func (o outputs) encoder() encode.Outputs {
	to := encode.Outputs{Files: tape.Files{Play: o.play, Table: o.table, Transcript: o.transcript}, Index: o.index}
	if o.keys != nil {
		to.Keys = o.keys
	}
	return to
}

func (o outputs) abort() {
	for _, w := range []archive.Writer{o.play, o.index, o.table, o.transcript, o.keys} {
		if w != nil {
			w.Abort()
		}
	}
}

func (o outputs) commit(encoder int) (*session.Play, error) {
	p := &session.Play{Encoder: encoder}
	for _, c := range []struct {
		from archive.Writer
		to   *session.Stored
	}{{o.play, &p.Object}, {o.table, &p.Table}, {o.transcript, &p.Transcript}, {o.index, &p.Index}} {
		var err error
		if *c.to, err = c.from.Commit(); err != nil {
			return nil, err
		}
	}
	if o.keys == nil {
		return p, nil
	}
	keys, err := o.keys.Commit()
	p.Keys = &keys
	return p, err
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
