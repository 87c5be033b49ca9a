package reel

import (
	"slices"
	"strconv"

	"tapedeck/internal/display"
	"tapedeck/internal/recording"
	"tapedeck/internal/recording/guac"
	"tapedeck/internal/tape"
)

// mouse keeps where the pointer was, with the time on the recording's clock.
func (w *Writer) mouse(args [][]byte) {
	numbers := [3]int{}
	for i := range numbers {
		if i == 2 && len(args) == 2 { // old servers do not say which buttons
			break
		}
		n, err := 0, error(display.ErrInvalid)
		if i < len(args) {
			n, err = display.Number(args[i])
		}
		if err != nil {
			w.left["invalid"]++
			return
		}
		numbers[i] = n
	}
	ms := w.clock.ms
	if len(args) > 3 {
		ms = w.clock.at(args[3])
	}
	w.display.Pointer(numbers[0], numbers[1], numbers[2])
	w.frame = appendMouse(w.frame, numbers, ms)
}

func appendMouse(b []byte, n [3]int, ms int64) []byte {
	return guac.Append(b, "mouse", strconv.Itoa(n[0]), strconv.Itoa(n[1]), strconv.Itoa(n[2]), strconv.FormatInt(ms, 10))
}

// sync ends a frame.
func (w *Writer) sync(i *guac.Instruction) error {
	first := !w.clock.runs
	if len(i.Args) == 0 || !w.clock.sync(i.Args[0]) {
		w.left["invalid"]++
		return nil
	}
	ms := w.clock.ms
	if ms > recording.MaxLength.Milliseconds() {
		return &recording.Error{Format: guac.Format, Offset: i.Offset, What: "it is longer than 366 days"}
	}
	args := []string{strconv.FormatInt(ms, 10)}
	if len(i.Args) > 1 {
		if n, err := display.Number(i.Args[1]); err == nil {
			args = append(args, strconv.Itoa(n))
		}
	}
	w.frame = guac.Append(w.frame, "sync", args...)
	w.resized(ms, first)
	w.quiet.drawn(ms, w.drawn)
	if !w.begun {
		if err := w.begin(ms); err != nil {
			return err
		}
	}
	w.raw, w.frame, w.drawn = append(w.raw, w.frame...), w.frame[:0], 0
	if len(w.raw) < framesRaw(len(w.index.Segments), len(w.keyframe)) {
		return nil
	}
	if err := w.flush(); err != nil {
		return err
	}
	w.shoot(ms)
	return nil
}

// resized takes note of a new size of the default layer.
func (w *Writer) resized(ms int64, first bool) {
	width, height := w.display.Size()
	if first {
		w.index.Cols, w.index.Rows = width, height
		return
	}
	now := tape.Resize{AtMs: ms, Cols: width, Rows: height}
	before := tape.Resize{Cols: w.index.Cols, Rows: w.index.Rows}
	if n := len(w.index.Resizes); n > 0 {
		before = w.index.Resizes[n-1]
	}
	if (before.Cols != now.Cols || before.Rows != now.Rows) && len(w.index.Resizes) < maxResizes {
		w.index.Resizes = append(w.index.Resizes, now)
	}
}

// shoot makes the keyframe of what is shown after a sync. It is written once more frames come.
func (w *Writer) shoot(ms int64) {
	b, err := w.display.AppendKeyframe(w.keyframe[:0])
	w.failed()
	if err != nil || len(b) > maxKeyframe {
		w.keyframe = w.keyframe[:0]
		return
	}
	if x, y, mask, ok := w.display.Pointed(); ok {
		b = appendMouse(b, [3]int{x, y, mask}, ms)
	}
	w.keyframe, w.keyAt = guac.Append(b, "sync", strconv.FormatInt(ms, 10)), ms
}

// failed takes note of images that looked like some, and were found to be none when their pixels were needed.
func (w *Writer) failed() {
	n := w.display.TakeFailed()
	if n > 0 {
		w.left["image"] += n
	}
	w.mark("image that cannot be decoded", n)
}

// begin begins a segment of frames, after its keyframe.
func (w *Writer) begin(ms int64) error {
	w.begun, w.start = true, ms
	if len(w.keyframe) == 0 {
		return nil
	}
	return w.write(w.keyframe, nil, w.keyAt, true)
}

func (w *Writer) flush() error {
	err := w.write(w.raw, w.typed.take(), w.start, false)
	w.raw, w.begun = w.raw[:0], false
	return err
}

func (w *Writer) write(raw, keys []byte, ms int64, keyframe bool) (err error) {
	r := tape.Record{StartMs: ms}
	if r.Play, err = w.play.AddImages(raw); err != nil {
		return err
	}
	if r.Text, err = w.keys.Add(keys); err != nil {
		return err
	}
	if _, err := w.table.Write(r.AppendTo(nil)); err != nil {
		return err
	}
	w.index.Segments = append(w.index.Segments, tape.Segment{StartMs: ms, Bytes: r.Play.Bytes, RawBytes: r.Play.RawBytes, Keyframe: keyframe})
	return nil
}

// Close ends the play object and returns its index. What came after the last sync was never shown, and is not in it.
// A recording without any is a *recording.Error.
func (w *Writer) Close() (*tape.Index, error) {
	if !w.clock.runs {
		return nil, &recording.Error{Format: guac.Format, What: "it has no sync: nothing of it was ever shown"}
	}
	if w.begun {
		if err := w.flush(); err != nil {
			return nil, err
		}
	}
	w.quiet.gap(w.clock.ms)
	w.failed()
	x := &w.index
	x.DurationMs, x.TimesBack, x.LeftOut = w.clock.ms, w.clock.back, w.left
	x.Activity, x.Idle = w.quiet.spans.Activity(w.clock.ms), slices.Concat(x.Idle, w.quiet.gaps)
	return x, nil
}
