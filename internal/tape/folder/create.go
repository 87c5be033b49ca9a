package folder

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// ErrNotEmpty says that a folder holds something already.
var ErrNotEmpty = errors.New("the folder is not empty")

// Writer makes a folder. Until Commit it has no Sums, so it cannot be taken for a whole one.
type Writer struct {
	dir   string
	made  bool // the folder itself
	names []string
	files map[string]*file
}

// file is a file that is hashed while it is written.
type file struct {
	*bufio.Writer
	f    *os.File
	hash hash.Hash
}

// Create makes a folder for a play object of a format of an index, or takes an empty one.
func Create(dir, format string) (*Writer, error) {
	w := &Writer{dir: dir, names: namesOf(format).all(), files: map[string]*file{}}
	switch err := os.Mkdir(dir, 0o777); {
	case err == nil:
		w.made = true
	case !errors.Is(err, os.ErrExist):
		return nil, err
	}
	there, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	if len(there) > 0 {
		return nil, fmt.Errorf("%s: %w", dir, ErrNotEmpty)
	}
	for _, name := range w.names {
		f, err := w.create(name)
		if err != nil {
			w.Abort()
			return nil, err
		}
		h := sha256.New()
		w.files[name] = &file{bufio.NewWriterSize(io.MultiWriter(f, h), 64<<10), f, h}
	}
	return w, nil
}

func (w *Writer) create(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(w.dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// File is what is written to one of the files.
func (w *Writer) File(name string) io.Writer { return w.files[name] }

// Commit ends the files and writes Sums.
func (w *Writer) Commit() error {
	var sums bytes.Buffer
	for _, name := range w.names {
		f := w.files[name]
		if err := errors.Join(f.Flush(), f.f.Close()); err != nil {
			return err
		}
		sums.WriteString(sumLine(name, f.hash))
	}
	f, err := w.create(Sums)
	if err != nil {
		return err
	}
	_, err = f.Write(sums.Bytes())
	return errors.Join(err, f.Close())
}

func sumLine(name string, h hash.Hash) string {
	return hex.EncodeToString(h.Sum(nil)) + "  " + name + "\n"
}

// Abort removes what was made.
func (w *Writer) Abort() {
	for name, f := range w.files {
		f.f.Close()
		os.Remove(filepath.Join(w.dir, name))
	}
	os.Remove(filepath.Join(w.dir, Sums))
	if w.made {
		os.Remove(w.dir)
	}
}
