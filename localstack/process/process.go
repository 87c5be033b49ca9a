// Package process runs the local stack's helper programs so that none outlives its owner.
package process

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// guard leads the process group of one program. Its standard input is a pipe that only the owner holds
// open: when the owner is gone, however it went, the whole group is told to end.
const guard = `exec 3<&0
"$@" </dev/null 3<&- &
program=$!
(cat <&3 >/dev/null; kill -s TERM 0) &
wait "$program"`

// grace is how long a group may take to end on request.
const grace = 5 * time.Second

// Process is a running program with everything that it started.
type Process struct {
	name    string
	cmd     *exec.Cmd
	owner   io.Closer
	log     string
	done    chan struct{}
	err     error
	stopped atomic.Bool
}

// Spec says what to run. Env is the whole environment: nothing is inherited.
type Spec struct {
	Name string // for messages
	Args []string
	Env  []string
	Dir  string
	Log  string // file that gets both outputs; truncated
}

// Start runs a program in a process group of its own.
func Start(s Spec) (*Process, error) {
	if err := os.MkdirAll(filepath.Dir(s.Log), 0o755); err != nil {
		return nil, err
	}
	log, err := os.Create(s.Log)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the program has its own copy
	cmd := exec.Command("/bin/sh", append([]string{"-c", guard, s.Name}, s.Args...)...)
	cmd.Env, cmd.Dir = s.Env, s.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	owner, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", s.Name, err)
	}
	p := &Process{name: s.Name, cmd: cmd, owner: owner, log: s.Log, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// PID is the leader of the program's process group.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says why a program that nobody stopped has ended, with the last lines of its log.
func (p *Process) Err() error {
	return fmt.Errorf("%s ended by itself (%v); the end of %s:\n%s", p.name, p.err, p.log, tail(p.log, 3000))
}

// Stop ends the program and everything that it started. Stopping twice is no error.
func (p *Process) Stop() {
	if p.stopped.Swap(true) {
		<-p.done
		return
	}
	p.owner.Close()
	p.signal(syscall.SIGTERM)
	for end := time.Now().Add(grace); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if errors.Is(p.signal(0), syscall.ESRCH) {
			break
		}
	}
	p.signal(syscall.SIGKILL)
	<-p.done
}

func (p *Process) signal(s syscall.Signal) error { return syscall.Kill(-p.PID(), s) }

// WaitFor polls until ready says nil, the program ends or the time is over.
func (p *Process) WaitFor(ready func() error, limit time.Duration) error {
	var last error
	for end := time.Now().Add(limit); time.Now().Before(end); {
		if last = ready(); last == nil {
			return nil
		}
		select {
		case <-p.done:
			return p.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s did not get ready within %s: %w; the end of %s:\n%s", p.name, limit, last, p.log, tail(p.log, 3000))
}

// FreePort is a port of 127.0.0.1 that nobody listened on a moment ago.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// tail is at most the last n bytes of a file.
func tail(file string, n int64) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > n {
		if _, err := f.Seek(-n, io.SeekEnd); err != nil {
			return ""
		}
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return ""
	}
	return string(b)
}
