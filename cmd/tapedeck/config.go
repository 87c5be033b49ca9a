package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"tapedeck/internal/signin"
)

var configCommand = command{
	name: "config", group: groupSignIn, does: "show which archives are known, and who is signed in",
	synopsis: []string{""},
	about: `Shows the archives that this program knows, the one that is meant where none is named, and the file that says so,
which is to be edited with an editor:

  {"archive": "prod",
   "archives": {"prod": {"url": "https://tapedeck.example.com"},
                "test": {"url": "https://test.example.com",
                         "clientId": "tapedeck-cli"}}}

Besides url an archive may have apiBase, issuer and clientId, where they are not what the archive's config.json says. Which
archive is meant: --archive goes before TAPEDECK_URL, and that before "archive" in the file. As whom: TAPEDECK_TOKEN goes
before the sign-in; where --archive names another archive than TAPEDECK_URL, the token is not sent there.`,
	reads:    []string{"TAPEDECK_URL", "TAPEDECK_TOKEN"},
	examples: []example{{"tapedeck config --json", "for programs; no token is ever printed"}},
	define: func(flags *flags) action {
		var asJSON bool
		flags.asJSON(&asJSON)
		return func(_ context.Context, arguments []string, out, _ io.Writer) error {
			if err := named("config", arguments); err != nil {
				return err
			}
			return showConfig(asJSON, out)
		}
	},
}

// shownArchive is what is shown of one.
type shownArchive struct {
	Name   string `json:"name"`
	URL    string `json:"url"`
	Meant  bool   `json:"meant"`
	SignIn string `json:"signIn"`
}

func showConfig(asJSON bool, out io.Writer) error {
	path, err := configPath()
	if err != nil {
		return err
	}
	s, err := readConfig()
	if err != nil {
		return err
	}
	meant, err := choose("")
	if err != nil && !errors.Is(err, signin.ErrNone) {
		return err
	}
	store, err := signIns()
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(s.Archives))
	if meant.URL != "" && s.Archives[meant.name] == nil {
		names = append(names, meant.name)
		s.Archives[meant.name] = &meant.knownArchive
	}
	shown := []shownArchive{}
	for _, name := range names {
		a := s.Archives[name]
		state := stateOf(store, a.URL)
		if name == meant.name && meant.token != "" {
			state = "TAPEDECK_TOKEN"
		}
		shown = append(shown, shownArchive{name, a.URL, name == meant.name, state})
	}
	if asJSON {
		return printJSON(out, map[string]any{"file": path, "archives": shown, "chosenBy": meant.why})
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, a := range shown {
		mark := " "
		if a.Meant {
			mark = "*"
		}
		fmt.Fprintf(w, "%s %s\t%s\t%s\n", mark, a.Name, a.URL, a.SignIn)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	lines := []string{"settings: " + path}
	switch {
	case len(shown) == 0:
		lines = append([]string{"No archive is known. `tapedeck login URL` signs in to one."}, lines...)
	case meant.why != "":
		lines = append([]string{"* is meant where no --archive is given: " + meant.why + " names it"}, lines...)
	}
	_, err = io.WriteString(out, strings.Join(lines, "\n")+"\n")
	return err
}

// stateOf says of a sign-in what may be seen.
func stateOf(store signin.Store, archive string) string {
	k, err := store.Load(archive)
	switch {
	case errors.Is(err, signin.ErrNone):
		return "not signed in"
	case err != nil:
		return err.Error()
	case k.Refresh != "":
		return "signed in, renewed by itself"
	case k.Expires.IsZero():
		return "signed in"
	case time.Now().After(k.Expires):
		return "ended"
	}
	return "signed in until " + k.Expires.Local().Format(time.DateTime)
}
