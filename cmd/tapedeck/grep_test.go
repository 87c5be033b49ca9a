package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGrepFindsWhatTheScreenSaid(t *testing.T) {
	dir := packed(t, write(t, "in", cast(`[1, "o", "one\r\n"]`, `[2.5, "o", "\u001b[31mTwo\u001b[m (2)\r\n"]`, `[62.0625, "o", "$ exit"]`)))
	for _, c := range []struct {
		args   []string
		want   string
		status int
	}{
		{[]string{"o"}, "1.000\tone\n2.500\tTwo (2)\n", 0},
		{[]string{"^o"}, "1.000\tone\n", 0},
		{[]string{"two"}, "", 1},
		{[]string{"-i", "two"}, "2.500\tTwo (2)\n", 0},
		{[]string{"-F", "(2)"}, "2.500\tTwo (2)\n", 0},
		{[]string{"-i", "-F", "WO ("}, "2.500\tTwo (2)\n", 0},
		{[]string{`\$`}, "62.062\t$ exit\n", 0},
		{[]string{"31m"}, "", 1},
		{[]string{"("}, "", 2},
	} {
		out, notes, status := tapedeck(t, append(append([]string{"grep"}, c.args...), dir)...)
		if out != c.want || status != c.status || (notes != "") != (status == 2) {
			t.Errorf("%q: status %d, %q, %s", c.args, status, out, notes)
		}
	}
	if _, notes, status := tapedeck(t, "grep", "a", "nope"); status != 2 {
		t.Errorf("no folder: status %d, %s", status, notes)
	}
}

func TestGrepNamesWhatIsDamaged(t *testing.T) {
	dir := packed(t, write(t, "in", cast(`[1, "o", "one\r\n"]`)))
	if err := os.WriteFile(filepath.Join(dir, "transcript.gz"), []byte("short"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, notes, status := tapedeck(t, "grep", "one", dir); status != 2 || !strings.Contains(notes, "transcript 0") {
		t.Errorf("status %d, %s", status, notes)
	}
}

func TestGrepFindsInAllSegments(t *testing.T) {
	dir := packed(t, write(t, "long", long(12_000)))
	out, notes, status := tapedeck(t, "grep", "line 0(00000|07777|11999) ", dir)
	lines := strings.Split(out, "\n")
	if status != 0 || len(lines) != 4 || !strings.HasPrefix(lines[1], "77.770\tline 007777 ===") {
		t.Errorf("status %d, %s%q", status, notes, lines)
	}
}
