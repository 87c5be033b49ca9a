package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"tapedeck/internal/signin"
)

// Exit statuses.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitNotSignedIn = 3
	exitRefused     = 4
	exitInterrupted = 130 // 128 + SIGINT, as shells say it
)

type status struct {
	status int
	means  string
}

var statuses = []status{
	{0, "done"},
	{exitFailed, "failed"},
	{exitUsage, "wrong usage"},
	{exitNotSignedIn, "not signed in, or not any more"},
	{exitRefused, "not there, or not yours to see or to do"},
	{exitInterrupted, "interrupted"},
}

// ends are the statuses that the command can have.
func (c *command) ends() []status {
	if c.statuses != nil {
		return c.statuses
	}
	return slices.DeleteFunc(slices.Clone(statuses), func(s status) bool {
		return !c.online && (s.status == exitNotSignedIn || s.status == exitRefused)
	})
}

// Ends that have said everything, or have nothing to say.
var (
	errNoCommand = errors.New("no command")
	errNothing   = errors.New("nothing was found")
)

// errGrep is a failure of grep, for which that has a status of its own.
var errGrep = errors.New("grep")

// exitStatus says what went wrong and returns the status for it.
func exitStatus(ctx context.Context, err error, notes io.Writer) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errNoCommand):
		return exitUsage
	case errors.Is(err, errNothing):
		return exitFailed
	}
	fmt.Fprintln(notes, "tapedeck:", harmlessLines(err.Error()))
	_, usage := errors.AsType[*usageError](err)
	refused, _ := errors.AsType[*problem](err)
	switch {
	case usage:
		return exitUsage
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.Is(err, errGrep):
		return exitUsage // as grep does
	case errors.Is(err, signin.ErrNone), errors.Is(err, signin.ErrEnded), refused != nil && refused.Status == http.StatusUnauthorized:
		return exitNotSignedIn
	case refused != nil && refused.Code != "" && (refused.Status == http.StatusForbidden || refused.Status == http.StatusNotFound):
		return exitRefused
	}
	return exitFailed
}

// harmlessLines is a message whose lines cannot steer a terminal, wherever their words come from.
func harmlessLines(message string) string {
	lines := strings.Split(message, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n")
}
