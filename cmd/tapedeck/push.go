package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"tapedeck/internal/awsenv"
	"tapedeck/internal/session"
)

const pushUsage = `usage: tapedeck push FILE --action-at TIME [flags]
       tapedeck push TYPESCRIPT --timing FILE [--input FILE] --action-at TIME [flags]
       tapedeck push DIR [--gateway NAME] [--wait]

Puts a recording into the inbox and prints the session's uuid. Its content tells the format: asciicast, ttyrec,
guacamole, filelog (JSON lines, or OpenSSH's log of internal-sftp at level VERBOSE) or, with --timing, script; each may
be compressed with gzip or zstd. A folder DIR holds a session.json (docs/manifest.schema.json) and the objects that it
names.

`

// gatewayForm is what a gateway may be called: it is a part of keys.
var gatewayForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

type pushFlags struct {
	gateway string
	wait    bool
	values  map[string]*string // of the manifest, by its names
	port    *int
	uuid    string
	format  string
	timing  string
	input   string
}

func push(ctx context.Context, args []string, out, notes io.Writer) error {
	var f pushFlags
	paths, err := parseAround(f.define(), args, notes)
	switch {
	case err != nil:
		return err
	case len(paths) == 0:
		return &usageError{"push", errors.New("a FILE or DIR is missing")}
	case len(paths) > 1:
		return &usageError{"push", fmt.Errorf("%q is one argument too many", paths[1])}
	case !gatewayForm.MatchString(f.gateway):
		return &usageError{"push", errors.New("--gateway: letters, digits, dot, dash and underscore are possible")}
	}
	up, err := f.upload(paths[0])
	if err != nil {
		return err
	}
	inbox, err := newInbox(ctx)
	if err != nil {
		return err
	}
	if err := up.put(ctx, inbox, f.gateway); err != nil {
		return err
	}
	fmt.Fprintln(out, up.uuid)
	if !f.wait {
		return nil
	}
	id := session.NewID(up.actionAt, f.gateway, up.uuid)
	if err := waitReady(ctx, id); err != nil {
		return err
	}
	fmt.Fprintln(out, id)
	return nil
}

// text flags, by the manifest's names.
var textFlags = []struct{ name, flag, help string }{
	{"actionAt", "action-at", "start of the session, RFC 3339 (required for a FILE)"},
	{"name", "name", "the user's name"},
	{"email", "email", "the user's address"},
	{"role", "role", "the user's role"},
	{"account", "account", "account on the server"},
	{"serverName", "server-name", "the server's name"},
	{"serverOs", "server-os", "the server's system"},
	{"host", "host", "the server's host name or address"},
	{"protocol", "protocol", "SSH, SFTP, TELNET, FTP, RDP or VNC"},
	{"clientIp", "client-ip", "the client's address"},
	{"clientName", "client-name", "the client program"},
	{"connectedFrom", "connected-from", "Web or Proxy"},
}

func (f *pushFlags) define() *flag.FlagSet {
	flags := flag.NewFlagSet("push", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), pushUsage)
		flags.PrintDefaults()
	}
	flags.StringVar(&f.gateway, "gateway", "push", "the gateway under whose name it arrives")
	flags.StringVar(&f.uuid, "session-id", "", "the session's uuid (default: a new one)")
	flags.BoolVar(&f.wait, "wait", false, "wait until the session is ready, and print its id; needs TAPEDECK_URL and TAPEDECK_TOKEN")
	flags.StringVar(&f.format, "format", "", strings.Join(session.Formats, ", ")+" (default: what the content says)")
	flags.StringVar(&f.timing, "timing", "", "the timing file of a typescript")
	flags.StringVar(&f.input, "input", "", "what was typed, where script(1) wrote that to a file of its own: kept, never shown")
	f.values = map[string]*string{}
	for _, t := range textFlags {
		f.values[t.name] = flags.String(t.flag, "", t.help)
	}
	f.port = flags.Int("port", -1, "the server's port")
	return flags
}

func (f *pushFlags) upload(path string) (*upload, error) {
	info, err := os.Stat(path)
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
	if *f.port >= 0 {
		manifest["port"] = *f.port
	}
	files := []file{{path, session.PartRecording}}
	if f.timing != "" {
		files = append(files, file{f.timing, session.PartTiming})
	}
	if f.input != "" {
		files = append(files, file{f.input, session.PartInput})
	}
	return fromFiles(files, manifest)
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

func required(name string) (string, error) {
	var v awsenv.Vars
	s := v.Text(name)
	return s, v.Err()
}
