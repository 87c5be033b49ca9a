// Command localstack runs Tapedeck on this machine: it starts an emulator of AWS, deploys template.yaml to it,
// seeds the demo through the front door, serves the pages and signs people in. The Makefile calls it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"tapedeck/localstack/demo"
	"tapedeck/localstack/engine"
	"tapedeck/localstack/issuer"
)

const usage = `usage: localstack COMMAND, in the project's folder
  up [-port N] [-seed N] [-- COMMAND...]   start a stack; run until interrupted, or until COMMAND ends
  down                                     end the running stack
  token ROLE                               print an access token of auditor, exporter or admin
  env                                      print the environment to speak to the running stack
  seed N                                   add N sessions to the running stack
  invoke FUNCTION                          run a function of the running stack in Lambda's image (SAM CLI, Docker)
  walk PAGE                                run the commands of a page of the docs against a stack of their own
  upgrade REVISION                         deploy an earlier version, archive sessions, deploy this one, and look for them
  click ADDRESS                            sign in as administrator at an address of the issuer, as a browser does`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "localstack:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	name := "dev"
	if s := os.Getenv("TAPEDECK_STACK"); s != "" {
		name = s
	}
	if len(args) == 0 {
		return errors.New(usage)
	}
	switch command, args := args[0], args[1:]; command {
	case "up":
		return upCommand(ctx, root, name, args)
	case "down":
		return down(root, name)
	case "token":
		return withStack(root, name, func(s *state) error {
			role := "auditor"
			if len(args) > 0 && args[0] != "" {
				role = args[0]
			}
			tokens, err := issuer.SignIn(ctx, s.URL, role)
			if err == nil {
				fmt.Println(tokens.Access)
			}
			return err
		})
	case "env":
		return withStack(root, name, func(s *state) error {
			for _, v := range s.environment() {
				fmt.Println("export " + v)
			}
			return nil
		})
	case "walk":
		if len(args) != 1 {
			return errors.New(usage)
		}
		return walk(ctx, root, name, args[0])
	case "upgrade":
		if len(args) != 1 {
			return errors.New(usage)
		}
		return upgrade(ctx, root, name, args[0])
	case "click":
		if len(args) != 1 {
			return errors.New(usage)
		}
		return issuer.Click(ctx, args[0], "admin")
	case "invoke":
		if len(args) != 1 {
			return errors.New(usage)
		}
		return withStack(root, name, func(s *state) error { return invoke(ctx, root, s, args[0]) })
	case "seed":
		return withStack(root, name, func(s *state) error { return seedMore(ctx, root, s, args) })
	default:
		return errors.New(usage)
	}
}

func upCommand(ctx context.Context, root, name string, args []string) error {
	var o options
	flags := flag.NewFlagSet("up", flag.ContinueOnError)
	flags.IntVar(&o.port, "port", 0, "port of the pages; 0 chooses a free one")
	flags.IntVar(&o.seed, "seed", 600, "sessions of the demo; 0 seeds nothing")
	flags.StringVar(&o.limit, "playback-limit", "", "PlaybackLimitBytes of the stack")
	flags.StringVar(&o.attach, "endpoint", "", "use the LocalStack at this address instead of starting an emulator")
	if err := flags.Parse(args); err != nil {
		return err
	}
	o.root, o.name, o.command = root, name, flags.Args()
	return up(ctx, o)
}

func withStack(root, name string, do func(*state) error) error {
	s, err := running(root, name)
	if err != nil {
		return err
	}
	return do(s)
}

// environment is what bin/tapedeck and the aws CLI need.
func (s *state) environment() []string {
	e := engine.Engine{Endpoint: s.Endpoint}
	return append(e.Environment(), "TAPEDECK_URL="+s.URL, "TAPEDECK_INBOX="+s.Outputs["InboxBucket"],
		"TAPEDECK_RECONCILER="+s.Outputs["ReconcilerFunction"])
}

func down(root, name string) error {
	s, err := running(root, name)
	if err != nil {
		return err
	}
	if err := syscall.Kill(s.PID, syscall.SIGTERM); err != nil {
		return err
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if _, err := running(root, name); err != nil {
			return nil
		}
	}
	return errors.New("the stack does not end")
}

func seedMore(ctx context.Context, root string, s *state, args []string) error {
	n := 100
	if len(args) > 0 && args[0] != "" {
		if _, err := fmt.Sscan(args[0], &n); err != nil || n < 1 {
			return errors.New("seed: the number of sessions is a whole number from 1 on")
		}
	}
	d, err := newDemo(ctx, root, s)
	if err != nil {
		return err
	}
	return d.Seed(ctx, demo.Generate(uint64(time.Now().UnixNano()), n, time.Now()), progress("seed"))
}
