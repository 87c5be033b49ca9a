package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"tapedeck/localstack/commands"
	"tapedeck/localstack/engine"
)

// walked is what the last command of docs/deploy.md has to find.
const walked = "First Session"

// walk runs the commands of a page of the docs, word by word, against an emulator in which there is nothing: in a clone of
// this checkout, with the processor of this machine, an editor that puts the local addresses in, and a browser that signs in.
func walk(ctx context.Context, root, name, page string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	here, end, err := begin(root, name, engine.Start)
	if err != nil {
		return err
	}
	defer end()
	home, err := os.MkdirTemp("", "tapedeck-walk-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	env, err := walker(root, home, here)
	if err != nil {
		return err
	}
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	go whenDeployed(waiting, here.engine, func(outputs map[string]string) error {
		return here.serve(filepath.Join(home, "tapedeck/web/dist"), outputs)
	})
	return follow(ctx, page, commands.Of(text), home, env)
}

// follow runs the commands of a page as one script, and looks for what they have to find.
func follow(ctx context.Context, page string, blocks []string, home string, env []string) error {
	var found bytes.Buffer
	cmd := exec.CommandContext(ctx, "bash", "-euxo", "pipefail", "-c", strings.Join(blocks, ""))
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Dir, cmd.Env = home, env
	cmd.Stdout, cmd.Stderr = io.MultiWriter(os.Stdout, &found), os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: its commands failed: %w", page, err)
	}
	if !strings.Contains(found.String(), walked) {
		return fmt.Errorf("%s: its commands did not find %q", page, walked)
	}
	return nil
}

// whenDeployed waits for the stack, and calls do.
func whenDeployed(ctx context.Context, e *engine.Engine, do func(outputs map[string]string) error) {
	for ctx.Err() == nil {
		outputs, err := e.Deployed(ctx, "tapedeck")
		if err == nil {
			if err = do(outputs); err == nil {
				return
			}
			fmt.Fprintln(os.Stderr, "walk:", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// walker is the environment of somebody who follows the docs, in a home of their own.
func walker(root, home string, here *place) ([]string, error) {
	shims := filepath.Join(home, "bin")
	if err := os.Mkdir(shims, 0o755); err != nil {
		return nil, err
	}
	var parameters []string
	for name, value := range here.engine.Local(here.parameters()) {
		parameters = append(parameters, name+"="+value)
	}
	config := "version = 0.1\n[default.deploy.parameters]\ncapabilities = \"CAPABILITY_IAM\"\nresolve_s3 = true\nparameter_overrides = [\"" + strings.Join(parameters, `", "`) + "\"]\n"
	for name, script := range map[string]string{
		"edit":     "cat >\"$1\" <<'END'\n" + config + "END\n",
		"xdg-open": "exec " + filepath.Join(root, ".tools/bin/localstack") + " click \"$1\"\n",
	} {
		if err := os.WriteFile(filepath.Join(shims, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			return nil, err
		}
	}
	caches, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE", "GOPROXY").Output()
	if err != nil {
		return nil, err
	}
	cache := strings.Fields(string(caches))
	if len(cache) != 3 {
		return nil, errors.New("go env tells no caches")
	}
	path := strings.Join([]string{shims, filepath.Join(root, ".tools/sam/bin"), filepath.Join(root, ".tools/aws/bin"), os.Getenv("PATH")}, ":")
	env := []string{"PATH=" + path, "HOME=" + home, "LANG=C.UTF-8", "EDITOR=edit", "DISPLAY=:0", "CPU=" + runtime.GOARCH, "TAPEDECK_ADDRESS=" + here.url,
		"GOCACHE=" + cache[0], "GOMODCACHE=" + cache[1], "GOPROXY=" + cache[2], "SAM_CLI_TELEMETRY=0", "AWS_PAGER=",
		"GIT_CONFIG_COUNT=2", "GIT_CONFIG_KEY_0=url." + root + ".insteadOf", "GIT_CONFIG_VALUE_0=https://github.com/tapedeck/tapedeck",
		"GIT_CONFIG_KEY_1=safe.directory", "GIT_CONFIG_VALUE_1=*"}
	for _, v := range os.Environ() { // where packages come from on this machine
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(strings.ToLower(name), "npm_config_") || strings.HasPrefix(name, "GONO") || name == "GOSUMDB" {
			env = append(env, v)
		}
	}
	return append(env, here.engine.Environment()...), nil
}
