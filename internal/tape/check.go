package tape

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tapedeck/internal/terminal"
)

// ErrKeyframe says that a segment's keyframe shows another screen than the recording does up to there.
var ErrKeyframe = errors.New("tape: the keyframe shows another screen than the recording")

// Check reads everything and shows the recording from its start to its end. It reports the first thing that is
// wrong, with the segment's number: damage, a keyframe that is not the screen, an index that tells something else.
func (r *Reader) Check(ctx context.Context) error {
	c := check{Reader: r, term: terminal.New(r.Index.Cols, r.Index.Rows)}
	for n := range r.Index.Segments {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := c.Next(r, n); err != nil {
			return err
		}
		lines, err := r.events(n)
		if err != nil {
			return err
		}
		if err := c.segment(n, lines); err != nil {
			return fmt.Errorf("segment %d: %w", n, err)
		}
		if _, err := r.Lines(n); err != nil {
			return err
		}
	}
	if c.last.Milliseconds() != r.Index.DurationMs {
		return fmt.Errorf("%w: the recording is %s long, it says %d ms", ErrIndex, c.last, r.Index.DurationMs)
	}
	return nil
}

// check is what a Check knows of the segments before.
type check struct {
	*Reader
	Places
	term *terminal.Terminal
	last time.Duration
}

// Places checks that a table's entries lie one after the other.
type Places struct{ play, text int64 } // where the next segment and its lines must be

// Next checks the n-th entry; the ones before have been.
func (p *Places) Next(r *Reader, n int) error {
	record, err := r.Record(n)
	switch {
	case err != nil:
		return err
	case record.Play.Offset != p.play || record.Text.Offset != p.text:
		err = fmt.Errorf("%w: its segment is elsewhere", ErrTable)
	case (record.Text.Bytes == 0) != (record.Text.RawBytes == 0):
		err = fmt.Errorf("%w: a transcript of nothing", ErrTable)
	}
	if err != nil {
		return fmt.Errorf("read entry %d: %w", n, err)
	}
	p.play, p.text = p.play+record.Play.Bytes, p.text+record.Text.Bytes
	return nil
}

// segment shows the events of a segment, after it has compared its keyframe.
func (c *check) segment(n int, lines []byte) error {
	about := c.Index.Segments[n]
	for first := true; len(lines) > 0; first = false {
		e, rest, err := cutEvent(lines)
		switch {
		case err != nil:
			return err
		case e.At < c.last:
			return fmt.Errorf("%w: the time goes back", ErrEvent)
		case first && e.At.Milliseconds() != about.StartMs:
			return fmt.Errorf("%w: it says that the segment begins at %d ms, not %s", ErrIndex, about.StartMs, e.At)
		case e.Kind == keyframe && !first || first && !about.Blind && e.Kind != keyframe:
			return errKeyframe
		case e.Kind == keyframe:
			err = c.keyframe(e.Data)
		default:
			err = Show(c.term, e)
		}
		if err != nil {
			return err
		}
		c.last, lines = e.At, rest
	}
	return nil
}

// keyframe compares a keyframe with the recording, as it was shown from its start.
func (c *check) keyframe(data []byte) error {
	cols, rows, dump, err := cutKeyframe(data)
	if err != nil {
		return err
	}
	made := terminal.New(cols, rows)
	made.Feed(dump)
	if c.term.Compare(made) == terminal.Differs {
		return ErrKeyframe
	}
	return nil
}
