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

The archive:
  push FILE|DIR              put a recording into the archive's inbox
  search TERM...             find sessions, as a table, JSON or CSV
  export ID                  take a recording out, encrypted
  reconcile                  make good what is missing; rebuild a lost index
  rederive ID...|--all       prepare again what an earlier version prepared for replay

A recording on this machine:
  pack IN OUTDIR             make a folder of it, in which any moment is found at once
  play FILE|OUTDIR           watch it in this terminal
  frame OUTDIR --at TIME     write its screen at a moment
  grep PATTERN OUTDIR        find what the screen said
  open FILE.age              watch, or write to a file, what was exported with encryption
  offline [FILE]             write the page of one file that plays an export at home
  verify OUTDIR              check that nothing of it was changed, and that its keyframes are right

tapedeck COMMAND -h says more.

Environment:
  TAPEDECK_INBOX       name of the inbox bucket
  TAPEDECK_URL         address of the pages, such as https://tapedeck.example.com
  TAPEDECK_TOKEN       access token for the API
  TAPEDECK_RECONCILER  name of the reconciler's function
  TAPEDECK_PASSPHRASE  passphrase of an export, for programs that cannot be asked
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
	if errors.Is(err, errNothing) {
		return exitFailed
	}
	fmt.Fprintln(notes, "tapedeck:", err)
	_, usage := errors.AsType[*usageError](err)
	switch {
	case usage:
		return exitUsage
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.Is(err, errGrep):
		return exitUsage // as grep does
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
	case "export":
		return exportCommand(ctx, args[1:], out, notes)
	case "offline":
		return offlineCommand(args[1:], out, notes)
	case "reconcile":
		return reconcileCommand(ctx, args[1:], out, notes)
	case "rederive":
		return rederiveCommand(ctx, args[1:], out, notes)
	case "pack":
		return pack(ctx, args[1:], notes)
	case "play":
		return play(ctx, args[1:], out, notes)
	case "open":
		return openCommand(ctx, args[1:], out, notes)
	case "frame":
		return frame(ctx, args[1:], out, notes)
	case "verify":
		return verify(ctx, args[1:], out, notes)
	case "grep":
		return grep(ctx, args[1:], out, notes)
	case "help", "-h", "--help":
		fmt.Fprint(out, usage)
		return nil
	default:
		return &usageError{"help", fmt.Errorf("there is no command %q", args[0])}
	}
}
