package main

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// command is a word after tapedeck. Its help, the completion of shells and docs/cli.md are made of it.
type command struct {
	name     string
	group    string   // its heading in the list of commands
	does     string   // its line there
	synopsis []string // what follows its name, one for each way to use it
	about    string   // paragraphs; lines that are indented stay as they are
	takes    string   // what its arguments are, for completion: FILE, DIR, COMMAND, SHELL or nothing that is known
	examples []example
	online   bool     // it asks an archive as somebody: it has --archive
	reads    []string // variables of the environment besides
	statuses []status // where they are not everybody's
	define   func(f *flags) action
}

type example struct{ line, does string }

// action is what a command does. What was asked for goes to out, what a person should know besides to notes.
type action func(ctx context.Context, arguments []string, out, notes io.Writer) error

// Groups of commands, in their order.
const (
	groupSignIn  = "Signing in"
	groupArchive = "The archive"
	groupLocal   = "A recording on this machine"
	groupTool    = "This program"
)

var groups = []string{groupSignIn, groupArchive, groupLocal, groupTool}

// commands are all there are, in the order of the help.
func commands() []*command {
	return []*command{
		&loginCommand, &logoutCommand, &configCommand,
		&searchCommand, &pushCommand, &exportCommand, &auditCommand, &reconcileCommand, &rederiveCommand,
		&packCommand, &playCommand, &frameCommand, &grepCommand, &openCommand, &offlineCommand, &verifyCommand,
		helpCommand(), completionCommand(), &versionCommand,
	}
}

func commandOf(name string) (*command, error) {
	all := commands()
	i := slices.IndexFunc(all, func(c *command) bool { return c.name == name })
	if i < 0 {
		var names []string
		for _, c := range all {
			names = append(names, c.name)
		}
		same := func(s string) string { return s }
		return nil, &usageError{"help", fmt.Errorf("there is no command %q%s", name, perhaps(name, names, same))}
	}
	return all[i], nil
}

// defined are the command's flags, and what it does by them.
func (c *command) defined() (*flags, action) {
	f := newFlags(c.name)
	run := c.define(f)
	if c.online {
		f.text(&f.archive, "archive", "NAME|URL", "the archive (default: TAPEDECK_URL, or the one that was signed in to last)")
	}
	return f, run
}

// variable of the environment.
type variable struct{ name, does string }

var variables = []variable{
	{"TAPEDECK_URL", "address of an archive's pages, such as https://tapedeck.example.com"},
	{"TAPEDECK_TOKEN", "access token for it, instead of signing in"},
	{"TAPEDECK_INBOX", "name of the inbox bucket: InboxBucket of the stack's outputs"},
	{"TAPEDECK_RECONCILER", "name of the reconciler's function: ReconcilerFunction of the stack's outputs"},
	{"TAPEDECK_PASSPHRASE", "passphrase of an export, for programs that cannot be asked"},
	{"AWS_...", "as for every AWS program"},
}

// variables that the command reads.
func (c *command) variables() []variable {
	names := c.reads
	if c.online {
		names = append([]string{"TAPEDECK_URL", "TAPEDECK_TOKEN"}, names...)
	}
	return slices.DeleteFunc(slices.Clone(variables), func(v variable) bool { return !slices.Contains(names, v.name) })
}

// run runs a command.
func run(ctx context.Context, args []string, out, notes io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(notes, overview())
		return errNoCommand
	}
	name := args[0]
	switch name {
	case "-h", "--help":
		name = "help"
	case "--version":
		name = "version"
	}
	c, err := commandOf(name)
	if err != nil {
		return err
	}
	f, do := c.defined()
	arguments, help, err := f.parse(args[1:])
	switch {
	case help:
		_, err := io.WriteString(out, c.help())
		return err
	case err != nil:
		return err
	}
	return do(ctx, arguments, out, notes)
}
