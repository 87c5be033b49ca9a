package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tapedeck/internal/session"
	"tapedeck/internal/signin"
)

var loginCommand = command{
	name: "login", group: groupSignIn, does: "sign in to an archive, and remember it",
	synopsis: []string{"[URL|NAME]"},
	about: `Signs you in at your organisation's issuer and keeps that for the commands that ask the archive. URL is the address
of the archive's pages. The archive is remembered by a name and, from then on, is the one that is meant where none is named.

A browser is opened, where there is one; the address is printed in any case. On a computer without a browser, --device
prints a code to type in a browser on any other device.

The sign-in is kept in a file that you alone can read. It is renewed by itself as long as the issuer allows that; then the
commands say that you have to sign in again.`,
	reads: []string{"TAPEDECK_URL"},
	examples: []example{
		{"tapedeck login https://tapedeck.example.com", "the first time"},
		{"tapedeck login", "again, to the same archive"},
		{"tapedeck login --device --name prod https://tapedeck.example.com", "on a server; later: tapedeck search --archive prod"},
	},
	statuses: []status{{0, "signed in"}, {exitFailed, "failed"}, {exitUsage, "wrong usage"}, {exitNotSignedIn, "refused, or nothing says where to sign in"},
		{exitRefused, "signed in, but you have no role in this archive"}, {exitInterrupted, "interrupted"}},
	define: func(flags *flags) action {
		var f loginFlags
		flags.yes(&f.device, "device", "by a code that is typed in a browser on another device")
		flags.yes(&f.noBrowser, "no-browser", "print the address, and open nothing")
		flags.text(&f.name, "name", "NAME", "what to call the archive (default: its host)")
		flags.text(&f.issuer, "issuer", "URL", "the issuer (default: what the archive says)")
		flags.text(&f.clientID, "client-id", "ID", "this program's name at the issuer (default: what the archive says)")
		flags.each("port", "N", "port that the browser comes back to, where the issuer knows only one (default: what the archive says, or any)", f.setPort)
		flags.asJSON(&f.json)
		return f.run
	},
}

type loginFlags struct {
	device, noBrowser, json bool
	name, issuer, clientID  string
	port                    int // 0: as the archive says, and then any
}

func (f *loginFlags) setPort(v string) (err error) {
	if f.port, err = strconv.Atoi(v); err != nil || f.port < 1024 || f.port > 65535 {
		return errors.New("1024 to 65535 are possible")
	}
	return nil
}

// person is what GET /me answers of who asks.
type person struct {
	Name  string   `json:"name"`
	Email string   `json:"email"`
	Roles []string `json:"roles"`
}

func (f *loginFlags) run(ctx context.Context, arguments []string, out, notes io.Writer) error {
	if len(arguments) > 1 {
		return named("login", arguments, "URL")
	}
	if f.name != "" && !nameForm.MatchString(f.name) {
		return &usageError{"login", errors.New("--name: letters, digits, dot, dash, colon and underscore are possible")}
	}
	s, err := readConfig()
	if err != nil {
		return err
	}
	to, err := choose(strings.Join(arguments, ""))
	if err != nil {
		return err
	}
	name, err := s.nameOf(to, f.name)
	if err != nil {
		return &usageError{"login", err}
	}
	where, err := f.site(ctx, to)
	if err != nil {
		return err
	}
	kept := &signin.Kept{Archive: to.URL, Client: where}
	if kept.Tokens, err = f.signIn(ctx, where, notes); err != nil {
		return interrupted(ctx, notSignedIn(err))
	}
	me, err := whoIs(ctx, to, kept.Tokens.Access)
	if err != nil {
		return interrupted(ctx, err)
	}
	store, err := signIns()
	if err != nil {
		return err
	}
	if err := store.Save(kept); err != nil {
		return err
	}
	s.Archive, s.Archives[name] = name, &to.knownArchive
	if err := s.write(); err != nil {
		return err
	}
	if to.token != "" {
		fmt.Fprintln(notes, "tapedeck: TAPEDECK_TOKEN is set, and goes before this sign-in")
	}
	if err := f.say(out, name, to, me); err != nil || len(me.Roles) > 0 {
		return err
	}
	return &problem{Status: http.StatusForbidden, Code: string(session.CodeForbidden),
		Detail: "you are signed in and have no role in this archive: who runs it can put you into one of its groups"}
}

// notSignedIn gives a refusal the status of not being signed in.
func notSignedIn(err error) error {
	if _, refused := errors.AsType[*signin.Refusal](err); refused {
		return fmt.Errorf("%w: %w", signin.ErrNone, err)
	}
	return err
}

