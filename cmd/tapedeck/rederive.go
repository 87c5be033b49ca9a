package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"tapedeck/internal/awsenv"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
)

const rederiveUsage = `usage: tapedeck rederive ID... | --from T --to T | --all [flags]

Has sessions that an earlier version prepared for replay prepared again, from their originals: those that have to be,
and those that it could not read. What needs it not is left as it is. The archiver does the work, after this command
has ended; until it is done everything stays as it was. Ending it early, and running it again, does no harm.

`

// rederiveCommand runs the reconciler on the sessions of earlier encoders, again and again until it has come to the end.
func rederiveCommand(ctx context.Context, args []string, out, notes io.Writer) error {
	var scope reconcile.Scope
	flags := flag.NewFlagSet("rederive", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), rederiveUsage)
		flags.PrintDefaults()
	}
	all := flags.Bool("all", false, "all sessions")
	flags.Func("from", "sessions that started at or after `T`: RFC 3339, or a day in UTC such as 2026-11-01", before(&scope.After))
	flags.Func("to", "sessions that started before `T`", before(&scope.To))
	flags.BoolVar(&scope.DryRun, "dry-run", false, "only count them")
	asJSON := flags.Bool("json", false, "print the counts as JSON")
	function := functionFlag(flags)
	ids, err := parseAround(flags, args, notes)
	if err != nil {
		return err
	}
	scope.IDs = ids
	if err := checkScope(scope, *all); err != nil {
		return &usageError{"rederive", err}
	}
	if *function == "" {
		if *function, err = required("TAPEDECK_RECONCILER"); err != nil {
			return err
		}
	}
	cfg, err := awsenv.Config(ctx)
	if err != nil {
		return err
	}
	report, err := rederiveToTheEnd(ctx, invoker(lambda.NewFromConfig(cfg), *function), scope, notes)
	if err != nil {
		return err
	}
	if err := printCounts(out, report, *asJSON, rederiveCounts(report)); err != nil {
		return err
	}
	return report.Err()
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
