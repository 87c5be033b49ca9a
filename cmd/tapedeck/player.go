package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tapedeck/internal/tape"
)

// Times of the player.
const (
	drawEvery = 33 * time.Millisecond  // at most so often
	lookEvery = 250 * time.Millisecond // for the clock in the status, and for a new size of the terminal
	step      = 5 * time.Second
)

var speeds = []float64{0.25, 0.5, 1, 2, 4, 8, 16}

// player plays a recording in real time.
type player struct {
	tape   *tape.Reader
	replay *tape.Replay
	view   *view

	playing bool
	speed   int           // in speeds
	from    time.Duration // where it was in the recording
	when    time.Time     // at this time
}

// newPlayer makes one that plays from the start.
func newPlayer(r *tape.Reader, v *view) (*player, error) {
	p := &player{tape: r, view: v, playing: true, speed: 2, when: time.Now()}
	return p, p.seek(0)
}

// run plays until a key ends it, or there are no more keys. When ctx ends, that is an error.
func (p *player) run(ctx context.Context, keys <-chan key) error {
	for {
		wait, err := p.show()
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("interrupted")
		case k, ok := <-keys:
			if !ok || k == 'q' || k == 'Q' || k == ctrlC || k == ctrlD {
				return nil
			}
			if err := p.press(k); err != nil {
				return err
			}
		case <-time.After(wait):
		}
	}
}

const (
	ctrlC key = 3
	ctrlD key = 4
)

// show brings the screen up to now, and says how long it may stay.
func (p *player) show() (wait time.Duration, err error) {
	at := p.at()
	if p.playing && at >= p.length() {
		p.playing, p.from = false, p.length()
	}
	if err := p.replay.Advance(at); err != nil {
		return 0, err
	}
	if err := p.view.draw(p.replay.Terminal, p.status(at)); err != nil {
		return 0, err
	}
	if !p.playing {
		return lookEvery, nil
	}
	next, ok, err := p.replay.Next()
	if err != nil {
		return 0, err
	}
	if !ok {
		next = p.length()
	}
	return min(max(time.Duration(float64(next-at)/speeds[p.speed]), drawEvery), lookEvery), nil
}

// length is that of the recording.
func (p *player) length() time.Duration {
	return time.Duration(p.tape.Index.DurationMs+1)*time.Millisecond - 1 // its last event may be within its last millisecond
}

// at is where it is in the recording now.
func (p *player) at() time.Duration {
	if !p.playing {
		return p.from
	}
	return min(p.from+time.Duration(float64(time.Since(p.when))*speeds[p.speed]), p.length())
}

func (p *player) press(k key) error {
	tenth := p.length() / 10
	switch {
	case k == ' ':
		return p.toggle()
	case k == keyLeft:
		return p.seek(p.at() - step)
	case k == keyRight:
		return p.seek(p.at() + step)
	case k == keyShiftLeft || k == '[':
		return p.seek(p.at() - tenth)
	case k == keyShiftRight || k == ']':
		return p.seek(p.at() + tenth)
	case k >= '0' && k <= '9':
		return p.seek(time.Duration(k-'0') * tenth)
	case k == '<':
		p.change(p.playing, max(p.speed-1, 0))
	case k == '>':
		p.change(p.playing, min(p.speed+1, len(speeds)-1))
	}
	return nil
}

// toggle pauses or plays; at the end it plays again from the start.
func (p *player) toggle() error {
	if !p.playing && p.from >= p.length() {
		p.change(true, p.speed)
		return p.seek(0)
	}
	p.change(!p.playing, p.speed)
	return nil
}

// change goes on from where it is in another way.
func (p *player) change(playing bool, speed int) {
	p.from, p.when = p.at(), time.Now()
	p.playing, p.speed = playing, speed
}

// seek goes to a moment by the nearest keyframe; what was playing plays on.
func (p *player) seek(to time.Duration) (err error) {
	p.from, p.when = min(max(to, 0), p.length()), time.Now()
	p.replay, err = p.tape.Replay(p.from)
	return err
}

func (p *player) status(at time.Duration) string {
	word, space := "paused ", "plays"
	switch {
	case p.playing:
		word, space = "playing", "pauses"
	case p.from >= p.length():
		word, space = "the end", "plays again"
	}
	cols, rows := p.replay.Terminal.Size()
	return fmt.Sprintf(" %s  %s / %s  %gx  %dx%d   space %s, left and right 5 s, [ ] 10%%, 0-9, < > speed, q quits",
		word, minutes(at), minutes(p.length()), speeds[p.speed], cols, rows, space)
}

// minutes is a clock without what changes faster than one can read.
func minutes(d time.Duration) string {
	s := clock(d.Milliseconds())
	return s[:len(s)-len(".000")]
}
