package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sftpLog = "../../testdata/recordings/sftp/sshd-internal-sftp.log"

// jsonLog is a log of JSON lines, one of which means no good.
const jsonLog = `{"time":"2026-11-23T15:36:21Z","op":"put","path":"/srv/a.csv","bytes":1234567,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
{"time":"2026-11-23T16:36:21.5Z","op":"get","path":"/srv/\u001b]0;owned\u0007\n0:00.000  get  fake\u202e","bytes":7,"result":"ok"}
{"time":"2026-11-23T16:36:22Z","op":"rename","path":"/srv/가.csv","to":"/srv/나.csv","result":"Permission denied"}
`

func TestALogOfFileOperationsIsListed(t *testing.T) {
	want := `   0:00.000  put           1,234,567  ok                    /srv/a.csv  sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
1:00:00.500  get                   7  ok                    /srv/` + "\ufffd]0;owned\ufffd\ufffd0:00.000  get  fake\ufffd" + `
1:00:01.000  rename                -  Permission denied     /srv/가.csv -> /srv/나.csv
3 operations, 1 of them refused or failed; 7 bytes read, 1,234,567 written
`
	path := write(t, "operations.jsonl", []byte(jsonLog))
	for _, from := range []string{path, packed(t, path), write(t, "zipped", zipped(t, []byte(jsonLog)))} {
		out, notes, status := tapedeck(t, "play", from) // to no terminal
		if status != 0 || notes != "" || out != want {
			t.Errorf("%s: status %d, %s\n%s", from, status, notes, out)
		}
	}
}

func TestALogOfFileOperationsIsPackedAndVerified(t *testing.T) {
	dir := packed(t, sftpLog)
	out, notes, status := tapedeck(t, "verify", dir)
	if want := dir + " is whole: 0:00.015 long, 33 operations in 1 segments\n"; status != 0 || out != want {
		t.Errorf("status %d, %s%s", status, out, notes)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 4 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		path := filepath.Join(dir, f.Name())
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for at := range whole {
			data := []byte(string(whole))
			data[at] ^= 0x10
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
			if out, _, status := tapedeck(t, "verify", dir); status != exitFailed || out != "" {
				t.Errorf("%s, byte %d is changed: status %d, %s", f.Name(), at, status, out)
			}
		}
		if err := os.WriteFile(path, whole, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestALogThatWasCutOffIsPackedWithAWarning(t *testing.T) {
	path := write(t, "cut", []byte(jsonLog[:200]))
	dir := filepath.Join(t.TempDir(), "packed")
	_, notes, status := tapedeck(t, "pack", path, dir)
	if status != 0 || !strings.Contains(notes, "was cut off; it is whole up to 0:00.000") {
		t.Errorf("status %d, %s", status, notes)
	}
}

func TestALogOfFileOperationsHasNoScreen(t *testing.T) {
	dir := packed(t, sftpLog)
	for _, args := range [][]string{{"frame", dir, "--at", "1"}, {"frame", dir, "--at", "1", "--png"}, {"grep", "alice", dir}} {
		if out, notes, status := tapedeck(t, args...); status == 0 || out != "" || !strings.Contains(notes, "a log of file operations has no screen") {
			t.Errorf("%q: status %d, %s%s", args, status, out, notes)
		}
	}
}

func TestWhatIsNotALogStillNeedsATerminal(t *testing.T) {
	for _, path := range []string{recordingsDir + "/cast-vim.cast", packed(t, recordingsDir+"/cast-vim.cast")} {
		if _, notes, status := tapedeck(t, "play", path); status == 0 || !strings.Contains(notes, "play needs a terminal") {
			t.Errorf("%s: status %d, %s", path, status, notes)
		}
	}
}
