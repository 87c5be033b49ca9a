package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tapedeck/internal/tape/folder"
)

var grepCommand = command{
	name: "grep", group: groupLocal, does: "find what the screen said",
	synopsis: []string{"PATTERN OUTDIR"},
	about: `Writes the lines that the screen said and that match, each after its time in seconds and a tabulator. PATTERN is a
regular expression (https://pkg.go.dev/regexp/syntax). OUTDIR is what tapedeck pack made.`,
	takes:    "DIR",
	examples: []example{{"tapedeck grep -i 'permission denied' out/", "then: tapedeck frame out/ --at the time that it found"}},
	statuses: []status{{0, "found"}, {exitFailed, "not found"}, {exitUsage, "failed, or wrong usage"}, {exitInterrupted, "interrupted"}},
	define: func(flags *flags) action {
		var f grepFlags
		flags.yes(&f.fold, "i", "whatever the case")
		flags.yes(&f.literal, "F", "PATTERN is a text")
		flags.yes(&f.json, "json", "print each line as JSON")
		return f.run
	},
}

type grepFlags struct{ fold, literal, json bool }

func (f *grepFlags) run(ctx context.Context, arguments []string, out, _ io.Writer) error {
	if err := named("grep", arguments, "PATTERN", "OUTDIR"); err != nil {
		return err
	}
	pattern := arguments[0]
	if f.literal {
		pattern = regexp.QuoteMeta(pattern)
	}
	if f.fold {
		pattern = "(?i:" + pattern + ")"
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return &usageError{"grep", err}
	}
	n, err := grepFolder(ctx, re, arguments[1], f.form(), out)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errGrep, interrupted(ctx, err))
	case n == 0:
		return errNothing
	}
	return nil
}

// form writes a line that was found.
func (f *grepFlags) form() func(w io.Writer, ms int64, text string) error {
	if f.json {
		return func(w io.Writer, ms int64, text string) error {
			return printJSON(w, map[string]any{"atMs": ms, "text": text})
		}
	}
	return func(w io.Writer, ms int64, text string) error {
		_, err := fmt.Fprintf(w, "%d.%03d\t%s\n", ms/1000, ms%1000, text)
		return err
	}
}

// grepFolder writes the lines that match, and counts them.
func grepFolder(ctx context.Context, re *regexp.Regexp, dir string, write func(w io.Writer, ms int64, text string) error, out io.Writer) (n int, err error) {
	d, err := folder.Open(dir)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	if d.Index.Files() {
		return 0, errors.New("a log of file operations has no screen that said something; tapedeck play lists it, for grep to read")
	}
	if d.Index.Graphics() {
		return 0, errors.New("a desktop has pictures, and no lines that could be found; tapedeck frame --png writes one of them")
	}
	w := bufio.NewWriter(out)
	for segment := range d.Index.Segments {
		if ctx.Err() != nil {
			return n, context.Cause(ctx)
		}
		lines, err := d.Lines(segment)
		if err != nil {
			return n, errors.Join(err, w.Flush())
		}
		for line := range bytes.Lines(lines) {
			at, text, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte("\t"))
			if !re.Match(text) {
				continue
			}
			ms, err := strconv.ParseInt(string(at), 10, 64)
			if err != nil {
				return n, &folder.Damage{File: folder.Transcript, Err: fmt.Errorf("transcript %d: a line without a time", segment)}
			}
			n++
			if err := write(w, ms, harmless(string(text))); err != nil {
				return n, err
			}
		}
	}
	return n, w.Flush()
}

// harmless is text without control characters. A transcript has none, unless somebody made it by hand.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}
