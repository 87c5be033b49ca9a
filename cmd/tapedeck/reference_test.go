package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const referencePath = "../../docs/cli.md"

// reference is docs/cli.md: what the help says, in one page.
func reference() string {
	var b strings.Builder
	b.WriteString("# The command line\n\nThis page is made of what `tapedeck help` prints: `go test ./cmd/tapedeck -run Reference -update`.\n\n")
	b.WriteString("`make build` makes `bin/tapedeck`. This is how to begin:\n\n```sh\ntapedeck login https://tapedeck.example.com      # opens a browser; --device on a computer without one\ntapedeck search kim --from 2026-11-01\ntapedeck help search\n```\n\n")
	b.WriteString("Every command that prints a result prints it as JSON with `--json`. Results go to the standard output, everything else to the\nstandard error. Flags may stand before, between and after the arguments; after `--` there are only arguments.\n\n| | command | |\n|---|---|---|\n")
	for _, group := range groups {
		heading := group
		for _, c := range commands() {
			if c.group == group {
				fmt.Fprintf(&b, "| %s | [%s](#tapedeck-%s) | %s |\n", heading, c.name, c.name, c.does)
				heading = ""
			}
		}
	}
	b.WriteString("\n## Exit statuses\n\n")
	writeStatusTable(&b, statuses)
	b.WriteString("\n`grep`, `login` and `logout` say more of theirs below.\n\n## Environment\n\n| variable | |\n|---|---|\n")
	for _, v := range variables {
		fmt.Fprintf(&b, "| `%s` | %s |\n", v.name, v.does)
	}
	b.WriteString(`
## Which archive, and as whom

1. ` + "`--archive NAME|URL`" + ` of the command;
2. ` + "`TAPEDECK_URL`" + `;
3. ` + "`archive`" + ` in the settings: the one that was signed in to last, unless somebody edits it.

As ` + "`TAPEDECK_TOKEN`" + ` says, or else as who is signed in there. Where ` + "`--archive`" + ` names another archive than ` + "`TAPEDECK_URL`" + `, the token
is not sent there. Tokens travel by https alone; plain http is for this computer.

The settings lie in ` + "`tapedeck/config.json`" + ` of the folder for settings (` + "`~/.config`" + `, on a Mac ` + "`~/Library/Application Support`" + `, on Windows
` + "`%AppData%`" + `) and hold no secret. Sign-ins lie beside them in ` + "`sign-ins/`" + `, each in a file of mode 0600, which is refused when others can
read it.

## What the issuer must allow

A native client: public, authorization code with PKCE (S256), redirect address ` + "`http://127.0.0.1/callback`" + ` with any port
([RFC 8252](https://www.rfc-editor.org/rfc/rfc8252), section 7.3). An issuer that compares the port too, as Cognito does, knows
` + "`http://localhost:PORT/callback`" + ` instead; ` + "`cliPort`" + ` of the archive's ` + "`config.json`" + ` says which, or ` + "`--port`" + `. For ` + "`--device`" + ` the device grant
([RFC 8628](https://www.rfc-editor.org/rfc/rfc8628)). Its access tokens must satisfy the API as those of the pages do: the same
audience and groups. The archive's ` + "`config.json`" + ` names it in ` + "`cliClientId`" + `. Where the issuer's ` + "`scopes_supported`" + ` has
` + "`offline_access`" + `, that is asked for: with a refresh token the sign-in is renewed by itself, as long as the issuer allows.
`)
	for _, c := range commands() {
		c.write(&b)
	}
	return b.String()
}

func (c *command) write(b *strings.Builder) {
	f, _ := c.defined()
	fmt.Fprintf(b, "\n## tapedeck %s\n\n```\n%s\n```\n\n", c.name, strings.Join(c.lines(f), "\n"))
	for _, paragraph := range strings.Split(wrapped(c.about, 120), "\n\n") {
		if strings.HasPrefix(paragraph, "  ") {
			paragraph = "```\n" + paragraph + "\n```"
		}
		b.WriteString(paragraph + "\n\n")
	}
	if len(f.options) > 0 {
		b.WriteString("| flag | |\n|---|---|\n")
	}
	for _, o := range f.options {
		if o.help != "" {
			fmt.Fprintf(b, "| `%s` | %s |\n", strings.ReplaceAll(o.label(), "|", `\|`), o.help)
		}
	}
	if len(f.options) > 0 {
		b.WriteString("\n")
	}
	if len(c.examples) > 0 {
		b.WriteString("```sh\n")
		for _, e := range c.examples {
			fmt.Fprintf(b, "%s   # %s\n", e.line, e.does)
		}
		b.WriteString("```\n")
	}
	if c.statuses != nil {
		b.WriteString("\n")
		writeStatusTable(b, c.statuses)
	}
}

func writeStatusTable(b *strings.Builder, all []status) {
	b.WriteString("| status | |\n|---|---|\n")
	for _, s := range all {
		fmt.Fprintf(b, "| %d | %s |\n", s.status, s.means)
	}
}

func TestTheReferenceIsWhatTheHelpSays(t *testing.T) {
	got := reference()
	if *update {
		if err := os.WriteFile(referencePath, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(referencePath)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("docs/cli.md is not what the commands say: go test ./cmd/tapedeck -run Reference -update")
	}
}
