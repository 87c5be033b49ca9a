package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"tapedeck/internal/ledger"
	"tapedeck/internal/recording/filelog"
	"tapedeck/internal/tape"
	"tapedeck/internal/tape/folder"
)

// formatOf is the format of a recording, or of the one that a folder was made of: "" is one of a terminal. Of what cannot
// be read, reading it will say why.
func formatOf(path string) string {
	if d, err := folder.Open(path); err == nil {
		defer d.Close()
		return d.Index.Format
	}
	format, err := detect(path)
	if err != nil {
		return ""
	}
	return format
}

// listOperations writes a log of file operations as a table, and what it comes to.
func listOperations(ctx context.Context, r *tape.Reader, out io.Writer) error {
	const sizeWidth, resultWidth, mostOp = 15, 20, 16
	opWidth := 0
	for _, t := range r.Index.Totals {
		opWidth = max(opWidth, min(displayWidth(printable(t.Op)), mostOp))
	}
	timeWidth := len(clock(r.Index.DurationMs))
	w := bufio.NewWriter(out)
	for o, err := range ledger.Operations(ctx, r) {
		if err != nil {
			return errors.Join(w.Flush(), err)
		}
		size, path := "-", printable(o.Path)
		if o.Bytes != nil {
			size = grouped(int(*o.Bytes))
		}
		if o.To != "" {
			path += " -> " + printable(o.To)
		}
		if o.SHA256 != "" {
			path += "  sha256 " + o.SHA256
		}
		fmt.Fprintf(w, "%*s  %s  %*s  %s  %s\n", timeWidth, clock(o.Ms), pad(printable(o.Op), opWidth), sizeWidth, size,
			pad(printable(o.Result), resultWidth), path)
	}
	count, refused, moved := 0, 0, map[string]int64{}
	for _, t := range r.Index.Totals {
		count, refused, moved[t.Op] = count+t.Count, refused+t.Refused, t.Bytes
	}
	fmt.Fprintf(w, "%s operations, %s of them refused or failed; %s bytes read, %s written\n", grouped(count), grouped(refused),
		grouped(int(moved[filelog.Get])), grouped(int(moved[filelog.Put])))
	return w.Flush()
}
