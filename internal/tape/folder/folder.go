// Package folder keeps a play object in a folder: its files, and SHA256SUMS as sha256sum writes it. Text has a
// transcript, graphics have keys instead, a log of file operations has neither.
package folder

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"tapedeck/internal/tape"
)

// Names of the files.
const (
	Play       = "play.cast.gz"
	Index      = "index.json.gz"
	Table      = "segments.bin"
	Transcript = "transcript.gz"
	Sums       = "SHA256SUMS"

	GraphicsPlay = "play.guac.gz"
	Keys         = "keys.gz"

	FilesPlay = "play.files.gz"
)

// names are the files that Sums names, in its order.
type names struct{ index, play, table, lines string }

// namesOf are the names for a play object of a format of an index.
func namesOf(format string) names {
	switch format {
	case tape.Guacamole:
		return names{Index, GraphicsPlay, Table, Keys}
	case tape.Filelog:
		return names{index: Index, play: FilesPlay, table: Table}
	}
	return names{Index, Play, Table, Transcript}
}

func (n names) all() []string {
	list := []string{n.index, n.play, n.table, n.lines}
	return slices.DeleteFunc(list, func(name string) bool { return name == "" })
}

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
	names
}

// Open opens a folder. What is wrong with its index is a *Damage; the other files are looked at when they are read.
func Open(dir string) (*Folder, error) {
	f := &Folder{files: map[string]*os.File{}, names: namesOf("")}
	for _, format := range []string{tape.Guacamole, tape.Filelog} {
		if _, err := os.Stat(filepath.Join(dir, namesOf(format).play)); err == nil {
			f.names = namesOf(format)
		}
	}
	var err error
	for _, name := range append(f.all(), Sums) {
		file, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("this is no folder that `tapedeck pack` made: %w", err)
		}
		f.files[name] = file
	}
	f.Files = tape.Sources{Play: f.files[f.play], Table: f.files[f.table], Transcript: f.files[f.lines]}
	if f.Index, err = tape.ReadIndex(f.files[Index]); err == nil && f.names != namesOf(f.Index.Format) {
		err = fmt.Errorf("%w: it is that of another recording", tape.ErrIndex)
	}
	if err != nil {
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
