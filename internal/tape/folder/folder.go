// Package folder keeps a play object in a folder: its four files, and SHA256SUMS as sha256sum writes it.
package folder

import (
	"fmt"
	"os"
	"path/filepath"

	"tapedeck/internal/tape"
)

// Names of the files.
const (
	Play       = "play.cast.gz"
	Index      = "index.json.gz"
	Table      = "segments.bin"
	Transcript = "transcript.gz"
	Sums       = "SHA256SUMS"
)

// summed are the files that Sums names, in its order.
var summed = []string{Index, Play, Table, Transcript}

// Damage says which file is not as it was made, and how.
type Damage struct {
	File string
	Err  error
}

func (d *Damage) Error() string { return d.File + ": " + d.Err.Error() }
func (d *Damage) Unwrap() error { return d.Err }

// Folder is an opened folder.
type Folder struct {
	tape.Reader
	files map[string]*os.File
}

// Open opens a folder. What is wrong with its index is a *Damage; the other files are looked at when they are read.
func Open(dir string) (*Folder, error) {
	f := &Folder{files: map[string]*os.File{}}
	for _, name := range append(summed, Sums) {
		file, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("this is no folder that `tapedeck pack` made: %w", err)
		}
		f.files[name] = file
	}
	f.Files = tape.Sources{Play: f.files[Play], Table: f.files[Table], Transcript: f.files[Transcript]}
	var err error
	if f.Index, err = tape.ReadIndex(f.files[Index]); err != nil {
		f.Close()
		return nil, &Damage{Index, err}
	}
	return f, nil
}

// Close closes the files.
func (f *Folder) Close() {
	for _, file := range f.files {
		file.Close()
	}
}
