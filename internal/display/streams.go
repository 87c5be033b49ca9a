package display

import (
	"encoding/base64"
	"errors"
)

// Bounds of streams.
const (
	maxStreams = 64
	maxHeld    = 32 << 20 // bytes of all that are open
)

// Stream is an image while it comes in.
type Stream struct {
	Mask, Layer, X, Y int
	Type              string
	Data              []byte

	bad error
}

// Streams puts images together that come in pieces, over frames and across each other.
type Streams struct {
	open map[int]*Stream
	held int
}

// Begin begins a stream with the arguments of its img. One that is open with that number ends.
func (s *Streams) Begin(args [][]byte) error {
	if len(args) < 6 {
		return ErrInvalid
	}
	var n [6]int
	for i, a := range args[:6] {
		var err error
		if n[i], err = Number(a); i != 3 && err != nil {
			return err
		}
	}
	s.Drop(n[0])
	if len(s.open) >= maxStreams {
		return ErrBounds
	}
	if s.open == nil {
		s.open = map[int]*Stream{}
	}
	s.open[n[0]] = &Stream{Mask: n[1], Layer: n[2], Type: string(args[3]), X: n[4], Y: n[5]}
	return nil
}

// Drop forgets a stream: its number was taken for something else.
func (s *Streams) Drop(index int) {
	if old := s.open[index]; old != nil {
		s.held -= len(old.Data)
		delete(s.open, index)
	}
}

// Blob adds to a stream; known is false when it is none of an image.
func (s *Streams) Blob(index int, encoded []byte) (known bool) {
	to := s.open[index]
	if to == nil || to.bad != nil {
		return to != nil
	}
	n := len(to.Data)
	if s.held+base64.StdEncoding.DecodedLen(len(encoded)) > maxHeld {
		to.bad = ErrBounds
	} else if data, err := base64.StdEncoding.AppendDecode(to.Data, encoded); err != nil {
		to.bad = ErrImage
	} else {
		to.Data = data
	}
	s.held += len(to.Data) - n
	return true
}

// End is what a stream became; nil when it is none of an image. The error says that it is none that can be drawn.
func (s *Streams) End(index int) (*Stream, error) {
	done := s.open[index]
	if done == nil {
		return nil, nil
	}
	s.Drop(index)
	return done, done.bad
}

// Show draws an image that came in whole.
func (d *Display) Show(s *Stream) error { return d.Image(s.Mask, s.Layer, s.X, s.Y, s.Data) }

// Reason names an error of this package in a word; "" is one of another.
func Reason(err error) string {
	for name, known := range map[string]error{"unknown": ErrUnknown, "invalid": ErrInvalid, "bounds": ErrBounds, "image": ErrImage} {
		if errors.Is(err, known) {
			return name
		}
	}
	return ""
}

// Whole is the image of a png or jpeg instruction: mask, layer, place and data.
func Whole(opcode string, args [][]byte) (*Stream, error) {
	if len(args) < 5 {
		return nil, ErrInvalid
	}
	var n [4]int
	for i := range n {
		var err error
		if n[i], err = Number(args[i]); err != nil {
			return nil, err
		}
	}
	data, err := base64.StdEncoding.AppendDecode(nil, args[4])
	if err != nil {
		return nil, ErrImage
	}
	return &Stream{Mask: n[0], Layer: n[1], X: n[2], Y: n[3], Type: "image/" + opcode, Data: data}, nil
}
