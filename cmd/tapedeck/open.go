package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"filippo.io/age"

	"tapedeck/internal/home"
)

var openCommand = command{
	name: "open", group: groupLocal, does: "watch, or write to a file, what was exported with encryption",
	synopsis: []string{"FILE.age"},
	about: `Opens a recording that was exported with encryption. It asks for the passphrase and plays it in this terminal, with
the keys of tapedeck play, or lists it as that does; nothing that could be read without the passphrase is written to the disk.`,
	takes: "FILE",
	examples: []example{
		{"tapedeck open session.cast.age", "asks for the passphrase and plays"},
		{"tapedeck open session.cast.age --out session.cast", "writes what is sealed to a file"},
	},
	reads: []string{"TAPEDECK_PASSPHRASE"},
	define: func(f *flags) action {
		var to, passphraseFile string
		f.text(&to, "out", "FILE", "write what is sealed to a new file instead, which is there only once all of it has been found to be as it was sealed; - is the standard output")
		f.text(&passphraseFile, "passphrase-file", "FILE", "do not ask: the passphrase is the first line of a file")
		return func(ctx context.Context, arguments []string, out, notes io.Writer) error {
			if err := named("open", arguments, "FILE.age"); err != nil {
				return err
			}
			return open(ctx, arguments[0], to, passphraseFile, out, notes)
		}
	},
}

// standardOut stands for the standard output in place of a file's name.
const standardOut = "-"

func open(ctx context.Context, path, to, passphraseFile string, out, notes io.Writer) error {
	if err := checkDestination(to, out); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP, syscall.SIGQUIT)
	defer stop()
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := checkSealed(file); err != nil {
		return err
	}
	passphrase, err := readPassphrase(ctx, passphraseFile, notes)
	if err != nil {
		return err
	}
	sealed, err := openSealed(file, passphrase)
	if err == nil {
		switch to {
		case "":
			err = playSealed(ctx, sealed, out, notes)
		case standardOut:
			_, err = io.Copy(out, patient{ctx, sealed})
		default:
			err = writeWhole(to, patient{ctx, sealed})
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, interrupted(ctx, err))
	}
	return nil
}

// checkSealed refuses what is no age file, before a person is asked for its passphrase.
func checkSealed(file *os.File) error {
	if _, err := age.ExtractHeader(file); err != nil {
		return fmt.Errorf("%s is no age file: %w", file.Name(), err)
	}
	return nil
}

func openSealed(file *os.File, passphrase string) (*io.SectionReader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	return home.Unseal(file, info.Size(), passphrase)
}

// checkDestination refuses what cannot be written to, before a person is asked for anything.
func checkDestination(to string, out io.Writer) error {
	_, terminal := terminalOf(out)
	switch {
	case to == "":
		return needTerminal(out, "open needs a terminal to play in; --out FILE writes the recording to a file")
	case to == standardOut && terminal:
		return errors.New("a recording is not fit for a terminal; without --out it is played")
	case to == standardOut:
		return nil
	}
	return checkAbsent(to)
}

// checkAbsent refuses to write over something.
func checkAbsent(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is there already", path)
	} else if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// writeWhole writes a file that nobody else can read, all of it or nothing.
func writeWhole(path string, r io.Reader) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".tapedeck-open-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := io.Copy(f, r); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
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
