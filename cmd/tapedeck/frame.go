package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"io"
	"strings"
	"time"

	"tapedeck/internal/reel"
	"tapedeck/internal/tape/folder"
)

const frameUsage = `usage: tapedeck frame OUTDIR --at TIME [--text|--dump|--png]

Writes the screen after all events up to a time; past the end it is the last one. OUTDIR is what tapedeck pack made.

  --at TIME   seconds such as 12.5, or 1m23.5s
  --text      its rows as text (this is the default)
  --dump      a string that makes it in a new xterm.js of that size, with scrollback 0 and the unicode11 add-on
  --png       the picture of a desktop, which is the only form that it has
`

type frameFlags struct {
	at         time.Duration
	given      bool // --at
	text, dump bool
	png        bool
}

func frame(_ context.Context, args []string, out, notes io.Writer) error {
	var f frameFlags
	arguments, err := parseAround(f.define(), args, notes)
	switch {
	case err != nil:
		return err
	case !f.given:
		return &usageError{"frame", errors.New("--at is missing")}
	case f.text && f.dump, f.png && (f.text || f.dump):
		return &usageError{"frame", errors.New("one of --text, --dump and --png is possible")}
	}
	if err := named("frame", arguments, "OUTDIR"); err != nil {
		return err
	}
	d, err := folder.Open(arguments[0])
	if err != nil {
		return err
	}
	defer d.Close()
	if d.Index.Files() {
		return errors.New("a log of file operations has no screen; tapedeck play lists it")
	}
	if d.Index.Graphics() {
		return f.picture(d, out)
	}
	if f.png {
		return errors.New("a terminal has no picture; --text or --dump says what it showed")
	}
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

// picture writes the picture of a desktop.
func (f *frameFlags) picture(d *folder.Folder, out io.Writer) error {
	if f.text || f.dump {
		return errors.New("a desktop has a picture and no text; --png writes it")
	}
	if _, terminal := terminalOf(out); terminal {
		return errors.New("a picture is not fit for a terminal; write it to a file")
	}
	shown, err := reel.Picture(&d.Reader, f.at)
	if err != nil {
		return err
	}
	return png.Encode(out, shown.Picture())
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
	flags.BoolVar(&f.png, "png", false, "")
	return flags
}
