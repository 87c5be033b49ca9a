package reel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tapedeck/internal/display"
	"tapedeck/internal/recording/guac"
	"tapedeck/internal/tape"
)

// Errors that say what is wrong with a play object.
var (
	ErrInstruction = errors.New("reel: a segment holds an instruction that no writer writes")
	ErrKeyframe    = errors.New("reel: the keyframe shows another picture than the recording")
)

// projector draws segments one after the other.
type projector struct {
	display *display.Display
	images  display.Streams
	ms      int64 // of the last sync that was drawn
}

// show draws the frames of a segment whose sync is not later than a time; done is false when there are others.
func (p *projector) show(raw []byte, untilMs int64) (done bool, err error) {
	end, ms, err := shownUntil(raw, untilMs)
	if err != nil {
		return false, err
	}
	for i, err := range guac.Instructions(bytes.NewReader(raw[:end])) {
		if err != nil {
			return false, fmt.Errorf("%w: %w", ErrInstruction, err)
		}
		if err := p.draw(i); err != nil {
			return false, err
		}
	}
	if end > 0 {
		p.ms = ms
	}
	return end == len(raw), nil
}

// shownUntil is where the last frame ends whose sync is not later than a time, and the time of that sync. A segment
// ends with a sync, and time does not fall in it.
func shownUntil(raw []byte, untilMs int64) (end int, ms int64, err error) {
	read, synced := 0, false
	last := int64(-1)
	for i, err := range guac.Instructions(bytes.NewReader(raw)) {
		if err != nil {
			return 0, 0, fmt.Errorf("%w: %w", ErrInstruction, err)
		}
		read += len(i.Raw)
		if synced = string(i.Opcode) == "sync"; !synced {
			continue
		}
		at, err := syncTime(i)
		if err != nil || at < last {
			return 0, 0, fmt.Errorf("%w: %.60q", ErrInstruction, i.Raw)
		}
		if last = at; at <= untilMs {
			end, ms = read, at
		}
	}
	if !synced {
		return 0, 0, fmt.Errorf("%w: it does not end with a sync", ErrInstruction)
	}
	return end, ms, nil
}

func syncTime(i *guac.Instruction) (int64, error) {
	if len(i.Args) == 0 {
		return 0, ErrInstruction
	}
	return strconv.ParseInt(string(i.Args[0]), 10, 64)
}

// draw draws an instruction of a play object, in which there is nothing that cannot be drawn.
func (p *projector) draw(i *guac.Instruction) (err error) {
	switch opcode := string(i.Opcode); opcode {
	case "sync", "name":
	case "mouse":
		var n [3]int
		for k := range n {
			if k >= len(i.Args) {
				err = ErrInstruction
			} else if n[k], err = display.Number(i.Args[k]); err != nil {
				break
			}
		}
		p.display.Pointer(n[0], n[1], n[2])
	case "img":
		err = p.images.Begin(i.Args)
	case "blob", "end":
		err = p.data(opcode, i.Args)
	default:
		err = p.display.Draw(opcode, i.Args)
	}
	if err != nil {
		return fmt.Errorf("%w: %.60q: %w", ErrInstruction, i.Raw, err)
	}
	return nil
}

func (p *projector) data(opcode string, args [][]byte) error {
	if len(args) == 0 || opcode == "blob" && len(args) < 2 {
		return display.ErrInvalid
	}
	n, err := display.Number(args[0])
	if err != nil {
		return err
	}
	if opcode == "blob" {
		if !p.images.Blob(n, args[1]) {
			return display.ErrInvalid
		}
		return nil
	}
	s, err := p.images.End(n)
	if err == nil && s == nil {
		err = display.ErrInvalid
	}
	if err != nil {
		return err
	}
	return p.display.Show(s)
}

// Picture is the display after all frames with a time of at most at, by way of the nearest keyframe. Before the first
// frame it is that, past the end the last one.
func Picture(r *tape.Reader, at time.Duration) (*display.Display, error) {
	p := &projector{display: display.New()}
	untilMs := max(at.Milliseconds(), 0)
	from := r.Index.From(untilMs)
	for n := from; n < len(r.Index.Segments); n++ {
		if r.Index.Segments[n].Keyframe && n > from {
			continue
		}
		raw, err := r.Segment(n)
		if err != nil {
			return nil, err
		}
		done, err := p.show(raw, untilMs)
		if err != nil {
			return nil, fmt.Errorf("segment %d: %w", n, err)
		}
		if !done {
			break
		}
	}
	return p.display, nil
}

// Check reads everything and draws the recording from its start to its end. It reports the first thing that is wrong,
// with the segment's number.
func Check(ctx context.Context, r *tape.Reader) error {
	p := &projector{display: display.New()}
	var places tape.Places
	for n, about := range r.Index.Segments {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := places.Next(r, n); err != nil {
			return err
		}
		raw, err := r.Segment(n)
		if err != nil {
			return err
		}
		if about.Keyframe {
			err = p.compare(raw, about.StartMs)
		} else {
			err = p.frames(raw, about.StartMs)
		}
		if err != nil {
			return fmt.Errorf("segment %d: %w", n, err)
		}
		if _, err := r.Lines(n); err != nil {
			return err
		}
	}
	if p.ms != r.Index.DurationMs {
		return fmt.Errorf("%w: the recording is %d ms long, it says %d ms", tape.ErrIndex, p.ms, r.Index.DurationMs)
	}
	return nil
}

// frames draws a segment whose first sync has to be at a time.
func (p *projector) frames(raw []byte, startMs int64) error {
	first, err := firstSync(raw)
	if err != nil {
		return err
	}
	if first != startMs || first < p.ms {
		return fmt.Errorf("%w: it says that the segment begins at %d ms, not %d", tape.ErrIndex, startMs, first)
	}
	_, err = p.show(raw, 1<<62)
	return err
}

func firstSync(raw []byte) (int64, error) {
	for i, err := range guac.Instructions(bytes.NewReader(raw)) {
		if err != nil {
			return 0, fmt.Errorf("%w: %w", ErrInstruction, err)
		}
		if string(i.Opcode) == "sync" {
			return syncTime(i)
		}
	}
	return 0, fmt.Errorf("%w: it has no sync", ErrInstruction)
}

// compare draws a keyframe on a new display, and again on the one that has drawn all before: both have to be as that was.
func (p *projector) compare(raw []byte, startMs int64) error {
	fresh := &projector{display: display.New()}
	if _, err := fresh.show(raw, 1<<62); err != nil {
		return err
	}
	if fresh.ms != startMs || fresh.ms != p.ms {
		return fmt.Errorf("%w: the keyframe is at %d ms, not %d", tape.ErrIndex, fresh.ms, startMs)
	}
	if err := p.display.Compare(fresh.display); err != nil {
		return fmt.Errorf("%w: %w", ErrKeyframe, err)
	}
	if _, err := p.show(raw, 1<<62); err != nil {
		return err
	}
	if err := fresh.display.Compare(p.display); err != nil {
		return fmt.Errorf("%w: drawn on what came before: %w", ErrKeyframe, err)
	}
	return nil
}
