// Package encode makes a play object, with its index, table and transcript, of a recording of any known format.
package encode

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"

	"tapedeck/internal/recording"
	"tapedeck/internal/recording/formats"
	"tapedeck/internal/tape"
)

// Part is one file of a recording, as it is kept: perhaps compressed.
type Part struct {
	Role  string // what a manifest calls it: recording, timing, input or log
	Bytes io.Reader
}

// Outputs are what is written of a recording, each as a stream.
type Outputs struct {
	tape.Files
	Index io.Writer
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
	var sizes recording.Sizes
	rec, err := open(ctx, format, parts, &sizes)
	if err != nil {
		return nil, err
	}
	w, err := tape.NewWriter(to.Files, rec.Cols, rec.Rows)
	if err != nil {
		return nil, err
	}
	made := new(Made)
	for e, err := range rec.Events {
		if errors.Is(err, recording.ErrTruncated) {
			made.Truncated = true
			break
		}
		if err != nil {
			return nil, err
		}
		if err := w.Add(e); err != nil {
			return nil, err
		}
	}
	if made.Index, err = w.Close(); err != nil {
		return nil, err
	}
	made.SizeBytes = sizes.Raw()
	return made, tape.WriteIndex(to.Index, made.Index)
}

// open opens a recording whose sizes are counted as it is read.
func open(ctx context.Context, format string, parts []Part, sizes *recording.Sizes) (*recording.Recording, error) {
	var opened []formats.Part
	for _, p := range joined(format, parts) {
		opened = append(opened, formats.Part{Role: p.Role, Reader: patient{ctx, sizes.Source(p.Bytes)}})
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
	return formats.Open(format, opened)
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
