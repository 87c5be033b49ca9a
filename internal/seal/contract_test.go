package seal

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// programs are the age programs that must open what is sealed: an old one, as Debian 12 has it, and today's.
var programs = map[string]string{"of the system": "age", "of the tools": "../../.tools/bin/age"}

// requireAge gives the path of a program. Where it is not installed the test is skipped; in CI it fails.
func requireAge(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%v: run this with make test-contract", err)
		}
		t.Skipf("needs age: make test-contract (%v)", err)
	}
	version, err := exec.Command(path, "--version").Output()
	t.Logf("%s %s, %v", path, bytes.TrimSpace(version), err)
	return path
}

// typed runs age on a terminal at which the passphrase is typed, and returns what it showed.
func typed(t *testing.T, passphrase, program string, args ...string) (shown string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	stop := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer stop.Stop()
	var seen bytes.Buffer
	b := make([]byte, 1024)
	for asked := false; ; {
		n, err := terminal.Read(b)
		seen.Write(b[:n])
		if err != nil { // the program is gone, and its side of the terminal with it
			break
		}
		if !asked && strings.Contains(seen.String(), "passphrase") {
			asked = true
			if _, err := terminal.WriteString(passphrase + "\n"); err != nil {
				t.Fatal(err)
			}
		}
	}
	return seen.String(), cmd.Wait()
}

func TestContractWhatIsSealedOpensWithTheAgePrograms(t *testing.T) {
	const passphrase = "밤마다 다른 배가 강을 건넌다"
	h, key, err := New(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSealer(h, key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	plain := random(5*ChunkSize + 1)
	sealed := filepath.Join(dir, "session.cast.age")
	if err := os.WriteFile(sealed, sealParts(t, s, plain, 2*ChunkSize), 0o600); err != nil {
		t.Fatal(err)
	}
	for which, program := range programs {
		t.Run(which, func(t *testing.T) {
			program := requireAge(t, program)
			opened := filepath.Join(t.TempDir(), "session.cast")
			if shown, err := typed(t, passphrase, program, "-d", "-o", opened, sealed); err != nil {
				t.Fatalf("%v: %s", err, shown)
			}
			if got, err := os.ReadFile(opened); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%d bytes come back, %v", len(got), err)
			}
			if shown, err := typed(t, passphrase+".", program, "-d", "-o", os.DevNull, sealed); err == nil || !strings.Contains(shown, "incorrect passphrase") {
				t.Errorf("another passphrase: %v, %s", err, shown)
			}
		})
	}
}
