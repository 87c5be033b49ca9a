package process

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The child of this test is the test binary itself, which starts a program and then waits to be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("PROCESS_TEST_OWNER"); dir != "" {
		if _, err := Start(family(dir)); err != nil {
			panic(err)
		}
		select {}
	}
	os.Exit(m.Run())
}

// family is a shell with a grandchild; each writes its pid into dir.
func family(dir string) Spec {
	script := `sh -c 'echo $$ >"$1/child"; exec sleep 1000' - "$1" & echo $$ >"$1/parent"; wait`
	return Spec{Name: "family", Args: []string{"sh", "-c", script, "-", dir},
		Env: []string{"PATH=" + os.Getenv("PATH")}, Log: filepath.Join(dir, "log")}
}

func pidIn(t *testing.T, file string) int {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if b, err := os.ReadFile(file); err == nil && strings.HasSuffix(string(b), "\n") {
			pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatalf("%s was not written", file)
	return 0
}

func gone(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || zombie(pid) {
			return
		}
	}
	t.Errorf("process %d is still there", pid)
}

// zombie reports whether a process has ended and only waits for whoever inherited it to notice.
func zombie(pid int) bool {
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
}

func TestStopEndsTheWholeGroup(t *testing.T) {
	dir := t.TempDir()
	p, err := Start(family(dir))
	if err != nil {
		t.Fatal(err)
	}
	parent, child := pidIn(t, filepath.Join(dir, "parent")), pidIn(t, filepath.Join(dir, "child"))
	p.Stop()
	p.Stop()
	gone(t, parent)
	gone(t, child)
}

func TestNothingOutlivesAKilledOwner(t *testing.T) {
	dir := t.TempDir()
	owner := exec.Command(os.Args[0])
	owner.Env = append(os.Environ(), "PROCESS_TEST_OWNER="+dir)
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	parent, child := pidIn(t, filepath.Join(dir, "parent")), pidIn(t, filepath.Join(dir, "child"))
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait() // killed, as asked
	gone(t, parent)
	gone(t, child)
}

func TestWaitForTellsTheEndOfTheLog(t *testing.T) {
	p, err := Start(Spec{Name: "broken", Args: []string{"sh", "-c", "echo no such luck; exit 3"}, Log: filepath.Join(t.TempDir(), "log")})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	err = p.WaitFor(func() error { return errors.New("not yet") }, 10*time.Second)
	if err == nil || !strings.Contains(err.Error(), "no such luck") || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("got %v", err)
	}
}
