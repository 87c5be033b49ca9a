package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"tapedeck/internal/tape/folder"
)

const verifyUsage = `usage: tapedeck verify OUTDIR

Checks what tapedeck pack made: each file against SHA256SUMS, the index and the table, every segment and its transcript,
and by a replay from the start that each keyframe shows what the recording shows. Names the file and the segment that is
wrong.
`

func verify(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), verifyUsage) }
	arguments, err := parseAround(flags, args, notes)
	if err == nil {
		err = named("verify", arguments, "OUTDIR")
	}
	if err != nil {
		return err
	}
	x, err := folder.Verify(ctx, arguments[0])
	if err != nil {
		return interrupted(ctx, err)
	}
	if x.Files() {
		count := 0
		for _, n := range x.Operations {
			count += n
		}
		_, err = fmt.Fprintf(out, "%s is whole: %s long, %s operations in %s segments\n",
			arguments[0], clock(x.DurationMs), grouped(count), grouped(len(x.Segments)))
		return err
	}
	blind := 0
	for _, s := range x.Segments {
		if s.Blind {
			blind++
		}
	}
	_, err = fmt.Fprintf(out, "%s is whole: %s long, %dx%d at the start, %s segments, %s of them without a keyframe\n",
		arguments[0], clock(x.DurationMs), x.Cols, x.Rows, grouped(len(x.Segments)), grouped(blind))
	return err
}
