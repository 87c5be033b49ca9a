package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"tapedeck/localstack/canary"
	"tapedeck/localstack/demo"
	"tapedeck/localstack/engine"
	"tapedeck/localstack/issuer"
	"tapedeck/localstack/pages"
)

type options struct {
	root, name string
	port, seed int
	limit      string
	attach     string   // address of a LocalStack that runs already
	command    []string // run this, then end
}

// up starts a stack and keeps it until ctx ends, or until its command has.
func up(ctx context.Context, o options) error {
	lock, err := hold(o.root, o.name)
	if err != nil {
		return err
	}
	defer lock.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(o.port))
	if err != nil {
		return fmt.Errorf("port %d is taken; PORT=... chooses another: %w", o.port, err)
	}
	url := "http://" + listener.Addr().String()
	provider, err := issuer.New(url)
	if err != nil {
		return err
	}
	site := &site{issuer: provider.Handler()}
	server := &http.Server{Handler: site, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

	step := steps()
	e, err := start(o)
	if err != nil {
		return err
	}
	if e.Process != nil {
		defer e.Process.Stop()
	}
	step("emulator started on " + e.Endpoint)

	parameters := map[string]string{"AppOrigin": url, "OidcIssuer": provider.URL(), "EventBusName": "default"}
	if o.limit != "" {
		parameters["PlaybackLimitBytes"] = o.limit
	}
	outputs, err := e.Deploy(ctx, "tapedeck", parameters)
	if err != nil {
		return err
	}
	step("template.yaml deployed")

	h, err := pages.Handler(pages.Config{Files: os.DirFS(filepath.Join(o.root, "web/dist")), Issuer: provider.URL(), ClientID: issuer.ClientID,
		CLIClientID: issuer.CommandLineID, Scope: issuer.Scopes, API: e.API(outputs["ApiId"]), Recordings: e.Endpoint})
	if err != nil {
		return err
	}
	site.pages.Store(&h)
	s := &state{PID: os.Getpid(), URL: url, Endpoint: e.Endpoint, Outputs: outputs}
	if err := s.save(o.root, o.name); err != nil {
		return err
	}
	if o.seed > 0 {
		if err := seed(ctx, o, s); err != nil {
			return err
		}
		step(fmt.Sprintf("%d sessions seeded", o.seed))
	}
	if len(o.command) > 0 {
		return errors.Join(runCommand(ctx, o.command, s), lookThroughLogs(ctx, o, e), e.Refused())
	}
	fmt.Println("\nSign in as one of:")
	for _, p := range issuer.People {
		fmt.Printf("  %-20s %s\n", p.Name, p.May)
	}
	fmt.Println("\nready " + url)
	var ended <-chan struct{}
	if e.Process != nil {
		ended = e.Process.Done()
	}
	select {
	case <-ctx.Done():
		return nil
	case <-ended:
		return e.Process.Err()
	}
}

func start(o options) (*engine.Engine, error) {
	if o.attach != "" {
		return engine.Attach("localstack", o.attach, o.root, folder(o.root, o.name))
	}
	return engine.Start(o.root, folder(o.root, o.name))
}

func seed(ctx context.Context, o options, s *state) error {
	d, err := newDemo(ctx, o.root, s)
	if err != nil {
		return err
	}
	now := time.Now()
	if err := d.Seed(ctx, demo.Generate(1, o.seed, now), progress("seed")); err != nil {
		return err
	}
	return d.Odd(ctx, now)
}

// runCommand runs a command against the stack; its failure is this program's.
func runCommand(ctx context.Context, command []string, s *state) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Env = append(os.Environ(), s.environment()...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return errors.Join(fmt.Errorf("%s failed", command[0]), err)
	}
	return nil
}

// lookThroughLogs fails when a function has logged what must never be in a log.
func lookThroughLogs(ctx context.Context, o options, e *engine.Engine) error {
	data, err := os.ReadFile(filepath.Join(o.root, "testdata/canaries.json"))
	if err != nil {
		return err
	}
	var words []string
	if err := json.Unmarshal(data, &words); err != nil {
		return err
	}
	found, err := canary.Look(ctx, cloudwatchlogs.NewFromConfig(e.Config()), words)
	if err != nil {
		return err
	}
	fmt.Printf("looked for secrets in %d lines of %d log groups\n", found.Lines, found.Groups)
	return found.Err()
}

// site is the one origin: the issuer from the start on, the pages as soon as there is an API.
type site struct {
	issuer http.Handler
	pages  atomic.Pointer[http.Handler]
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := s.pages.Load()
	switch {
	case len(r.URL.Path) >= len(issuer.Path) && r.URL.Path[:len(issuer.Path)] == issuer.Path:
		s.issuer.ServeHTTP(w, r)
	case h == nil:
		http.Error(w, "Tapedeck is starting.", http.StatusServiceUnavailable)
	default:
		(*h).ServeHTTP(w, r)
	}
}

// steps prints what was done and how long it took.
func steps() func(what string) {
	last := time.Now()
	return func(what string) {
		now := time.Now()
		fmt.Printf("%6.1f s  %s\n", now.Sub(last).Seconds(), what)
		last = now
	}
}

// progress prints how far a longer step is, at most once a second.
func progress(what string) func(done, of int) {
	var last time.Time
	return func(done, of int) {
		if now := time.Now(); now.Sub(last) >= time.Second {
			fmt.Printf("          %s: %d of %d\n", what, done, of)
			last = now
		}
	}
}
