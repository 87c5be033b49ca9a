package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"tapedeck/internal/encode"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
	"tapedeck/internal/tape/folder"
)

const packUsage = `usage: tapedeck pack IN OUTDIR

Makes of a recording what the archive makes of it: a play object with keyframes, its index, table and transcript, and
SHA256SUMS, which sha256sum -c reads. IN is a file of any known format, or a folder with a session.json. OUTDIR must be
absent or empty. A recording that was cut off is made to its last whole event.
`

func pack(ctx context.Context, args []string, notes io.Writer) error {
	arguments, err := parseAround(packFlags(), args, notes)
	if err == nil {
		err = named("pack", arguments, "IN", "OUTDIR")
	}
	if err != nil {
		return err
	}
	return packInto(ctx, arguments[0], arguments[1], notes)
}

func packFlags() *flag.FlagSet {
	flags := flag.NewFlagSet("pack", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), packUsage) }
	return flags
}

// packInto makes the folder dir of a recording, or nothing.
func packInto(ctx context.Context, path, dir string, notes io.Writer) error {
	in, err := openInput(path)
	if err != nil {
		return err
	}
	defer in.close()
	to, err := folder.Create(dir)
	if err != nil {
		return err
	}
	progress := newProgress(notes)
	made, err := encode.Recording(ctx, in.format, in.watched(progress), encode.Outputs{
		Files: tape.Files{Play: to.File(folder.Play), Table: to.File(folder.Table), Transcript: to.File(folder.Transcript)},
		Index: to.File(folder.Index)})
	if err == nil {
		err = to.Commit()
	}
	progress.clear()
	if err != nil {
		to.Abort()
		return fmt.Errorf("%s: %w", path, interrupted(ctx, err))
	}
	if made.Truncated {
		fmt.Fprintf(notes, "tapedeck: %s was cut off; it is whole up to %s\n", path, clock(made.Index.DurationMs))
	}
	return nil
}

// input is a recording in files.
type input struct {
	format string // "" for the content to say
	parts  []inputPart
	size   int64
}

type inputPart struct {
	role string
	*os.File
}

func openInput(path string) (in *input, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	objects := []session.Object{{Key: filepath.Base(path), Part: "recording"}}
	dir := filepath.Dir(path)
	in = new(input)
	if info.IsDir() {
		up, err := fromFolder(path)
		if err != nil {
			return nil, err
		}
		dir, in.format, objects = path, up.format, up.objects
	}
	for _, o := range objects {
		f, err := os.Open(filepath.Join(dir, o.Key))
		if err != nil {
			in.close()
			return nil, err
		}
		in.parts = append(in.parts, inputPart{o.Part, f})
		info, err := f.Stat()
		if err == nil && info.IsDir() {
			err = errors.New(f.Name() + " is a folder")
		}
		if err != nil {
			in.close()
			return nil, err
		}
		in.size += info.Size()
	}
	return in, nil
}

func (in *input) close() {
	for _, p := range in.parts {
		p.Close()
	}
}

// watched are the parts for the encoder; who reads them tells the progress.
func (in *input) watched(p *progress) (parts []encode.Part) {
	w := &watch{progress: p, size: in.size}
	for _, part := range in.parts {
		parts = append(parts, encode.Part{Role: part.role, Bytes: io.TeeReader(part, w)})
	}
	return parts
}

// watch tells how much of a recording was read, now and then.
type watch struct {
	progress   *progress
	size, read int64
	told       time.Time
}

func (w *watch) Write(p []byte) (int, error) {
	w.read += int64(len(p))
	if now := time.Now(); w.size > 0 && now.Sub(w.told) > 100*time.Millisecond {
		w.told = now
		w.progress.say(fmt.Sprintf("%d%% of %s MB", min(100*w.read/w.size, 100), grouped(int(w.size/1e6))))
	}
	return len(p), nil
}
