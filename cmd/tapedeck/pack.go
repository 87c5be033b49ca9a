package main

import (
	"context"
	"errors"
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

var packCommand = command{
	name: "pack", group: groupLocal, does: "make a folder of it, in which any moment is found at once",
	synopsis: []string{"IN OUTDIR", "TYPESCRIPT --timing FILE [--input FILE] OUTDIR"},
	about: `Makes of a recording what the archive makes of it: a play object with keyframes, its index, table and
transcript, and SHA256SUMS, which sha256sum -c reads. IN is a file of any known format, or a folder with a session.json.
OUTDIR must be absent or empty. A recording that was cut off is made to its last whole event.`,
	takes: "FILE",
	examples: []example{
		{"tapedeck pack session.cast out/", "then: tapedeck play out/"},
		{"tapedeck pack typescript --timing timing out/", "a recording of script(1)"},
	},
	define: func(f *flags) action {
		var timing, input string
		f.text(&timing, "timing", "FILE", "the timing file of a typescript")
		f.text(&input, "input", "FILE", "what was typed, where script(1) wrote that to a file of its own: it is never read")
		return func(ctx context.Context, arguments []string, _, notes io.Writer) error {
			if err := named("pack", arguments, "IN", "OUTDIR"); err != nil {
				return err
			}
			return packInto(ctx, partFiles(arguments[0], timing, input), arguments[1], notes)
		}
	},
}

// partFiles are the files of a recording; "" for one that there is not.
func partFiles(recording, timing, input string) []file {
	files := []file{{recording, session.PartRecording}}
	if timing != "" {
		files = append(files, file{timing, session.PartTiming})
	}
	if input != "" {
		files = append(files, file{input, session.PartInput})
	}
	return files
}

// packInto makes the folder dir of a recording, of which the first file is the main part, or nothing.
func packInto(ctx context.Context, files []file, dir string, notes io.Writer) error {
	in, err := openInput(files)
	if err != nil {
		return err
	}
	defer in.close()
	progress := newProgress(notes)
	made, err := writeFolder(ctx, in, dir, progress)
	progress.clear()
	if err != nil {
		return fmt.Errorf("%s: %w", files[0].path, interrupted(ctx, err))
	}
	if made.Truncated {
		fmt.Fprintf(notes, "tapedeck: %s was cut off; it is whole up to %s\n", files[0].path, clock(made.Index.DurationMs))
	}
	return nil
}

// writeFolder makes the folder, or nothing.
func writeFolder(ctx context.Context, in *input, dir string, progress *progress) (*encode.Made, error) {
	opened, err := encode.Open(ctx, in.format, in.watched(progress))
	if err != nil {
		return nil, err
	}
	format := ""
	switch {
	case opened.Graphics():
		format = tape.Guacamole
	case opened.Files():
		format = tape.Filelog
	}
	to, err := folder.Create(dir, format)
	if err != nil {
		return nil, err
	}
	files := encode.Outputs{Files: tape.Files{Table: to.File(folder.Table), Transcript: io.Discard}, Index: to.File(folder.Index)}
	switch format {
	case tape.Guacamole:
		files.Play, files.Keys = to.File(folder.GraphicsPlay), to.File(folder.Keys)
	case tape.Filelog:
		files.Play = to.File(folder.FilesPlay)
	default:
		files.Play, files.Transcript = to.File(folder.Play), to.File(folder.Transcript)
	}
	made, err := opened.Encode(files)
	if err == nil {
		err = to.Commit()
	}
	if err != nil {
		to.Abort()
	}
	return made, err
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

// openInput opens the parts of a recording, or those that the session.json of a folder names.
func openInput(files []file) (in *input, err error) {
	in = new(input)
	if len(files) > 1 {
		in.format = script
	}
	info, err := lookAt(files[0].path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		dir := files[0].path
		up, err := fromFolder(dir)
		if err != nil {
			return nil, err
		}
		in.format, files = up.format, nil
		for _, o := range up.objects {
			files = append(files, file{filepath.Join(dir, o.Key), o.Part})
		}
	}
	for _, f := range files {
		if err := in.open(f); err != nil {
			in.close()
			return nil, err
		}
	}
	return in, nil
}

func (in *input) open(f file) error {
	opened, err := os.Open(f.path)
	if err != nil {
		return err
	}
	in.parts = append(in.parts, inputPart{f.part, opened})
	info, err := opened.Stat()
	if err == nil && info.IsDir() {
		err = errors.New(f.path + " is a folder")
	}
	if err == nil {
		in.size += info.Size()
	}
	return err
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
