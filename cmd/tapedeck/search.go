package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// search finds what a list holds and writes it in the form that is asked for.
func (c *client) search(ctx context.Context, f *searchFlags, out io.Writer, progress *progress) error {
	w := bufio.NewWriter(out)
	form, err := c.output(ctx, f, w)
	if err != nil {
		return interrupted(ctx, err)
	}
	n, more := 0, false
	for p, err := range c.pages(ctx, f.list, f.query, f.size, f.limit) {
		progress.clear()
		if err != nil {
			return f.incomplete(ctx, err, n)
		}
		if err := flushed(w, form.page(p.Items)); err != nil {
			return f.incomplete(ctx, err, n)
		}
		n += len(p.Items)
		more = p.NextPageToken != ""
		progress.show(several(n, f.list.item), p.backTo())
	}
	progress.clear()
	if err := flushed(w, form.end()); err != nil {
		return f.incomplete(ctx, err, n)
	}
	f.remark(progress.w, n, more)
	return nil
}

// remark says what a person would not see of a result.
func (f *searchFlags) remark(notes io.Writer, n int, more bool) {
	switch {
	case more:
		fmt.Fprintf(notes, "%s; there may be more: --limit 0 shows all\n", several(n, f.list.item))
	case n > 0 || f.form != formTable:
	case f.query.Has("from") || f.query.Has("to"):
		fmt.Fprintf(notes, "no %s\n", plural(f.list.item))
	default:
		fmt.Fprintf(notes, "no %s %s; --from and --to look elsewhere\n", plural(f.list.item), f.list.usual)
	}
}

// flushed writes out what was written without an error.
func flushed(w *bufio.Writer, err error) error {
	if err != nil {
		return err
	}
	return w.Flush()
}

// incomplete says of a failure that what was written, if anything, is not the whole result.
func (f *searchFlags) incomplete(ctx context.Context, err error, n int) error {
	if err = interrupted(ctx, err); n == 0 && ctx.Err() == nil {
		return err
	}
	return fmt.Errorf("%w; the output is incomplete: it ends after %s", err, several(n, f.list.item))
}

// interrupted puts a person's own word in the place of what it led to.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return err
}

// output writes a result as it comes.
type output interface {
	page(items []json.RawMessage) error // the next ones
	end() error                         // there are no more
}

func (c *client) output(ctx context.Context, f *searchFlags, w *bufio.Writer) (output, error) {
	switch f.form {
	case formArray:
		return &arrayOutput{w: w}, nil
	case formLines:
		return &linesOutput{w}, nil
	case formCSV:
		return &csvOutput{w: w, list: f.list}, nil
	}
	zone, err := c.zone(ctx, f.query.Get("timeZone"))
	if err != nil {
		return nil, err
	}
	return &tableOutput{w: w, list: f.list, zone: zone}, nil
}

// zone is the zone in which people read times: the one they name, or the organisation's.
func (c *client) zone(ctx context.Context, name string) (*time.Location, error) {
	if name == "" {
		var me struct{ TimeZone string }
		if err := c.get(ctx, "/me", nil, &me); err != nil {
			return nil, err
		}
		name = me.TimeZone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is no IANA time zone such as Asia/Seoul", printable(name))
	}
	return zone, nil
}
