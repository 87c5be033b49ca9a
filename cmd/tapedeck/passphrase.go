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
)

// readPassphrase reads the passphrase from a file, the environment or a person, and gives it in the form in which it
// is used: exports are sealed with its NFC.
func readPassphrase(ctx context.Context, file string, notes io.Writer) (passphrase string, err error) {
	var env awsenv.Vars
	switch passphrase = env.Optional("TAPEDECK_PASSPHRASE"); {
	case file != "":
		passphrase, err = firstLine(file)
	case passphrase == "":
		passphrase, err = askPassphrase(ctx, os.Stdin, notes)
	}
	if err == nil && passphrase == "" {
		err = errors.New("the passphrase is empty")
	}
	return norm.NFC.String(passphrase), err
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
func askPassphrase(ctx context.Context, in *os.File, notes io.Writer) (string, error) {
	fd, ok := terminalOf(in)
	if !ok {
		return "", errors.New("there is no terminal to ask for the passphrase; --passphrase-file FILE or TAPEDECK_PASSPHRASE gives it")
	}
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	defer term.Restore(fd, before)
	fmt.Fprint(notes, "Passphrase: ")
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
