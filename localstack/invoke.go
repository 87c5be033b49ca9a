package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"tapedeck/localstack/deployed"
	"tapedeck/localstack/engine"
	"tapedeck/localstack/issuer"
)

// invoke runs a function of the running stack once, in Lambda's own image: SAM CLI starts it in Docker, on this machine's
// network, with the environment and the role that the stack gives it, and with the event of its folder.
func invoke(ctx context.Context, root string, s *state, folder string) error {
	e, err := engine.Attach("ministack", s.Endpoint, root, "")
	if err != nil {
		return err
	}
	functions, err := deployed.Functions(ctx, e.Config())
	if err != nil {
		return err
	}
	f, ok := functions[folder]
	if !ok {
		return fmt.Errorf("the stack has no function %q; it has %s", folder, strings.Join(slices.Sorted(maps.Keys(functions)), ", "))
	}
	tokens, err := issuer.SignIn(ctx, s.URL, deployed.Role(folder))
	if err != nil {
		return err
	}
	ids, err := deployed.Ready(ctx, s.URL, tokens.Access)
	if err != nil {
		return err
	}
	event, err := deployed.Event(root, folder, tokens.Access, ids[0])
	if err != nil {
		return err
	}
	environment, err := json.Marshal(map[string]map[string]string{f.Name: f.Environment})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tapedeck-invoke-") // both hold what is nobody else's to read
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for name, data := range map[string][]byte{"event.json": event, "environment.json": environment} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, filepath.Join(root, ".tools/sam/bin/sam"), "local", "invoke", f.Name, "--template", filepath.Join(root, "template.yaml"),
		"--event", filepath.Join(dir, "event.json"), "--env-vars", filepath.Join(dir, "environment.json"), "--docker-network", "host", "--region", engine.Region,
		"--parameter-overrides", "Architecture="+e.Local(nil)["Architecture"]+" AwsEndpointUrl="+s.Endpoint)
	cmd.Env = append(os.Environ(), "SAM_CLI_TELEMETRY=0")
	for name, value := range f.Credentials {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}
