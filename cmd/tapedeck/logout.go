package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"tapedeck/internal/signin"
)

var logoutCommand = command{
	name: "logout", group: groupSignIn, does: "forget a sign-in",
	synopsis: []string{"[URL|NAME]"},
	about: `Deletes the sign-in that is kept on this computer, and asks the issuer to end it as well. Where the issuer does not do
that, the access token that was deleted is good until it ends by itself; nobody has it. The archive is remembered.`,
	reads:    []string{"TAPEDECK_URL"},
	examples: []example{{"tapedeck logout prod", "of the archive that is called prod"}},
	statuses: []status{{0, "signed out"}, {exitFailed, "failed"}, {exitUsage, "wrong usage"}, {exitNotSignedIn, "nobody was signed in"}, {exitInterrupted, "interrupted"}},
	define: func(flags *flags) action {
		var asJSON bool
		flags.asJSON(&asJSON)
		return func(ctx context.Context, arguments []string, out, notes io.Writer) error {
			if len(arguments) > 1 {
				return named("logout", arguments, "URL")
			}
			return logout(ctx, strings.Join(arguments, ""), asJSON, out, notes)
		}
	},
}

// logout deletes first: whatever the issuer says, nobody is signed in here any more.
func logout(ctx context.Context, archive string, asJSON bool, out, notes io.Writer) error {
	from, err := choose(archive)
	if err != nil {
		return err
	}
	store, err := signIns()
	if err != nil {
		return err
	}
	kept, unreadable := store.Load(from.URL)
	if err := store.Delete(from.URL); errors.Is(err, signin.ErrNone) {
		return fmt.Errorf("%s: %w", from.name, err)
	} else if err != nil {
		return err
	}
	if unreadable == nil && kept.Refresh != "" {
		if err := revoke(ctx, kept); err != nil {
			fmt.Fprintln(notes, "tapedeck: the issuer was not told:", printable(err.Error()))
		}
	}
	if asJSON {
		return printJSON(out, map[string]string{"archive": from.name, "url": from.URL})
	}
	_, err = fmt.Fprintf(out, "Signed out of %s.\n", from.name)
	return err
}

func revoke(ctx context.Context, kept *signin.Kept) error {
	p, err := signin.Discover(ctx, kept.Client)
	if err != nil {
		return err
	}
	return p.Revoke(ctx, kept.Refresh)
}
