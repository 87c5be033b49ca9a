package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tapedeck/internal/awsenv"
	"tapedeck/localstack/deployed"
	"tapedeck/localstack/engine"
	"tapedeck/localstack/issuer"
)

const (
	coldRuns = 10
	warmRuns = 20
	longRuns = 1000 // after those, for at most longTime: does the process grow?
	longTime = 15 * time.Second
)

// starts starts each function of the running stack outside of it, in the same environment and role, and gives it its event.
func starts(ctx context.Context) error {
	cfg, err := awsenv.Config(ctx)
	if err != nil {
		return err
	}
	functions, err := deployed.Functions(ctx, cfg)
	if err != nil {
		return err
	}
	fmt.Printf("\n### Functions\n\nEach as a process by itself, with a local Runtime API and the environment and the role that the stack gives it; its event is its `testdata/event.json`\n"+
		"with a real token and a session that is there. What it asks for the emulator answers. Cold: %d starts, from the start of the process to its first request for an event, and from\n"+
		"the first event to its answer. Warm: %d more. p50 / max. Memory (resident) after those, and after up to %d more within %.0f s. The package is the binary in a zip.\n\n"+
		"| function | binary | package | cold: to the request | cold: the first answer | warm | memory | later (after) | answer |\n|---|---|---|---|---|---|---|---|---|\n",
		coldRuns, warmRuns, longRuns, longTime.Seconds())
	paths, err := filepath.Glob("dist/*/bootstrap")
	if err != nil {
		return err
	}
	for _, path := range paths {
		name := filepath.Base(filepath.Dir(path))
		f, ok := functions[name]
		if !ok {
			return fmt.Errorf("the stack has no function %s", name)
		}
		event, err := eventOf(ctx, name)
		if err != nil {
			return err
		}
		if err := startsOf(name, path, environment(f), event); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func startsOf(name, path string, env []string, event []byte) error {
	var asked, first []time.Duration
	for range coldRuns {
		f, err := startFunction(path, env)
		if err != nil {
			return err
		}
		_, took, err := f.invoke(event)
		f.stop()
		if err != nil {
			return err
		}
		asked, first = append(asked, f.init), append(first, took)
	}
	f, err := startFunction(path, env)
	if err != nil {
		return err
	}
	defer f.stop()
	var warm []time.Duration
	var answer []byte
	if answer, _, err = f.invoke(event); err != nil {
		return err
	}
	for range warmRuns {
		_, took, err := f.invoke(event)
		if err != nil {
			return err
		}
		warm = append(warm, took)
	}
	proc := fmt.Sprintf("/proc/%d", f.cmd.Process.Pid)
	before, err := resident(proc)
	if err != nil {
		return err
	}
	more := 0
	for end := time.Now().Add(longTime); more < longRuns && time.Now().Before(end); more++ {
		if _, _, err := f.invoke(event); err != nil {
			return err
		}
	}
	after, err := resident(proc)
	if err != nil {
		return err
	}
	said, err := saying(answer)
	if err != nil {
		return err
	}
	binary, packed, err := packageSize(path)
	if err != nil {
		return err
	}
	both := func(d []time.Duration) string { return ms(quantile(d, 0.5)) + " / " + ms(quantile(d, 1)) }
	fmt.Printf("| %s | %.1f MB | %.1f MB | %s | %s | %s | %.0f MB | %.0f MB (%d) | %s |\n", name, mib(binary>>10), mib(packed>>10), both(asked), both(first), both(warm),
		mib(before), mib(after), more, said)
	return nil
}

// saying tells what a function answered; an error is none.
func saying(answer []byte) (string, error) {
	var a struct {
		StatusCode   int
		ErrorMessage *string
		PrincipalID  string

		BatchItemFailures []json.RawMessage
	}
	if err := json.Unmarshal(answer, &a); err != nil || a.ErrorMessage != nil || a.StatusCode >= 300 {
		return "", fmt.Errorf("it answers %s", answer)
	}
	switch {
	case a.StatusCode > 0:
		return fmt.Sprint(a.StatusCode), nil
	case a.PrincipalID != "":
		return "allowed", nil
	case len(a.BatchItemFailures) > 0:
		return "not now", nil
	}
	return "done", nil
}

// environment is what a function finds around it.
func environment(f deployed.Function) []string {
	env := (&engine.Engine{Endpoint: os.Getenv("AWS_ENDPOINT_URL")}).Environment()
	for _, more := range []map[string]string{f.Credentials, f.Environment} { // the last of a name holds
		for name, value := range more {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// eventOf is a function's event, from somebody who may ask for what is there.
func eventOf(ctx context.Context, function string) ([]byte, error) {
	token, err := issuer.SignIn(ctx, os.Getenv("TAPEDECK_URL"), deployed.Role(function))
	if err != nil {
		return nil, err
	}
	ids, err := deployed.Ready(ctx, os.Getenv("TAPEDECK_URL"), token.Access)
	if err != nil {
		return nil, err
	}
	return deployed.Event(".", function, token.Access, ids[0])
}
