// Command tapedeck is Tapedeck on the command line.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const usage = `usage: tapedeck COMMAND

  push FILE|DIR   put a recording into the archive's inbox (tapedeck push -h)
  search TERM...  find sessions, as a table, JSON or CSV (tapedeck search -h)
  reconcile       make good what is missing; rebuild a lost index (tapedeck reconcile -h)

Environment:
  TAPEDECK_INBOX       name of the inbox bucket
  TAPEDECK_URL         address of the pages, such as https://tapedeck.example.com
  TAPEDECK_TOKEN       access token for the API
  TAPEDECK_RECONCILER  name of the reconciler's function
  AWS_...              as for every AWS program

Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
`

// Exit statuses.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130 // 128 + SIGINT, as shells say it
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(exitStatus(ctx, run(ctx, os.Args[1:], os.Stdout, os.Stderr), os.Stderr))
}

// exitStatus says what went wrong and returns the status for it.
func exitStatus(ctx context.Context, err error, notes io.Writer) int {
	if err == nil {
		return 0
	}
	if errors.Is(err, flag.ErrHelp) {
		return exitUsage
	}
	fmt.Fprintln(notes, "tapedeck:", err)
	_, usage := errors.AsType[*usageError](err)
	switch {
	case usage:
		return exitUsage
	case ctx.Err() != nil:
		return exitInterrupted
	}
	return exitFailed
}

// run runs a command. What was asked for goes to out, what a person should know besides to notes.
func run(ctx context.Context, args []string, out, notes io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(notes, usage)
		return flag.ErrHelp
	}
	switch args[0] {
	case "push":
		return push(ctx, args[1:], out, notes)
	case "search":
		return search(ctx, args[1:], out, notes)
	case "reconcile":
		return reconcileCommand(ctx, args[1:], out, notes)
	case "help", "-h", "--help":
		fmt.Fprint(out, usage)
		return nil
	default:
		return &usageError{"help", fmt.Errorf("there is no command %q", args[0])}
	}
}
