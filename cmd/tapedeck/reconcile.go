package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"tapedeck/internal/awsenv"
	"tapedeck/internal/reconcile"
)

const reconcileUsage = `usage: tapedeck reconcile [--everything] [--rebuild] [flags]

Compares inbox, archive, rows and dictionary, and makes good what is missing; the same runs by itself every hour. It
goes on until the archive has been gone through to its end, and prints what was done. Ending it early does no harm.

`

// reconcileCommand runs the reconciler, again and again until it has come to the end.
func reconcileCommand(ctx context.Context, args []string, out, notes io.Writer) error {
	var o reconcile.Options
	flags := flag.NewFlagSet("reconcile", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), reconcileUsage)
		flags.PrintDefaults()
	}
	flags.BoolVar(&o.Everything, "everything", false, "look at the whole inbox, and through the whole archive from its begin")
	flags.BoolVar(&o.Rebuild, "rebuild", false, "make a lost index again of the archive's commit files")
	asJSON := flags.Bool("json", false, "print the counts as JSON")
	function := functionFlag(flags)
	rest, err := parseAround(flags, args, notes)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return &usageError{"reconcile", fmt.Errorf("%q is one argument too many", rest[0])}
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
	report, err := runToTheEnd(ctx, invoker(lambda.NewFromConfig(cfg), *function), o, notes)
	if err != nil {
		return err
	}
	if err := printCounts(out, report, *asJSON, reconcileCounts(report)); err != nil {
		return err
	}
	return report.Err()
}

// runToTheEnd adds up what runs do until one comes to the end of the archive.
func runToTheEnd(ctx context.Context, run func(context.Context, reconcile.Options) (reconcile.Report, error), o reconcile.Options, notes io.Writer) (reconcile.Report, error) {
	var total reconcile.Report
	for {
		report, err := run(ctx, o)
		if err != nil {
			return total, err
		}
		if total.Add(report); total.Done {
			return total, nil
		}
		fmt.Fprintf(notes, "found %d, restored %d, expired %d, failed %d; going on\n", total.Found, total.Restored, total.Expired, total.Failed)
		o.Everything, o.Continue = false, o.Rebuild
	}
}

// invoker runs the function and waits for its answer.
func invoker(client *lambda.Client, function string) func(context.Context, reconcile.Options) (reconcile.Report, error) {
	return func(ctx context.Context, o reconcile.Options) (reconcile.Report, error) {
		var report reconcile.Report
		event, err := json.Marshal(o)
		if err != nil {
			return report, err
		}
		answer, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, Payload: event})
		if err != nil {
			return report, err
		}
		if answer.FunctionError != nil {
			var failure struct{ ErrorMessage string }
			if err := json.Unmarshal(answer.Payload, &failure); err != nil || failure.ErrorMessage == "" {
				failure.ErrorMessage = aws.ToString(answer.FunctionError)
			}
			return report, fmt.Errorf("the reconciler failed: %s", failure.ErrorMessage)
		}
		return report, json.Unmarshal(answer.Payload, &report)
	}
}

func functionFlag(flags *flag.FlagSet) *string {
	return flags.String("function", "", "name of the function (default: TAPEDECK_RECONCILER)")
}

// count is a line of what is printed of a report.
type count struct {
	name string
	n    int
	what string
}

func reconcileCounts(r reconcile.Report) []count {
	return []count{
		{"found", r.Found, "sessions in the inbox that nobody knew of"},
		{"overdue", r.Overdue, "sessions that waited too long"},
		{"swept", r.Swept, "attempts of which the rest was deleted"},
		{"restored", r.Restored, "sessions that were missing in the index"},
		{"lost", r.Lost, "sessions whose recording is not in the archive"},
		{"covered", r.Covered, "rows whose values the dictionary lacked"},
		{"expired", r.Expired, "recordings past their retention"},
		{"outdated", r.Outdated, "sessions that an earlier version prepared"},
		{"rederived", r.Rederived, "of these, handed over to be prepared again"},
		{"packed", r.Packed, "values in the dictionary's new snapshot"},
		{"failed", r.Failed, "problems; tried again with the next run"},
	}
}

func printCounts(out io.Writer, r reconcile.Report, asJSON bool, counts []count) error {
	if asJSON {
		return json.NewEncoder(out).Encode(r)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range counts {
		fmt.Fprintf(table, "%s\t%d\t%s\n", c.name, c.n, c.what)
	}
	return table.Flush()
}
