// Package encode makes a play object, with its index, table and transcript, of a recording of any known format.
package encode

import (
	"bufio"
	"context"
	"errors"
	"io"

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
// the content of the only part decides. A recording that cannot be read is a *recording.Error.
func Recording(ctx context.Context, format string, parts []Part, to Outputs) (*Made, error) {
	sources, rec, err := open(ctx, format, parts)
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
	for _, s := range sources {
		made.SizeBytes += s.Size()
	}
	return made, tape.WriteIndex(to.Index, made.Index)
}

// open opens a recording on sources that tell its decompressed size.
func open(ctx context.Context, format string, parts []Part) (sources []*recording.Source, rec *recording.Recording, err error) {
	var opened []formats.Part
	for _, p := range parts {
		s := recording.NewSource(p.Bytes)
		sources, opened = append(sources, s), append(opened, formats.Part{Role: p.Role, Reader: patient{ctx, s}})
	}
	if format == "" && len(opened) == 1 {
		in := bufio.NewReader(opened[0].Reader)
		head, err := in.Peek(formats.Head)
		switch {
		case err != nil && err != io.EOF && len(head) == 0:
			return nil, nil, err
		case len(head) == 0:
			return nil, nil, &recording.Error{Format: "recording", What: "it is empty"}
		}
		if format = formats.Looks(head); format == "" {
			return nil, nil, &recording.Error{Format: "recording", Line: 1, What: "it begins as no known format does"}
		}
		opened[0].Reader = in
	}
	rec, err = formats.Open(format, opened)
	return sources, rec, err
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
