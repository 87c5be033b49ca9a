// Package encode makes a play object, with its index, table and transcript, of a recording of any known format.
package encode

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"

	"tapedeck/internal/ledger"
	"tapedeck/internal/recording"
	"tapedeck/internal/recording/filelog"
	"tapedeck/internal/recording/formats"
	"tapedeck/internal/recording/guac"
	"tapedeck/internal/reel"
	"tapedeck/internal/tape"
)

// Part is one file of a recording, as it is kept: perhaps compressed.
type Part struct {
	Role  string // what a manifest calls it: recording, timing, input or log
	Bytes io.Reader
}

// Outputs are what is written of a recording, each as a stream. Graphics and logs of file operations have no transcript.
type Outputs struct {
	tape.Files
	Index io.Writer
	Keys  io.Writer // of graphics: what was typed, passwords too. Nil writes none of it
}

// Made says what was made.
type Made struct {
	Index     *tape.Index
	SizeBytes int64 // of the recording, decompressed
	Truncated bool  // the recording was cut off; what was made ends with its last whole event
}

// Recording encodes a recording as it reads it, until ctx ends: then its error has ctx's cause. When format is "",
// the content of the only part decides. Several main parts of a format that can be cut are read one after the other,
// each when it is its turn; parts that are not needed are not read at all. A recording that cannot be read is a *recording.Error.
func Recording(ctx context.Context, format string, parts []Part, to Outputs) (*Made, error) {
	in, err := Open(ctx, format, parts)
	if err != nil {
		return nil, err
	}
	return in.Encode(to)
}

// Input is a recording that is open and not yet read.
type Input struct {
	ctx      context.Context
	sizes    recording.Sizes
	text     *recording.Recording
	graphics io.Reader    // instead
	files    *filelog.Log // instead
}

// Graphics reports whether it is a recording of graphics.
func (in *Input) Graphics() bool { return in.graphics != nil }

// Files reports whether it is a log of file operations.
func (in *Input) Files() bool { return in.files != nil }

// Encode encodes it.
func (in *Input) Encode(to Outputs) (*Made, error) {
	made := new(Made)
	var err error
	switch {
	case in.Graphics():
		err = in.encodeGraphics(to, made)
	case in.Files():
		err = in.encodeFiles(to, made)
	default:
		err = in.encodeText(to, made)
	}
	if err != nil {
		return nil, err
	}
	made.SizeBytes = in.sizes.Raw()
	return made, tape.WriteIndex(to.Index, made.Index)
}

func (in *Input) encodeText(to Outputs, made *Made) error {
	w, err := tape.NewWriter(to.Files, in.text.Cols, in.text.Rows)
	if err != nil {
		return err
	}
	for e, err := range in.text.Events {
		if errors.Is(err, recording.ErrTruncated) {
			made.Truncated = true
			break
		}
		if err != nil {
			return err
		}
		if err := w.Add(e); err != nil {
			return err
		}
	}
	made.Index, err = w.Close()
	return err
}

// encodeGraphics looks at the time with each instruction: a few bytes can draw much.
func (in *Input) encodeGraphics(to Outputs, made *Made) error {
	if to.Keys == nil {
		to.Keys = io.Discard
	}
	w, err := reel.NewWriter(reel.Files{Play: to.Play, Table: to.Table, Keys: to.Keys})
	if err != nil {
		return err
	}
	for i, err := range guac.Instructions(in.graphics) {
		switch {
		case in.ctx.Err() != nil:
			return context.Cause(in.ctx)
		case errors.Is(err, recording.ErrTruncated):
			made.Truncated = true
		case err != nil:
			return err
		default:
			if err := w.Add(i); err != nil {
				return err
			}
		}
	}
	made.Index, err = w.Close()
	return err
}

func (in *Input) encodeFiles(to Outputs, made *Made) error {
	w, err := ledger.NewWriter(ledger.Files{Play: to.Play, Table: to.Table})
	if err != nil {
		return err
	}
	for o, err := range in.files.Operations {
		if errors.Is(err, recording.ErrTruncated) {
			made.Truncated = true
			break
		}
		if err != nil {
			return err
		}
		if err := w.Add(o); err != nil {
			return err
		}
	}
	if made.Index, err = w.Close(); err == nil {
		made.Index.TimesBack = in.files.TimesBack
	}
	return err
}

// Open opens a recording, as Recording does it. Its sizes are counted as it is read.
func Open(ctx context.Context, format string, parts []Part) (*Input, error) {
	input := &Input{ctx: ctx}
	var opened []formats.Part
	for _, p := range joined(format, parts) {
		opened = append(opened, formats.Part{Role: p.Role, Reader: patient{ctx, input.sizes.Source(p.Bytes)}})
	}
	if format == "" && len(opened) == 1 {
		in := bufio.NewReader(opened[0].Reader)
		head, err := in.Peek(formats.Head)
		switch {
		case err != nil && err != io.EOF && len(head) == 0:
			return nil, err
		case len(head) == 0:
			return nil, &recording.Error{Format: "recording", What: "it is empty"}
		}
		if format = formats.Looks(head); format == "" {
			return nil, &recording.Error{Format: "recording", Line: 1, What: "it begins as no known format does"}
		}
		opened[0].Reader = in
	}
	var (
		ok  bool
		err error
	)
	if input.graphics, ok, err = formats.OpenGraphics(format, opened); ok {
		return input, err
	}
	if input.files, ok, err = formats.OpenFiles(format, opened); ok {
		return input, err
	}
	input.text, err = formats.Open(format, opened)
	return input, err
}

// joined puts the pieces of a file that was cut together, in their order.
func joined(format string, parts []Part) (whole []Part) {
	for _, p := range parts {
		first := slices.IndexFunc(whole, func(w Part) bool { return w.Role == p.Role })
		if first < 0 || !formats.Pieces(format, p.Role) {
			whole = append(whole, p)
			continue
		}
		whole[first].Bytes = io.MultiReader(whole[first].Bytes, p.Bytes)
	}
	return whole
}

// patient reads until the time is over.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if p.ctx.Err() != nil {
		return 0, context.Cause(p.ctx)
	}
	return p.r.Read(b)
}