// site is where to sign in: what the archive says of itself in config.json, as to its pages, unless it is said otherwise.
func (f *loginFlags) site(ctx context.Context, to *chosen) (signin.Client, error) {
	var says struct {
		Issuer, CLIClientID, Scope, APIBase string
		CLIPort                             int
	}
	if err := fetchJSON(ctx, to.URL+"/config.json", &says); err != nil {
		return signin.Client{}, fmt.Errorf("%s: %w; is it the address of an archive's pages?", to.URL, err)
	}
	to.APIBase = says.APIBase
	if says.APIBase == defaultAPI {
		to.APIBase = ""
	}
	for _, given := range []struct{ flag, says, kept *string }{{&f.issuer, &says.Issuer, &to.Issuer}, {&f.clientID, &says.CLIClientID, &to.ClientID}} {
		if *given.flag != "" {
			*given.kept = *given.flag
		}
		if *given.kept != "" {
			*given.says = *given.kept
		}
	}
	switch {
	case says.Issuer == "":
		return signin.Client{}, fmt.Errorf("%s/config.json names no issuer; --issuer URL does", to.URL)
	case says.CLIClientID == "":
		return signin.Client{}, fmt.Errorf("%s/config.json names no cliClientId, as which this program signs in; --client-id ID does. Ask who runs the archive", to.URL)
	}
	if f.port == 0 {
		f.port = says.CLIPort
	}
	return signin.Client{Issuer: says.Issuer, ID: says.CLIClientID, Scope: says.Scope}, nil
}

// signIn has a person sign in.
func (f *loginFlags) signIn(ctx context.Context, where signin.Client, notes io.Writer) (signin.Tokens, error) {
	p, err := signin.Discover(ctx, where)
	if err != nil {
		return signin.Tokens{}, err
	}
	if f.device {
		return p.Device(ctx, func(page, code, both string) {
			fmt.Fprintf(notes, "Open this page in a browser, on any device:\n\n  %s\n\nand type this code there:\n\n  %s\n\n", printable(page), printable(code))
			if both != "" {
				fmt.Fprintf(notes, "This address has the code in it:\n\n  %s\n\n", printable(both))
			}
			fmt.Fprintln(notes, "Waiting for you to sign in there; Ctrl-C ends it.")
		})
	}
	return p.Loopback(ctx, f.port, func(address string) {
		opened := !f.noBrowser && openBrowser(address)
		if opened {
			fmt.Fprint(notes, "Your browser was asked to open this address. If it does not, open it yourself on this computer:\n\n")
		} else {
			fmt.Fprint(notes, "Open this address in a browser on this computer (elsewhere? use --device):\n\n")
		}
		fmt.Fprintf(notes, "  %s\n\nWaiting for you to sign in there; Ctrl-C ends it.\n", printable(address))
	})
}

// whoIs asks the archive whom it takes the token for: a sign-in that it refuses is not kept.
func whoIs(ctx context.Context, to *chosen, token string) (*person, error) {
	address, err := to.api()
	if err != nil {
		return nil, err
	}
	c := &client{archive: to, url: address, http: &http.Client{Timeout: answerTime}, pause: pause}
	c.token = func(context.Context, string) (string, error) { return token, nil }
	me := new(person)
	err = c.patiently(ctx, func() error { return c.once(ctx, token, http.MethodGet, "/me", nil, nil, me) })
	if err != nil {
		return nil, fmt.Errorf("the issuer signed you in, and the archive refuses it: %w", err)
	}
	return me, nil
}

// nameOf is what to call an archive: the given name, the one that it has, or its host. A name stays with its archive.
func (s *configFile) nameOf(to *chosen, given string) (name string, err error) {
	switch _, known := s.Archives[to.name]; {
	case given != "":
		name = given
	case known:
		name = to.name
	default:
		if u, err := url.Parse(to.URL); err == nil {
			name = u.Host
		}
	}
	if !nameForm.MatchString(name) { // an IPv6 address
		name = "archive"
	}
	if other := s.Archives[name]; other != nil && other.URL != to.URL {
		return "", fmt.Errorf("%s is the name of %s; --name gives another one", name, other.URL)
	}
	return name, nil
}

func (f *loginFlags) say(out io.Writer, name string, to *chosen, me *person) error {
	if f.json {
		return printJSON(out, map[string]any{"archive": name, "url": to.URL, "name": me.Name, "email": me.Email, "roles": me.Roles})
	}
	roles := strings.Join(me.Roles, ", ")
	if roles == "" {
		roles = "no role"
	}
	_, err := fmt.Fprintf(out, "Signed in to %s as %s (%s).\n", name, printable(me.who()), printable(roles))
	return err
}

func (p *person) who() string {
	switch {
	case p.Name == "":
		return p.Email
	case p.Email == "":
		return p.Name
	}
	return p.Name + " <" + p.Email + ">"
}

// fetchJSON reads a small public file.
func fetchJSON(ctx context.Context, address string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return withoutAddress(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("config.json: the answer is %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(into); err != nil {
		return errors.New("config.json: the answer is no JSON")
	}
	return nil
}
