package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
)

const (
	passMark    = "pass"
	rebuildMark = "rebuild"
	maxSlices   = 200  // of a run, some 60,000 sessions: an archive of a million is gone through within a day
	maxRows     = 1000 // of a slice
	lastID      = "Z"  // beyond every id

	// numberGap is how many numbers a rebuild leaves out above the highest that a commit file has: sessions that
	// were registered and not yet archived had some of them.
	numberGap = 1000
)

// position is how far the archive has been gone through.
type position struct {
	After   string `json:"after"`   // this id; "" at the begin
	Highest int64  `json:"highest"` // registration number up to there
}

// pass goes on through the archive, slice by slice in the order of ids, and begins again after its end. A rebuild
// has its own position; at its end numbers can be given again.
func (t *turn) pass(ctx context.Context) error {
	name := passMark
	if t.Rebuild {
		name = rebuildMark
	}
	at, err := t.position(ctx, name)
	if err != nil {
		return err
	}
	for n := 0; n < maxSlices && !t.report.Done && !late(ctx); n++ {
		if at.After, err = t.slice(ctx, at.After); err != nil {
			return err
		}
		at.Highest = max(at.Highest, t.highest)
		if t.report.Done = at.After == ""; t.report.Done {
			if err := t.number(ctx, at.Highest); err != nil {
				return err
			}
			at.Highest = 0
		}
		if err := t.setPosition(ctx, name, at); err != nil {
			return err
		}
	}
	return t.notice(ctx)
}

// notice says when the index was lost.
func (t *turn) notice(ctx context.Context) error {
	if t.Rebuild || !t.archived {
		return nil
	}
	last, err := t.Numbers.LastNumber(ctx)
	if t.report.IndexLost = err == nil && last == 0; t.report.IndexLost {
		slog.ErrorContext(ctx, "the index is lost: run tapedeck reconcile --rebuild")
	}
	return err
}

func (t *turn) position(ctx context.Context, name string) (at position, err error) {
	if t.Everything || t.Rebuild && !t.Continue {
		return at, nil
	}
	mark, err := t.Marks.Mark(ctx, name)
	if err != nil || mark == "" {
		return at, err
	}
	return at, json.Unmarshal([]byte(mark), &at)
}

func (t *turn) setPosition(ctx context.Context, name string, at position) error {
	mark, err := json.Marshal(at)
	if err != nil {
		return err
	}
	return t.Marks.SetMark(ctx, name, string(mark))
}

// number makes sure that no number is given that a session has. Only a rebuild, which knows all of them, may make
// a counter where there is none.
func (t *turn) number(ctx context.Context, highest int64) error {
	if t.Rebuild {
		last := highest
		if last > 0 {
			last += numberGap
		}
		if err := t.Numbers.StartNumbers(ctx, last); err != nil {
			return err
		}
	}
	return t.Numbers.RaiseNumber(ctx, highest)
}

// slice compares a part of the archive with the rows of the same ids. It returns the id to go on after, or "" at
// the end. The archive is read first: a session that is committed in between is not taken for lost.
func (t *turn) slice(ctx context.Context, after string) (next string, err error) {
	listed, more, err := t.Commits.Sessions(ctx, after)
	if err != nil {
		return "", err
	}
	to := lastID
	if more {
		to = listed[len(listed)-1].ID
	}
	rows, err := t.Rows.Rows(ctx, after, to, maxRows)
	if err != nil {
		return "", err
	}
	if len(rows) == maxRows {
		to, more = rows[maxRows-1].ID, true
	}
	added, err := t.Values.Cover(ctx, rows)
	t.count(ctx, &t.report.Covered, added, err, "the dictionary of rows after "+after)
	t.work(ctx, t.compare(listed, rows, to))
	if t.unread != nil {
		return "", fmt.Errorf("numbers would be given twice: %w", t.unread)
	}
	if !more {
		return "", nil
	}
	return to, nil
}

// pack makes the dictionary's snapshot anew.
func (t *turn) pack(ctx context.Context) error {
	n, err := t.Values.Pack(ctx)
	t.count(ctx, &t.report.Packed, n, err, "the dictionary's snapshot")
	return nil
}
