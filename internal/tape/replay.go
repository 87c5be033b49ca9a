package tape

import (
	"fmt"
	"time"

	"tapedeck/internal/recording"
	"tapedeck/internal/terminal"
)

// Replay shows a recording on a terminal, from any moment on.
type Replay struct {
	Terminal *terminal.Terminal // after all events up to the moment that was reached

	from  *Reader
	n     int    // the segment that is read
	rest  []byte // what is left of it
	ahead *recording.Event
}

// Replay starts one at a moment: after all events with a time of at most at, by way of the nearest keyframe. Before
// the first event the terminal is empty, past the end it shows the last screen.
func (r *Reader) Replay(at time.Duration) (*Replay, error) {
	p := &Replay{Terminal: terminal.New(r.Index.Cols, r.Index.Rows), from: r, n: -1}
	if len(r.Index.Segments) == 0 {
		return p, nil
	}
	for n := r.Index.Keyframe(r.Index.At(at.Milliseconds())); n > 0; n = r.Index.Keyframe(n - 1) {
		lines, err := r.events(n)
		if err != nil {
			return nil, err
		}
		first, rest, err := cutEvent(lines)
		if err == nil && first.Kind != keyframe {
			err = errKeyframe
		}
		if err != nil {
			return nil, fmt.Errorf("segment %d: %w", n, err)
		}
		if first.At > at {
			continue // in the same millisecond, but later
		}
		if p.Terminal, err = fromKeyframe(first.Data); err != nil {
			return nil, fmt.Errorf("segment %d: %w", n, err)
		}
		p.n, p.rest = n, rest
		break
	}
	return p, p.Advance(at)
}

// Advance shows all events up to a moment.
func (p *Replay) Advance(to time.Duration) error {
	for {
		e, err := p.peek()
		if err != nil || e == nil || e.At > to {
			return err
		}
		if err := Show(p.Terminal, *e); err != nil {
			return fmt.Errorf("segment %d: %w", p.n, err)
		}
		p.ahead = nil
	}
}

// Next is the time of the next event; ok is false when there is none.
func (p *Replay) Next() (at time.Duration, ok bool, err error) {
	e, err := p.peek()
	if e == nil {
		return 0, false, err
	}
	return e.At, true, nil
}

// peek is the next event of the recording, nil at its end.
func (p *Replay) peek() (*recording.Event, error) {
	for p.ahead == nil {
		if len(p.rest) == 0 {
			if p.n+1 >= len(p.from.Index.Segments) {
				return nil, nil
			}
			lines, err := p.from.events(p.n + 1)
			if err != nil {
				return nil, err
			}
			p.n, p.rest = p.n+1, lines
			continue
		}
		e, rest, err := cutEvent(p.rest)
		if err != nil {
			return nil, fmt.Errorf("segment %d: %w", p.n, err)
		}
		if p.rest = rest; e.Kind != keyframe {
			p.ahead = &e
		}
	}
	return p.ahead, nil
}

// Screen is the terminal after all events with a time of at most at.
func (r *Reader) Screen(at time.Duration) (*terminal.Terminal, error) {
	p, err := r.Replay(at)
	if err != nil {
		return nil, err
	}
	return p.Terminal, nil
}
