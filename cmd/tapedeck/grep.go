package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tapedeck/internal/tape/folder"
)

const grepUsage = `usage: tapedeck grep [-i] [-F] PATTERN OUTDIR

Writes the lines that the screen said and that match, each after its time in seconds and a tabulator. PATTERN is a
regular expression (https://pkg.go.dev/regexp/syntax). OUTDIR is what tapedeck pack made.

  -i   whatever the case
  -F   PATTERN is a text

Exit status: 0 found, 1 not found, 2 failed.
`

// Ends of a grep that main says with grep's statuses.
var (
	errNothing = errors.New("nothing was found")
	errGrep    = errors.New("grep")
)

func grep(ctx context.Context, args []string, out, notes io.Writer) error {
	var fold, literal bool
	flags := flag.NewFlagSet("grep", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), grepUsage) }
	flags.BoolVar(&fold, "i", false, "")
	flags.BoolVar(&literal, "F", false, "")
	arguments, err := parseAround(flags, args, notes)
	if err == nil {
		err = named("grep", arguments, "PATTERN", "OUTDIR")
	}
	if err != nil {
		return err
	}
	pattern := arguments[0]
	if literal {
		pattern = regexp.QuoteMeta(pattern)
	}
	if fold {
		pattern = "(?i:" + pattern + ")"
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return &usageError{"grep", err}
	}
	n, err := grepFolder(ctx, re, arguments[1], out)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errGrep, interrupted(ctx, err))
	case n == 0:
		return errNothing
	}
	return nil
}

// grepFolder writes the lines that match, and counts them.
func grepFolder(ctx context.Context, re *regexp.Regexp, dir string, out io.Writer) (n int, err error) {
	d, err := folder.Open(dir)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	if d.Index.Files() {
		return 0, errors.New("a log of file operations has no screen that said something; tapedeck play lists it, for grep to read")
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
			fmt.Fprintf(w, "%d.%03d\t%s\n", ms/1000, ms%1000, harmless(string(text)))
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
