package main

import (
	"context"
	"fmt"
	"io"

	"tapedeck/internal/tape/folder"
)

var verifyCommand = command{
	name: "verify", group: groupLocal, does: "check that nothing of it was changed, and that its keyframes are right",
	synopsis: []string{"OUTDIR"},
	about: `Checks what tapedeck pack made: each file against SHA256SUMS, the index and the table, every segment and its
transcript, and by a replay from the start that each keyframe shows what the recording shows. Names the file and the
segment that is wrong.`,
	takes:    "DIR",
	examples: []example{{"tapedeck verify out/", "says that it is whole, or fails with what is not"}},
	define: func(f *flags) action {
		var asJSON bool
		f.asJSON(&asJSON)
		return func(ctx context.Context, arguments []string, out, _ io.Writer) error {
			if err := named("verify", arguments, "OUTDIR"); err != nil {
				return err
			}
			return verify(ctx, arguments[0], asJSON, out)
		}
	},
}

func verify(ctx context.Context, dir string, asJSON bool, out io.Writer) error {
	x, err := folder.Verify(ctx, dir)
	if err != nil {
		return interrupted(ctx, err)
	}
	if x.Files() {
		count := 0
		for _, n := range x.Operations {
			count += n
		}
		if asJSON {
			return printJSON(out, map[string]any{"folder": dir, "durationMs": x.DurationMs, "operations": count, "segments": len(x.Segments)})
		}
		_, err = fmt.Fprintf(out, "%s is whole: %s long, %s operations in %s segments\n",
			dir, clock(x.DurationMs), grouped(count), grouped(len(x.Segments)))
		return err
	}
	blind := 0
	for _, s := range x.Segments {
		if s.Blind {
			blind++
		}
	}
	if asJSON {
		return printJSON(out, map[string]any{"folder": dir, "durationMs": x.DurationMs, "cols": x.Cols, "rows": x.Rows,
			"segments": len(x.Segments), "withoutKeyframe": blind})
	}
	_, err = fmt.Fprintf(out, "%s is whole: %s long, %dx%d at the start, %s, %s of them without a keyframe\n",
		dir, clock(x.DurationMs), x.Cols, x.Rows, several(len(x.Segments), "segment"), grouped(blind))
	return err
}
