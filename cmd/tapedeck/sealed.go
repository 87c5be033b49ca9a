package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"tapedeck/internal/encode"
	"tapedeck/internal/home"
	"tapedeck/internal/tape"
)

// playSealed plays a recording. What it is played from is kept in files that only this process can read.
func playSealed(ctx context.Context, sealed *io.SectionReader, out, notes io.Writer) error {
	format, parts, err := home.Parts(sealed)
	if errors.Is(err, home.ErrSeveral) {
		return fmt.Errorf("%w; --out FILE writes them as a tar", err)
	}
	if err != nil {
		return err
	}
	progress := newProgress(notes)
	w := &watch{progress: progress, size: sealed.Size()}
	for i := range parts {
		parts[i].Bytes = io.TeeReader(parts[i].Bytes, w)
	}
	in, err := encode.Open(ctx, format, parts)
	if err != nil {
		return err
	}
	if in.Graphics() {
		return fmt.Errorf("%w, and --out FILE writes the recording", errDesktop)
	}
	files, err := newHidden(3)
	if err != nil {
		return err
	}
	defer files.remove()
	made, err := in.Encode(encode.Outputs{
		Files: tape.Files{Play: files[0], Table: files[1], Transcript: files[2]}, Index: io.Discard})
	progress.clear()
	if err != nil {
		return err
	}
	if made.Truncated {
		fmt.Fprintf(notes, "tapedeck: the recording was cut off; it is whole up to %s\n", clock(made.Index.DurationMs))
	}
	sources, err := files.readers()
	if err != nil {
		return err
	}
	return perform(ctx, &tape.Reader{Index: made.Index, Files: tape.Sources{Play: sources[0], Table: sources[1], Transcript: sources[2]}}, out)
}
