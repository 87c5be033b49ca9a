package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
)

var rederiveCommand = command{
	name: "rederive", group: groupArchive, does: "prepare again what an earlier version prepared for replay",
	synopsis: []string{"ID...", "--from TIME --to TIME", "--all"},
	about: `Has sessions that an earlier version prepared for replay prepared again, from their originals: those that have to
be, and those that it could not read. What needs it not is left as it is. The archiver does the work, after this command
has ended; until it is done everything stays as it was. Ending it early, and running it again, does no harm. It needs AWS's
rights to invoke the reconciler's function.`,
	reads:    []string{"TAPEDECK_RECONCILER", "AWS_..."},
	examples: []example{{"tapedeck rederive --all --dry-run", "counts them; without --dry-run, does it"}},
	define: func(f *flags) action {
		var scope reconcile.Scope
		var all, asJSON bool
		f.yes(&all, "all", "all sessions")
		f.each("from", "TIME", "sessions that started then or after: RFC 3339, or a day in UTC such as 2026-11-01", before(&scope.After))
		f.each("to", "TIME", "sessions that started before", before(&scope.To))
		f.yes(&scope.DryRun, "dry-run", "only count them")
		f.yes(&asJSON, "json", "print the counts as JSON")
		function := functionFlag(f)
		return func(ctx context.Context, ids []string, out, notes io.Writer) error {
			scope.IDs = ids
			if err := checkScope(scope, all); err != nil {
				return &usageError{"rederive", err}
			}
			reconciler, err := newReconciler(ctx, *function)
			if err != nil {
				return err
			}
			report, err := rederiveToTheEnd(ctx, reconciler, scope, notes)
			if err != nil {
				return err
			}
			if err := printCounts(out, report, asJSON, rederiveCounts(report)); err != nil {
				return err
			}
			return report.Err()
		}
	},
}

// before sets a bound of ids to the last one below a time's.
func before(bound *string) func(string) error {
	return func(text string) error {
		t, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t, err = session.ParseTime(text)
		}
		if err != nil {
			return errors.New("a time is written as 2026-11-23T06:04:05Z or 2026-11-23")
		}
		*bound = session.PrevID(session.MinID(t))
		return nil
	}
}

// checkScope refuses what names no sessions, or names them twice.
func checkScope(s reconcile.Scope, all bool) error {
	ranged := s.After != "" || s.To != ""
	switch {
	case len(s.IDs) == 0 && !ranged && !all:
		return errors.New("which sessions: IDs, --from and --to, or --all")
	case len(s.IDs) > 0 && ranged, len(s.IDs) > 0 && all, ranged && all:
		return errors.New("either IDs, or --from and --to, or --all")
	case s.To != "" && s.To <= s.After:
		return errors.New("--to is not after --from")
	}
	for _, id := range s.IDs {
		if !session.ValidID(id) {
			return fmt.Errorf("%q is no id of a session", id)
		}
	}
	return nil
}

// rederiveToTheEnd adds up what runs do until one comes to the end of the scope.
func rederiveToTheEnd(ctx context.Context, run func(context.Context, reconcile.Options) (reconcile.Report, error), scope reconcile.Scope, notes io.Writer) (reconcile.Report, error) {
	var total reconcile.Report
	for {
		report, err := run(ctx, reconcile.Options{Rederive: &scope})
		if err != nil {
			return total, err
		}
		if total.Add(report); total.Done {
			return total, nil
		}
		fmt.Fprintf(notes, "found %d, handed over %d, failed %d; going on\n", total.Outdated, total.Rederived, total.Failed)
		scope.After = report.After
	}
}

func rederiveCounts(r reconcile.Report) []count {
	return []count{
		{"outdated", r.Outdated, "sessions that have to be prepared again"},
		{"rederived", r.Rederived, "of these, handed over to the archiver"},
		{"failed", r.Failed, "problems; see the reconciler's log"},
	}
}
