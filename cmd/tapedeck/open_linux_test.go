package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// opening starts tapedeck open on a terminal, with its temporary files in a folder.
func opening(t *testing.T, r *realTerminal, temp string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], append([]string{"open"}, args...)...)
	cmd.Env = append(os.Environ(), asTapedeck+"=1", "TMPDIR="+temp)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r.program, r.program, r.program
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// asked waits for the question, and until what is typed is not echoed.
func (r *realTerminal) asked() {
	r.Helper()
	r.until("Passphrase: ")
	for end := time.Now().Add(20 * time.Second); r.mode().Lflag&unix.ECHO != 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			r.Fatal("what is typed is echoed")
		}
	}
}

func (r *realTerminal) types(s string) {
	r.Helper()
	if _, err := r.person.WriteString(s); err != nil {
		r.Fatal(err)
	}
}

func TestOpenListsASealedLogOfFileOperations(t *testing.T) {
	log, err := os.ReadFile(sftpLog)
	if err != nil {
		t.Fatal(err)
	}
	r, temp := newRealTerminal(t, 100, 30), t.TempDir()
	cmd := opening(t, r, temp, sealed(t, "session.log.age", log))
	r.asked()
	r.types(testPassphrase + "\n")
	r.until("33 operations, 4 of them refused or failed; 807 bytes read, 240,007 written")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestOpenAsksForThePassphraseAndPlays(t *testing.T) {
	typescript := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("../../testdata/recordings/script", name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	files := map[string][]byte{"session.json": []byte(typescriptManifest), "typescript": typescript("script-classic-git.typescript"), "timing": typescript("script-classic-git.timing")}
	for name, path := range map[string]string{
		"a recording":            sealed(t, "session.cast.age", counting()),
		"a typescript's files":   sealed(t, "session.tar.age", tarOf(t, files, "session.json", "typescript", "timing")),
		"and without a manifest": sealed(t, "session.tar.age", tarOf(t, files, "typescript", "timing")),
	} {
		t.Run(name, func(t *testing.T) {
			r, temp := newRealTerminal(t, 100, 30), t.TempDir()
			before := r.mode()
			cmd := opening(t, r, temp, path)
			r.asked()
			r.types(testPassphrase + "\n")
			r.until("playing")
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("others see %v while it plays, %v", left, err)
			}
			r.types("q")
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
			r.restored(before)
			if strings.Contains(r.shown(), "배가") {
				t.Errorf("the passphrase is shown: %q", r.shown())
			}
		})
	}
}

func TestTheTerminalIsRestoredHoweverTheQuestionEnds(t *testing.T) {
	path := sealed(t, "session.cast.age", counting())
	for name, c := range map[string]struct {
		typed  string
		status int
		says   string
	}{
		"ctrl-c":         {"half\x03", exitInterrupted, "interrupted"},
		"no passphrase":  {"\n", exitFailed, "the passphrase is empty"},
		"another one":    {"wrong\n", exitFailed, "the passphrase is not the right one"},
		"ctrl-backslash": {"half\x1c", exitFailed, "interrupted"},
		"a hangup":       {"", exitFailed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealTerminal(t, 100, 30)
			before := r.mode()
			cmd := opening(t, r, t.TempDir(), path)
			r.asked()
			if c.typed == "" {
				if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
					t.Fatal(err)
				}
			}
			r.types(c.typed)
			err := cmd.Wait()
			if cmd.ProcessState.ExitCode() != c.status {
				t.Errorf("%v, want status %d", err, c.status)
			}
			r.until(c.says)
			if after := r.mode(); after != before {
				t.Errorf("the terminal's mode is %+v, it was %+v", after, before)
			}
		})
	}
}

func TestOpenWritesNoRecordingToATerminal(t *testing.T) {
	r := newRealTerminal(t, 100, 30)
	cmd := opening(t, r, t.TempDir(), sealed(t, "session.cast.age", counting()), "--out", "-")
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != exitFailed {
		t.Error(err)
	}
	r.until("not fit for a terminal")
	if strings.Contains(r.shown(), "width") || strings.Contains(r.shown(), "Passphrase") {
		t.Errorf("%q", r.shown())
	}
}
