package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
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

// flags are those of a command, in the order in which its help lists them.
type flags struct {
	set     *flag.FlagSet
	options []*option
	archive string // of a command that is online
	wrong   error  // what is wrong with a value
}

// option is a line of a command's help: a flag, or several of a kind.
type option struct {
	names  []string
	value  string   // what the value is called; "" where there is none
	help   string   // "" for flags that another line is for
	words  []string // the only values, where they are few
	called string   // instead of the names
}

func newFlags(command string) *flags {
	set := flag.NewFlagSet(command, flag.ContinueOnError)
	set.SetOutput(io.Discard) // errors are told once, by main
	set.Usage = func() {}
	return &flags{set: set}
}

// each adds a flag that calls set whenever it is given.
func (f *flags) each(name, value, help string, set func(v string) error) *option {
	o := f.line(value, help)
	f.on(o, name, set)
	return o
}

// line adds a line of the help, for flags that on puts there.
func (f *flags) line(value, help string) *option {
	o := &option{value: value, help: help}
	f.options = append(f.options, o)
	return o
}

// on adds a flag to a line.
func (f *flags) on(o *option, name string, set func(v string) error) {
	o.names = append(o.names, name)
	if o.value == "" {
		f.set.BoolFunc(name, "", func(v string) error {
			if err := set(v); err != nil {
				f.wrong = fmt.Errorf("%s: %w", dashed(name), err)
			}
			return f.wrong
		})
		return
	}
	f.set.Func(name, "", func(v string) error {
		if err := set(v); err != nil {
			f.wrong = fmt.Errorf("%s %q: %w", dashed(name), v, err)
		}
		return f.wrong
	})
}

// text adds a flag with a value.
func (f *flags) text(p *string, name, value, help string) *option {
	return f.each(name, value, help, func(v string) error { *p = v; return nil })
}

// yes adds a flag without a value.
func (f *flags) yes(p *bool, name, help string) *option {
	o := &option{names: []string{name}, help: help}
	f.set.BoolVar(p, name, false, "")
	f.options = append(f.options, o)
	return o
}

// asJSON adds --json.
func (f *flags) asJSON(p *bool) *option { return f.yes(p, "json", "print the result as JSON") }

// parse parses flags before, between and after the arguments, and returns the arguments. After "--" there are only
// arguments. help is true when that is asked for.
func (f *flags) parse(args []string) (arguments []string, help bool, err error) {
	for len(args) > 0 {
		err := f.set.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			return nil, true, nil
		}
		if err != nil {
			return nil, false, &usageError{f.set.Name(), f.said(err)}
		}
		rest := f.set.Args()
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			return append(arguments, rest...), false, nil
		}
		if len(rest) == 0 {
			break
		}
		arguments, args = append(arguments, rest[0]), rest[1:]
	}
	return arguments, false, nil
}

// said is what the flag package found wrong, as flags are written here.
func (f *flags) said(err error) error {
	if f.wrong != nil {
		return f.wrong
	}
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		var names []string
		f.set.VisitAll(func(known *flag.Flag) { names = append(names, known.Name) })
		return fmt.Errorf("there is no flag %s%s", dashed(name), perhaps(name, names, dashed))
	}
	if name, ok := strings.CutPrefix(err.Error(), "flag needs an argument: -"); ok {
		return fmt.Errorf("%s needs a value", dashed(name))
	}
	return err
}

// option finds the line that a flag is on.
func (f *flags) option(name string) *option {
	for _, o := range f.options {
		if slices.Contains(o.names, name) {
			return o
		}
	}
	return nil
}
