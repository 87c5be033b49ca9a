// Package home opens what was exported, as a person has it: sealed with a passphrase or not, one file or a tar of several.
package home

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"filippo.io/age"

	"tapedeck/internal/seal"
)

var (
	ErrPassphrase = errors.New("the passphrase is not the right one")
	ErrOtherKey   = errors.New("it is sealed with something else than a passphrase")
	ErrDamaged    = errors.New("it is not what was sealed")
)

// Unseal gives what is sealed in an age file. Every byte that is read of it is as it was sealed, and so is its size;
// anything else is ErrDamaged.
func Unseal(file io.ReaderAt, size int64, passphrase string) (*io.SectionReader, error) {
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	id.SetMaxWorkFactor(seal.WorkFactor) // more is no export, and might take all memory
	plain, size, err := age.DecryptReaderAt(file, size, id)
	if e, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		if slices.Contains(e.StanzaTypes, "scrypt") {
			return nil, ErrPassphrase
		}
		return nil, ErrOtherKey
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return io.NewSectionReader(checked{plain}, 0, size), nil
}

type checked struct{ plain io.ReaderAt }

func (c checked) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.plain.ReadAt(p, at)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, err
}
