package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const recordingsDir = "../../testdata/recordings/cast"

// tapedeck runs a command as main does.
func tapedeck(t *testing.T, args ...string) (out, notes string, status int) {
	t.Helper()
	var o, n bytes.Buffer
	err := run(t.Context(), args, &o, &n)
	status = exitStatus(t.Context(), err, &n)
	return o.String(), n.String(), status
}

// runCommand runs one command.
func runCommand(ctx context.Context, name string, args []string, out, notes io.Writer) error {
	return run(ctx, append([]string{name}, args...), out, notes)
}

func TestResultsAreJSONWhereThatIsAskedFor(t *testing.T) {
	dir := packed(t, recordingsDir+"/cast-vim.cast")
	t.Chdir(t.TempDir())
	offlinePage = []byte("a page")
	t.Cleanup(func() { offlinePage = nil })
	noSettings(t)
	for _, c := range []struct{ args, want string }{
		{"verify " + dir, `{"cols":80,"durationMs":27889,"folder":"` + dir + `","rows":24,"segments":1,"withoutKeyframe":0}`},
		{"grep -F vim " + dir, `{"atMs":4270,"text":"alice@web-01:~$ vim -u NONE -N app/calc.py"}`},
		{"frame --at 1 " + dir, `{"atMs":1000,"cols":80,"lines":["alice@web-01:~$ ",` + strings.Repeat(`"",`, 22) + `""],"rows":24}`},
		{"offline page.html", `{"file":"page.html"}`},
		{"version", `{"revision":"unknown","go":"` + runtime.Version() + `","os":"` + runtime.GOOS + `","arch":"` + runtime.GOARCH + `"}`},
	} {
		out, notes, status := tapedeck(t, append(strings.Fields(c.args), "--json")...)
		if status != 0 || notes != "" || out != c.want+"\n" {
			t.Errorf("%s: status %d, %s%s", c.args, status, out, notes)
		}
	}
}

// packed packs a file and returns the folder.
func packed(t *testing.T, path string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "packed")
	if out, notes, status := tapedeck(t, "pack", path, dir); status != 0 || out != "" {
		t.Fatalf("pack %s: status %d, %s%s", path, status, out, notes)
	}
	return dir
}

// write writes a file.
func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// cast is an asciicast v2 of 80x24 with the given event lines.
func cast(events ...string) []byte {
	return []byte(`{"version":2,"width":80,"height":24}` + "\n" + strings.Join(events, "\n") + "\n")
}

// long is a recording of some segments: a numbered line each 10 ms, about 100 bytes long.
func long(lines int) []byte {
	var b strings.Builder
	b.WriteString(`{"version":2,"width":100,"height":20}` + "\n")
	for i := range lines {
		fmt.Fprintf(&b, `[%d.%02d, "o", "line %06d \u001b[3%dm%s\u001b[m\r\n"]`+"\n", i/100, i%100, i, i%8, strings.Repeat("=", 60))
	}
	return []byte(b.String())
}
