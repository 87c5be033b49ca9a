package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// asTapedeck, in the environment, makes the test's program tapedeck itself.
const asTapedeck = "TAPEDECK_TEST_RUNS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asTapedeck) != "" {
		main()
	}
	os.Exit(m.Run())
}

// realTerminal is a pseudoterminal: what a program has, and the person's side of it.
type realTerminal struct {
	*testing.T
	program, person *os.File

	mu   sync.Mutex
	sent bytes.Buffer
}

func newRealTerminal(t *testing.T, cols, rows int) *realTerminal {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(person.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(cols), Row: uint16(rows)})
	}
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	r := &realTerminal{T: t, program: program, person: person}
	t.Cleanup(func() { program.Close(); person.Close() })
	go io.Copy(r, person)
	return r
}

func (r *realTerminal) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sent.Write(p)
}

func (r *realTerminal) shown() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sent.String()
}

func (r *realTerminal) mode() unix.Termios {
	r.Helper()
	mode, err := unix.IoctlGetTermios(int(r.program.Fd()), unix.TCGETS)
	if err != nil {
		r.Fatal(err)
	}
	return *mode
}

// until waits for what the terminal is sent.
func (r *realTerminal) until(text string) {
	r.Helper()
	for end := time.Now().Add(20 * time.Second); !strings.Contains(r.shown(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			r.Fatalf("%q does not come: %q", text, r.shown())
		}
	}
}

// restored fails unless the terminal is as it was.
func (r *realTerminal) restored(before unix.Termios) {
	r.Helper()
	r.until(viewEnd)
	if after := r.mode(); after != before {
		r.Errorf("the terminal's mode is %+v, it was %+v", after, before)
	}
	if shown := r.shown(); strings.Count(shown, viewBegin) != 1 || strings.LastIndex(shown, "\x1b[") > strings.LastIndex(shown, viewEnd)+len(viewEnd) {
		r.Errorf("it was sent %q", shown)
	}
}

func TestTheTerminalIsRestoredHoweverPlayEnds(t *testing.T) {
	in := write(t, "in", counting())
	dir := packed(t, in)
	signal := func(s os.Signal) func(*realTerminal, *exec.Cmd) error {
		return func(_ *realTerminal, c *exec.Cmd) error { return c.Process.Signal(s) }
	}
	send := func(keys string) func(*realTerminal, *exec.Cmd) error {
		return func(r *realTerminal, _ *exec.Cmd) error { _, err := r.person.WriteString(keys); return err }
	}
	for name, c := range map[string]struct {
		path   string
		end    func(*realTerminal, *exec.Cmd) error
		status int
	}{
		"q": {dir, send("q"), 0}, "a file, and q": {in, send("q"), 0}, "ctrl-c": {dir, send("\x03"), 0}, "a key and q": {dir, send("\x1b[C \x1b[1;2Cq"), 0},
		"SIGINT": {dir, signal(syscall.SIGINT), exitInterrupted}, "SIGTERM": {dir, signal(syscall.SIGTERM), exitInterrupted},
		"SIGHUP": {dir, signal(syscall.SIGHUP), exitFailed}, "SIGQUIT": {dir, signal(syscall.SIGQUIT), exitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealTerminal(t, 100, 30)
			before := r.mode()
			temp := t.TempDir()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "play", c.path)
			cmd.Env = append(os.Environ(), asTapedeck+"=1", "TMPDIR="+temp)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = r.program, r.program, r.program
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			r.until("playing")
			if r.mode() == before {
				t.Error("the terminal is not in raw mode")
			}
			if err := c.end(r, cmd); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			if cmd.ProcessState.ExitCode() != c.status {
				t.Errorf("%v, want status %d", err, c.status)
			}
			r.restored(before)
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

func TestTheTerminalIsRestoredAfterOurOwnBug(t *testing.T) {
	for name, perform := range map[string]func(*view) error{
		"an error": func(*view) error { return errors.New("damaged") },
		"a panic":  func(*view) error { panic(context.Canceled) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealTerminal(t, 100, 30)
			before := r.mode()
			func() {
				defer func() { recover() }()
				if err := onStage(r.program, r.program, perform); err == nil {
					t.Error("there was no error")
				}
			}()
			r.restored(before)
		})
	}
}
