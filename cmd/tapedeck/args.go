package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// usageError is a command line that says nothing that can be done.
type usageError struct {
	command string // whose help helps
	err     error
}

func (e *usageError) Error() string {
	if e.command == "help" {
		return fmt.Sprintf("%s; `tapedeck help` lists the commands", e.err)
	}
	return fmt.Sprintf("%s: %s; `tapedeck %s -h` says what is possible", e.command, e.err, e.command)
}

// named are the arguments of a command by their names, such as OUTDIR: each must be there, and no other.
func named(command string, arguments []string, names ...string) error {
	switch {
	case len(arguments) < len(names):
		return &usageError{command, fmt.Errorf("%s is missing", names[len(arguments)])}
	case len(arguments) > len(names):
		return &usageError{command, fmt.Errorf("%q is one argument too many", arguments[len(names)])}
	}
	return nil
}

// parseAround parses flags before, between and after the arguments, and returns the arguments. After "--" there
// are only arguments. When help is asked for it goes to notes.
func parseAround(flags *flag.FlagSet, args []string, notes io.Writer) (arguments []string, err error) {
	help := flags.Usage
	flags.Usage = func() {}
	flags.SetOutput(io.Discard) // errors are told once, by main
	for len(args) > 0 {
		err := flags.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(notes)
			help()
			return nil, err
		}
		if err != nil {
			return nil, &usageError{flags.Name(), err}
		}
		rest := flags.Args()
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			return append(arguments, rest...), nil
		}
		if len(rest) == 0 {
			break
		}
		arguments, args = append(arguments, rest[0]), rest[1:]
	}
	return arguments, nil
}
