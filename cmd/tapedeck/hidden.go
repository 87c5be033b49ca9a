package main

import (
	"io"
	"os"

	"filippo.io/age"
)

// hidden are files for a while, sealed with a key that only the memory of this process has: whoever finds them on the
// disk cannot read them.
type hidden []*hiddenFile

// hiddenFile is written once, and then read anywhere.
type hiddenFile struct {
	io.WriteCloser // seals what is written
	file           *os.File
	key            *age.X25519Identity
}

func newHidden(n int) (files hidden, err error) {
	for range n {
		f := new(hiddenFile)
		if f.key, err = age.GenerateX25519Identity(); err == nil {
			f.file, err = os.CreateTemp("", "tapedeck-open-")
		}
		if err == nil {
			files = append(files, f)
			os.Remove(f.file.Name()) // while it is open, where the system lets that happen
			f.WriteCloser, err = age.Encrypt(f.file, f.key.Recipient())
		}
		if err != nil {
			files.remove()
			return nil, err
		}
	}
	return files, nil
}

// readers end the writing.
func (h hidden) readers() (readers []io.ReaderAt, err error) {
	for _, f := range h {
		if err := f.Close(); err != nil {
			return nil, err
		}
		info, err := f.file.Stat()
		if err != nil {
			return nil, err
		}
		r, _, err := age.DecryptReaderAt(f.file, info.Size(), f.key)
		if err != nil {
			return nil, err
		}
		readers = append(readers, r)
	}
	return readers, nil
}

func (h hidden) remove() {
	for _, f := range h {
		f.file.Close()
		os.Remove(f.file.Name())
	}
}
