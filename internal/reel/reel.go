// Package reel makes and reads the play object of a recording of graphics: frames and keyframes that can be fetched and
// drawn one by one, with the index and the table of a tape (docs/format.md). It knows readers and writers only.
package reel

import (
	"fmt"
	"io"
	"strconv"

	"tapedeck/internal/display"
	"tapedeck/internal/recording"
	"tapedeck/internal/recording/guac"
	"tapedeck/internal/tape"
)

const (
	// A segment of frames ends with the sync that reaches so many decompressed bytes, or twice those of the keyframe
	// before it; but not more than mostSeek with it, unless the keyframe has more than half of that. So many segments have
	// the first size; then it doubles, and again, up to the last.
	firstRaw = 1 << 20
	lastRaw  = 8 << 20
	growth   = 4096
	mostSeek = 4 << 20

	level       = 6        // of compression
	maxKeyframe = 24 << 20 // a longer one is not written
	maxFrame    = 32 << 20 // bytes from one sync to the next
	maxResizes  = 5000
)

// segmentRaw is the size of the n-th segment.
func segmentRaw(n int) int { return min(firstRaw<<min(n/growth, 10), lastRaw) }

// framesRaw is the size of the n-th segment, after a keyframe of so many bytes.
func framesRaw(n, keyframe int) int {
	return max(segmentRaw(n), min(2*keyframe, max(keyframe, mostSeek-keyframe)))
}

// Files are what a Writer writes, each as a stream.
type Files struct{ Play, Table, Keys io.Writer }

// Writer makes a play object in memory that is bounded whatever the recording's length.
type Writer struct {
	display *display.Display
	images  display.Streams
	nested  nested
	typed   typed
	quiet   quiet
	clock   clock
	left    map[string]int

	play, keys *tape.Members
	table      io.Writer
	index      tape.Index
	frame      []byte // since the last sync
	raw        []byte // whole frames, of the segment that grows
	start      int64  // ms of its first sync
	begun      bool   // it has one
	keyframe   []byte // before it, not yet written
	keyAt      int64  // ms of that
	drawn      int    // bytes of the frame that draw what is seen
}

// NewWriter makes a Writer.
func NewWriter(f Files) (*Writer, error) {
	w := &Writer{display: display.New(), left: map[string]int{}, table: f.Table, index: tape.NewIndex(tape.Guacamole, 0, 0)}
	var err error
	if w.play, err = tape.NewMembers(f.Play, level); err != nil {
		return nil, err
	}
	w.keys, err = tape.NewMembers(f.Keys, level)
	return w, err
}

// Add draws an instruction and keeps it for the play object, if it belongs there.
func (w *Writer) Add(i *guac.Instruction) error {
	if err := w.add(i, 0); err != nil {
		return err
	}
	if len(w.frame) > maxFrame {
		return &recording.Error{Format: guac.Format, Offset: i.Offset, What: fmt.Sprintf("a frame is longer than %d MiB", maxFrame>>20)}
	}
	return nil
}

func (w *Writer) add(i *guac.Instruction, depth int) error {
	opcode := string(i.Opcode)
	switch opcode {
	case "sync":
		return w.sync(i)
	case "img", "png", "jpeg", "blob", "end":
		w.image(opcode, i.Args)
	case "mouse":
		w.mouse(i.Args)
	case "key":
		w.key(i.Args)
	case "clipboard":
		w.clipboard(i.Args)
	case "name":
		w.frame = append(w.frame, i.Raw...)
	case "nest":
		return w.nest(i.Args, depth)
	default:
		w.draw(opcode, i)
	}
	return nil
}

// draw draws an instruction that is no image.
func (w *Writer) draw(opcode string, i *guac.Instruction) {
	err := w.display.Draw(opcode, i.Args)
	w.made(opcode, i.Args)
	switch {
	case err == nil:
		w.frame = append(w.frame, i.Raw...)
		w.seen(len(i.Raw))
	case err == display.ErrUnknown && known[opcode]:
		w.left[opcode]++
		if stream[opcode] && len(i.Args) > 0 {
			w.taken(i.Args[0])
		}
	default:
		w.left[display.Reason(err)]++
	}
}

// made gives layers that came to be by their name the size that they got: that of the display when a client hears of
// them, which depends on how far it has come.
func (w *Writer) made(opcode string, args [][]byte) {
	for _, layer := range w.display.TakeMade() {
		if opcode == "size" && string(args[0]) == strconv.Itoa(layer) {
			continue
		}
		width, height := w.display.SizeOf(layer)
		w.frame = guac.Append(w.frame, "size", strconv.Itoa(layer), strconv.Itoa(width), strconv.Itoa(height))
	}
}

func (w *Writer) seen(bytes int) {
	if w.display.TakeShown() {
		w.drawn += bytes
	}
}

// image takes a part of an image, and draws it when it is whole.
func (w *Writer) image(opcode string, args [][]byte) {
	s, err := w.part(opcode, args)
	if err == nil && s != nil {
		err = w.display.Show(s)
		w.made("img", nil)
	}
	switch {
	case err != nil:
		w.left[display.Reason(err)]++
		if err == display.ErrImage {
			w.mark("image left out", 1)
		}
	case s != nil:
		before := len(w.frame)
		w.frame = display.AppendImage(w.frame, "1", s)
		w.seen(len(w.frame) - before)
	}
}

// part is the image that a part completes, if it does.
func (w *Writer) part(opcode string, args [][]byte) (*display.Stream, error) {
	if opcode == "img" {
		return nil, w.images.Begin(args)
	}
	if opcode == "png" || opcode == "jpeg" {
		return display.Whole(opcode, args)
	}
	if len(args) == 0 {
		return nil, display.ErrInvalid
	}
	n, err := display.Number(args[0])
	if err != nil {
		return nil, err
	}
	if opcode == "end" {
		s, err := w.images.End(n)
		if s == nil && !w.typed.end(n, w.clock.ms) {
			w.left["stream"]++
		}
		return s, err
	}
	if len(args) < 2 {
		return nil, display.ErrInvalid
	}
	if !w.images.Blob(n, args[1]) && !w.typed.blob(n, args[1]) {
		w.left["stream"]++
	}
	return nil, nil
}

// taken takes note that the number of a stream names another one now, which is left out.
func (w *Writer) taken(number []byte) {
	if n, err := display.Number(number); err == nil {
		w.images.Drop(n)
		w.typed.drop(n)
	}
}

func (w *Writer) mark(label string, times int) {
	const most = 1000
	for range min(times, most-len(w.index.Markers)) {
		w.index.Markers = append(w.index.Markers, tape.Marker{AtMs: w.clock.ms, Label: label})
	}
}

// known are the instructions that are part of the protocol and draw nothing.
var known = map[string]bool{"ack": true, "args": true, "argv": true, "audio": true, "body": true, "connect": true, "disconnect": true, "error": true, "file": true,
	"filesystem": true, "get": true, "log": true, "msg": true, "nop": true, "pipe": true, "put": true, "ready": true, "required": true, "select": true,
	"touch": true, "undefine": true, "video": true}

// stream are those of them that begin a stream, whose number is their first argument.
var stream = map[string]bool{"argv": true, "audio": true, "file": true, "pipe": true, "video": true}
