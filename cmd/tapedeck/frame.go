package main

import (
	"context"
	"errors"
	"image/png"
	"io"
	"strings"
	"time"

	"tapedeck/internal/reel"
	"tapedeck/internal/tape/folder"
)

var frameCommand = command{
	name: "frame", group: groupLocal, does: "write its screen at a moment",
	synopsis: []string{"OUTDIR --at TIME"},
	about:    "Writes the screen after all events up to a time; past the end it is the last one. OUTDIR is what tapedeck pack made.",
	takes:    "DIR",
	examples: []example{
		{"tapedeck frame out/ --at 1m23.5s", "the rows of the screen, as text"},
		{"tapedeck frame out/ --at 90 --png >desktop.png", "of a desktop's recording"},
	},
	define: func(flags *flags) action {
		var f frameFlags
		f.define(flags)
		return f.run
	},
}

type frameFlags struct {
	at         time.Duration
	given      bool // --at
	text, dump bool
	png, json  bool
}

func (f *frameFlags) run(_ context.Context, arguments []string, out, _ io.Writer) error {
	switch {
	case !f.given:
		return &usageError{"frame", errors.New("--at is missing")}
	case f.forms() > 1:
		return &usageError{"frame", errors.New("one of --text, --dump, --png and --json is possible")}
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
	switch {
	case f.dump:
		_, err = out.Write(screen.Dump())
	case f.json:
		cols, rows := screen.Size()
		err = printJSON(out, map[string]any{"atMs": f.at.Milliseconds(), "cols": cols, "rows": rows, "lines": screen.Rows()})
	default:
		_, err = io.WriteString(out, strings.Join(screen.Rows(), "\n")+"\n")
	}
	return err
}

// picture writes the picture of a desktop.
func (f *frameFlags) picture(d *folder.Folder, out io.Writer) error {
	if f.text || f.dump || f.json {
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

func (f *frameFlags) define(flags *flags) {
	flags.each("at", "TIME", "seconds such as 12.5, or 1m23.5s", func(v string) (err error) {
		f.given = true
		f.at, err = parseMoment(v)
		return err
	})
	flags.yes(&f.text, "text", "its rows as text (this is the default)")
	flags.yes(&f.dump, "dump", "a string that makes it in a new xterm.js of that size, with scrollback 0 and the unicode11 add-on")
	flags.yes(&f.png, "png", "the picture of a desktop, which is the only form that it has")
	flags.yes(&f.json, "json", "its size, and its rows as text, as JSON")
}

// forms are how many were asked for.
func (f *frameFlags) forms() (n int) {
	for _, asked := range []bool{f.text, f.dump, f.png, f.json} {
		if asked {
			n++
		}
	}
	return n
}
