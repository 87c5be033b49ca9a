package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"tapedeck/internal/session"
)

var pushCommand = command{
	name: "push", group: groupArchive, does: "put a recording into the archive's inbox",
	synopsis: []string{"FILE --action-at TIME", "TYPESCRIPT --timing FILE [--input FILE] --action-at TIME", "DIR [--gateway NAME] [--wait]"},
	about: `Puts a recording into the inbox and prints the session's uuid. Its content tells the format: asciicast, ttyrec,
guacamole, filelog (JSON lines, or OpenSSH's log of internal-sftp at level VERBOSE) or, with --timing, script; each may
be compressed with gzip or zstd. A video (MP4, WebM) is put as it is. A folder DIR holds a session.json (docs/manifest.schema.json) and the objects that it
names.

The inbox is a bucket: pushing needs AWS's rights to put into it, as a gateway has them. Only --wait asks the archive, and
needs somebody who is signed in.`,
	takes:  "FILE",
	online: true, reads: []string{"TAPEDECK_INBOX", "AWS_..."},
	examples: []example{
		{`tapedeck push session.cast --action-at 2026-11-23T06:04:05Z --name "Kim Minji" --account ubuntu --wait`, "prints its uuid and, when it can be replayed, its ID"},
		{"tapedeck push typescript --timing timing --action-at 2026-11-23T06:04:05Z", "a recording of script(1)"},
	},
	define: func(flags *flags) action {
		var f pushFlags
		f.define(flags)
		return func(ctx context.Context, arguments []string, out, _ io.Writer) error {
			return f.push(ctx, flags.archive, arguments, out)
		}
	},
}

// gatewayForm is what a gateway may be called: it is a part of keys.
var gatewayForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

type pushFlags struct {
	gateway string
	wait    bool
	json    bool
	values  map[string]*string // of the manifest, by its names
	port    int                // -1: not given
	uuid    string
	format  string
	timing  string
	input   string
}

func (f *pushFlags) push(ctx context.Context, archive string, paths []string, out io.Writer) error {
	switch {
	case len(paths) == 0:
		return &usageError{"push", errors.New("a FILE or DIR is missing")}
	case len(paths) > 1:
		return &usageError{"push", fmt.Errorf("%q is one argument too many", paths[1])}
	case !isTime(*f.values["actionAt"]):
		return &usageError{"push", fmt.Errorf("--action-at %q: it is no time such as 2026-11-23T06:04:05Z", *f.values["actionAt"])}
	case !gatewayForm.MatchString(f.gateway):
		return &usageError{"push", errors.New("--gateway: letters, digits, dot, dash and underscore are possible")}
	}
	up, err := f.upload(paths[0])
	if err != nil {
		return err
	}
	var c *client
	if f.wait { // before anything is put: whoever cannot look need not wait
		if c, err = newClient(archive); err != nil {
			return err
		}
	}
	inbox, err := newInbox(ctx)
	if err != nil {
		return err
	}
	if err := up.put(ctx, inbox, f.gateway); err != nil {
		return err
	}
	said := map[string]string{"sessionId": up.uuid}
	if !f.json {
		fmt.Fprintln(out, up.uuid)
	}
	if f.wait {
		id := session.NewID(up.actionAt, f.gateway, up.uuid)
		if err := c.waitReady(ctx, id); err != nil {
			return err
		}
		said["id"] = id
		if !f.json {
			fmt.Fprintln(out, id)
		}
	}
	if f.json {
		return printJSON(out, said)
	}
	return nil
}

// text flags, by the manifest's names.
var textFlags = []struct {
	name, flag, value, help string
	words                   []string
}{
	{"actionAt", "action-at", "TIME", "start of the session, RFC 3339 (required for a FILE)", nil},
	{"name", "name", "TEXT", "the user's name", nil},
	{"email", "email", "TEXT", "the user's address", nil},
	{"role", "role", "TEXT", "the user's role", nil},
	{"account", "account", "TEXT", "account on the server", nil},
	{"serverName", "server-name", "TEXT", "the server's name", nil},
	{"serverOs", "server-os", "TEXT", "the server's system", session.ServerOS},
	{"host", "host", "TEXT", "the server's host name or address", nil},
	{"protocol", "protocol", "TEXT", "SSH, SFTP, TELNET, FTP, RDP or VNC", session.Protocol},
	{"clientIp", "client-ip", "IP", "the client's address", nil},
	{"clientName", "client-name", "TEXT", "the client program", nil},
	{"connectedFrom", "connected-from", "TEXT", "Web or Proxy", session.ConnectedFrom},
}

func (f *pushFlags) define(flags *flags) {
	f.gateway, f.port = "push", -1
	f.values = map[string]*string{}
	for _, t := range textFlags {
		f.values[t.name] = new(string)
		flags.text(f.values[t.name], t.flag, t.value, t.help).words = t.words
	}
	flags.each("port", "N", "the server's port", func(v string) (err error) {
		if f.port, err = strconv.Atoi(v); err != nil || f.port < 0 || f.port > 65535 {
			return errors.New("a whole number from 0 to 65535 is possible")
		}
		return nil
	})
	flags.text(&f.uuid, "session-id", "UUID", "the session's uuid (default: a new one)")
	flags.text(&f.format, "format", "FORMAT", strings.Join(session.Formats, ", ")+" (default: what the content says)").words = session.Formats
	flags.text(&f.timing, "timing", "FILE", "the timing file of a typescript")
	flags.text(&f.input, "input", "FILE", "what was typed, where script(1) wrote that to a file of its own: kept, never shown")
	flags.text(&f.gateway, "gateway", "NAME", "the gateway under whose name it arrives (default: push)")
	flags.yes(&f.wait, "wait", "wait until the session is ready, and print its ID")
	flags.asJSON(&f.json)
}

func (f *pushFlags) upload(path string) (*upload, error) {
	info, err := lookAt(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return f.uploadFolder(path)
	}
	if *f.values["actionAt"] == "" {
		return nil, &usageError{"push", errors.New("--action-at is missing")}
	}
	format, err := f.formatOf(path)
	if err != nil {
		return nil, err
	}
	manifest := map[string]any{"version": 1, "sessionId": f.uuid, "format": format}
	if f.uuid == "" {
		manifest["sessionId"] = newUUID()
	}
	for name, v := range f.values {
		if *v != "" {
			manifest[name] = *v
		}
	}
	if f.port >= 0 {
		manifest["port"] = f.port
	}
	return fromFiles(partFiles(path, f.timing, f.input), manifest)
}

func (f *pushFlags) uploadFolder(dir string) (*upload, error) {
	given := map[string]string{"format": f.format, "timing": f.timing, "input": f.input}
	for name, v := range f.values {
		given[name] = *v
	}
	for name, v := range given {
		if v != "" {
			return nil, &usageError{"push", fmt.Errorf("a folder's session.json says everything; %s cannot be given", name)}
		}
	}
	return fromFolder(dir)
}

// newUUID is a random UUID (RFC 9562, version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// isTime reports whether a text is a time, or not given.
func isTime(text string) bool {
	_, err := session.ParseTime(text)
	return text == "" || err == nil
}
