package ledger

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"tapedeck/internal/tape"
)

// Operations are those of a play object, in order. The sequence ends after its first error.
func Operations(ctx context.Context, r *tape.Reader) iter.Seq2[Operation, error] {
	return func(yield func(Operation, error) bool) {
		for n := range r.Index.Segments {
			list, err := segment(ctx, r, n)
			if err != nil {
				yield(Operation{}, err)
				return
			}
			for _, o := range list {
				if !yield(o, nil) {
					return
				}
			}
		}
	}
}

func segment(ctx context.Context, r *tape.Reader, n int) ([]Operation, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	raw, err := r.Segment(n)
	if err != nil {
		return nil, err
	}
	list, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("segment %d: %w", n, err)
	}
	return list, nil
}

// Check reads everything. It reports the first thing that is wrong, with the segment's number: damage, a line that is no
// operation, an index that tells something else.
func Check(ctx context.Context, r *tape.Reader) error {
	var (
		places tape.Places
		sums   totals
		last   int64
	)
	x := r.Index
	if len(x.Operations) != len(x.Segments) {
		return fmt.Errorf("%w: it counts operations of %d segments, and has %d", tape.ErrIndex, len(x.Operations), len(x.Segments))
	}
	for n, about := range x.Segments {
		if err := places.Next(r, n); err != nil {
			return err
		}
		record, err := r.Record(n)
		if err == nil && record.Text != (tape.Part{}) {
			err = fmt.Errorf("%w: there is no transcript", tape.ErrTable)
		}
		if err != nil {
			return err
		}
		list, err := segment(ctx, r, n)
		if err != nil {
			return err
		}
		switch {
		case len(list) == 0:
			err = fmt.Errorf("%w: the segment has no operation", tape.ErrIndex)
		case len(list) != x.Operations[n]:
			err = fmt.Errorf("%w: it counts %d operations where there are %d", tape.ErrIndex, x.Operations[n], len(list))
		case list[0].Ms != about.StartMs:
			err = fmt.Errorf("%w: it says that the segment begins at %d ms, not %d", tape.ErrIndex, about.StartMs, list[0].Ms)
		case list[0].Ms < last:
			err = fmt.Errorf("%w: the time goes back", ErrOperation)
		}
		if err != nil {
			return fmt.Errorf("segment %d: %w", n, err)
		}
		for _, o := range list {
			sums.add(&o)
		}
		last = list[len(list)-1].Ms
	}
	switch {
	case last != x.DurationMs:
		return fmt.Errorf("%w: the log is %d ms long, it says %d ms", tape.ErrIndex, last, x.DurationMs)
	case !slices.Equal(sums, x.Totals):
		return fmt.Errorf("%w: its totals are not those of the operations", tape.ErrIndex)
	}
	return nil
}
