package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"tapedeck/internal/reconcile"
)

var reconcileCommand = command{
	name: "reconcile", group: groupArchive, does: "make good what is missing; rebuild a lost index",
	synopsis: []string{""},
	about: `Compares inbox, archive, rows and dictionary, and makes good what is missing; the same runs by itself every hour. It
goes on until the archive has been gone through to its end, and prints what was done. Ending it early does no harm. It needs
AWS's rights to invoke the reconciler's function.`,
	reads: []string{"TAPEDECK_RECONCILER", "AWS_..."},
	examples: []example{
		{"tapedeck reconcile", "now, instead of within the hour"},
		{"tapedeck reconcile --rebuild", "after a loss of the index"},
	},
	define: func(f *flags) action {
		var o reconcile.Options
		var asJSON bool
		f.yes(&o.Everything, "everything", "look at the whole inbox, and through the whole archive from its begin")
		f.yes(&o.Rebuild, "rebuild", "make a lost index again of the archive's commit files")
		f.yes(&asJSON, "json", "print the counts as JSON")
		function := functionFlag(f)
		return func(ctx context.Context, arguments []string, out, notes io.Writer) error {
			if err := named("reconcile", arguments); err != nil {
				return err
			}
			reconciler, err := newReconciler(ctx, *function)
			if err != nil {
				return err
			}
			report, err := runToTheEnd(ctx, reconciler, o, notes)
			if err != nil {
				return err
			}
			if err := printCounts(out, report, asJSON, reconcileCounts(report)); err != nil {
				return err
			}
			return report.Err()
		}
	},
}

// newReconciler runs the function of a name, or that which the environment names.
func newReconciler(ctx context.Context, function string) (func(context.Context, reconcile.Options) (reconcile.Report, error), error) {
	var err error
	if function == "" {
		if function, err = required("TAPEDECK_RECONCILER"); err != nil {
			return nil, err
		}
	}
	cfg, err := awsConfig(ctx)
	if err != nil {
		return nil, err
	}
	return invoker(lambda.NewFromConfig(cfg), function), nil
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

func functionFlag(f *flags) *string {
	function := new(string)
	f.text(function, "function", "NAME", "name of the function (default: TAPEDECK_RECONCILER)")
	return function
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
