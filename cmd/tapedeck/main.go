// Command tapedeck is Tapedeck on the command line.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(exitStatus(ctx, run(ctx, os.Args[1:], os.Stdout, os.Stderr), os.Stderr))
}
