package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
	"golang.org/x/text/unicode/norm"

	"tapedeck/internal/awsenv"
	"tapedeck/internal/passphrase"
)

// readPassphrase reads the passphrase that something was sealed with, in the form in which it is used: exports are
// sealed with its NFC.
func readPassphrase(ctx context.Context, file string, notes io.Writer) (string, error) {
	given, _, err := givenPassphrase(ctx, file, "Passphrase: ", notes)
	return norm.NFC.String(given), err
}

// newPassphrase reads a passphrase that something is to be sealed with. Who types it types it twice.
func newPassphrase(ctx context.Context, file string, notes io.Writer) (string, error) {
	prompt := fmt.Sprintf("New passphrase, of %d characters or more: ", passphrase.MinLength)
	given, asked, err := givenPassphrase(ctx, file, prompt, notes)
	if err != nil {
		return "", err
	}
	normal, err := passphrase.Rule(given)
	if err != nil || !asked {
		return normal, err
	}
	again, err := askPassphrase(ctx, os.Stdin, "Passphrase again: ", notes)
	if err == nil && again != given {
		err = errors.New("the two passphrases differ")
	}
	return normal, err
}

// givenPassphrase is what a file, the environment or a person says.
func givenPassphrase(ctx context.Context, file, prompt string, notes io.Writer) (given string, asked bool, err error) {
	var env awsenv.Vars
	switch given = env.Optional("TAPEDECK_PASSPHRASE"); {
	case file != "":
		given, err = firstLine(file)
	case given == "":
		asked = true
		given, err = askPassphrase(ctx, os.Stdin, prompt, notes)
	}
	if err == nil && given == "" {
		err = errors.New("the passphrase is empty")
	}
	return given, asked, err
}

func firstLine(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	line, err := bufio.NewReader(io.LimitReader(f, 4096)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// askPassphrase asks a person, who does not see what is typed. However it ends, the terminal is left as it was.
func askPassphrase(ctx context.Context, in *os.File, prompt string, notes io.Writer) (string, error) {
	fd, ok := terminalOf(in)
	if !ok {
		return "", errors.New("there is no terminal to ask for the passphrase; --passphrase-file FILE or TAPEDECK_PASSPHRASE gives it")
	}
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	defer term.Restore(fd, before)
	fmt.Fprint(notes, prompt)
	defer fmt.Fprintln(notes)
	type answer struct {
		line []byte
		err  error
	}
	answered := make(chan answer, 1) // after an interrupt nobody waits for it
	go func() {
		line, err := term.ReadPassword(fd)
		answered <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", errors.New("interrupted")
	case a := <-answered:
		return string(a.line), a.err
	}
}
