package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

const desktopFile = "../../testdata/recordings/guac/ssh-nonbmp-title.guac.gz"

func TestWhatATerminalCannotShowIsRefusedInWordsAndWithAStatus(t *testing.T) {
	dir := packed(t, desktopFile)
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"play", dir}, exitFailed, "a recording of a desktop, which no terminal can show"},
		{[]string{"play", desktopFile}, exitFailed, "a recording of a desktop, which no terminal can show"},
		{[]string{"grep", ".", dir}, exitUsage, "a desktop has pictures, and no lines"},
		{[]string{"frame", dir, "--at", "1", "--text"}, exitFailed, "a desktop has a picture and no text"},
	} {
		out, notes, status := tapedeck(t, c.args...)
		if out != "" || status != c.status || !strings.Contains(notes, c.says) || strings.Contains(notes, "pressed") {
			t.Errorf("%v: status %d, %q, %s", c.args, status, out, notes)
		}
	}
	data, err := os.ReadFile(desktopFile)
	if err != nil {
		t.Fatal(err)
	}
	var out, notes bytes.Buffer
	if err := playSealed(t.Context(), io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data))), &out, &notes); !errors.Is(err, errDesktop) || out.Len() > 0 {
		t.Errorf("opened: %v, %q", err, out.String())
	}
}
