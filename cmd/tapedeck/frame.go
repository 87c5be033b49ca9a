package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"tapedeck/internal/tape/folder"
)

const frameUsage = `usage: tapedeck frame OUTDIR --at TIME [--text|--dump]

Writes the screen after all events up to a time; past the end it is the last one. OUTDIR is what tapedeck pack made.

  --at TIME   seconds such as 12.5, or 1m23.5s
  --text      its rows as text (this is the default)
  --dump      a string that makes it in a new xterm.js of that size, with scrollback 0 and the unicode11 add-on
`

type frameFlags struct {
	at         time.Duration
	given      bool // --at
	text, dump bool
}

func frame(_ context.Context, args []string, out, notes io.Writer) error {
	var f frameFlags
	arguments, err := parseAround(f.define(), args, notes)
	switch {
	case err != nil:
		return err
	case !f.given:
		return &usageError{"frame", errors.New("--at is missing")}
	case f.text && f.dump:
		return &usageError{"frame", errors.New("--text or --dump is possible")}
	}
	if err := named("frame", arguments, "OUTDIR"); err != nil {
		return err
	}
	d, err := folder.Open(arguments[0])
	if err != nil {
		return err
	}
	defer d.Close()
	screen, err := d.Screen(f.at)
	if err != nil {
		return err
	}
	if f.dump {
		_, err = out.Write(screen.Dump())
	} else {
		_, err = io.WriteString(out, strings.Join(screen.Rows(), "\n")+"\n")
	}
	return err
}

func (f *frameFlags) define() *flag.FlagSet {
	flags := flag.NewFlagSet("frame", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), frameUsage) }
	flags.Func("at", "", func(v string) (err error) {
		f.given = true
		f.at, err = parseMoment(v)
		return err
	})
	flags.BoolVar(&f.text, "text", false, "")
	flags.BoolVar(&f.dump, "dump", false, "")
	return flags
}
