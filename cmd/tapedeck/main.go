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

Environment:
  TAPEDECK_INBOX  name of the inbox bucket
  TAPEDECK_URL    address of the pages, such as https://tapedeck.example.com
  TAPEDECK_TOKEN  access token for the API
  AWS_...         as for every AWS program
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout); {
	case err == nil:
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "tapedeck:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return flag.ErrHelp
	}
	switch args[0] {
	case "push":
		return push(ctx, args[1:], out)
	case "help", "-h", "--help":
		fmt.Fprint(out, usage)
		return nil
	default:
		return fmt.Errorf("there is no command %q; `tapedeck help` lists them", args[0])
	}
}
