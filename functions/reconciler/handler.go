package main

import (
	"context"
	"log/slog"
	"time"

	"tapedeck/internal/reconcile"
)

// event is the schedule's, or what the command line asks for.
type event struct {
	Source string `json:"source"`
	reconcile.Options
}

// answerWithin is how long somebody waits who asks: connections that are silent for longer are cut on the way.
const answerWithin = 5 * time.Minute

// handler runs once and answers with what was done. A scheduled run in which something failed ends as an error, so
// that it shows among the function's errors; whoever asks reads the counts.
func handler(run func(context.Context, reconcile.Options) (reconcile.Report, error)) func(context.Context, event) (reconcile.Report, error) {
	return func(ctx context.Context, e event) (reconcile.Report, error) {
		scheduled := e.Source == "aws.events"
		if !scheduled {
			var stop context.CancelFunc
			ctx, stop = context.WithTimeout(ctx, answerWithin)
			defer stop()
		}
		report, err := run(ctx, e.Options)
		slog.InfoContext(ctx, "reconciled", "report", report)
		if err == nil && scheduled {
			err = report.Err()
		}
		return report, err
	}
}
