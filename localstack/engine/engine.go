// Package engine runs an emulator of AWS on 127.0.0.1 and deploys template.yaml to it with SAM CLI.
package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"time"

	"tapedeck/localstack/process"
)

// Region and account of every local stack.
const Region = "us-east-1"

// Engine is a running emulator, or the address of one that somebody else runs.
type Engine struct {
	Name     string // "ministack" or "localstack"
	Endpoint string // such as http://127.0.0.1:4566
	Process  *process.Process
	root     string
	logs     string
}

// Start starts MiniStack on a free port, with IAM enforced. root is the project's folder, logs where its output goes.
func Start(root, logs string) (*Engine, error) { return start(root, logs, true, nil) }

// StartWith is Start with more environment, which the functions get, too.
func StartWith(root, logs string, env []string) (*Engine, error) { return start(root, logs, true, env) }

// StartLenient is Start without policies: those of earlier versions are not all written as the emulator reads them.
func StartLenient(root, logs string) (*Engine, error) { return start(root, logs, false, nil) }

func start(root, logs string, policies bool, env []string) (*Engine, error) {
	port, err := process.FreePort()
	if err != nil {
		return nil, err
	}
	e := &Engine{Name: "ministack", Endpoint: "http://127.0.0.1:" + strconv.Itoa(port), root: root, logs: logs}
	if err := os.Remove(filepath.Join(logs, refusedFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	e.Process, err = process.Start(process.Spec{
		Name: "the emulator",
		Args: []string{filepath.Join(root, ".tools/ministack/bin/python"), filepath.Join(root, "localstack/launcher.py")},
		Env: append(append(clean(), env...), "BIND_HOST=127.0.0.1", "GATEWAY_PORT="+strconv.Itoa(port), "MINISTACK_REGION="+Region,
			"AUTH="+strconv.FormatBool(policies), "IOT_MTLS_ENABLED=0", "SFTP_ENABLED=0", "TMPDIR="+logs),
		Dir: logs, Log: filepath.Join(logs, "emulator.log"),
	})
	if err != nil {
		return nil, err
	}
	if err := e.Process.WaitFor(e.answers, time.Minute); err != nil {
		e.Process.Stop()
		return nil, err
	}
	return e, nil
}

// Attach uses an emulator that is already there.
func Attach(name, endpoint, root, logs string) (*Engine, error) {
	e := &Engine{Name: name, Endpoint: endpoint, root: root, logs: logs}
	return e, e.answers()
}

func (e *Engine) answers() error {
	res, err := (&http.Client{Timeout: 2 * time.Second}).Get(e.Endpoint + "/")
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// API is the address of a deployed API's stage.
func (e *Engine) API(id string) string {
	return e.Endpoint + "/restapis/" + id + "/api/_user_request_"
}

// Environment is what AWS clients need to speak to the engine.
func (e *Engine) Environment() []string {
	return []string{"AWS_ENDPOINT_URL=" + e.Endpoint, "AWS_REGION=" + Region, "AWS_DEFAULT_REGION=" + Region,
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true"}
}

// clean is an environment that tells the functions nothing of the machine: the emulator hands its own down to
// them.
func clean() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "HOME=" + os.TempDir()}
}

// Local adds the parameters that a stack on this engine must have.
func (e *Engine) Local(parameters map[string]string) map[string]string {
	all := map[string]string{
		"Architecture":      map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH],
		"AwsEndpointUrl":    e.Endpoint,
		"GradualDeployment": "false",                                   // CodeDeploy is AWS's alone
		"WithAuditWatch":    strconv.FormatBool(e.Name == "ministack"), // LocalStack without Docker has no table streams
	}
	maps.Copy(all, parameters)
	return all
}

// In is the same engine for another folder of the project, such as one of an earlier version.
func (e *Engine) In(root string) *Engine {
	other := *e
	other.root = root
	return &other
}

// Deploy deploys template.yaml as a stack with the given parameters, and returns the stack's outputs.
func (e *Engine) Deploy(ctx context.Context, stack string, parameters map[string]string) (map[string]string, error) {
	path := filepath.Join(e.root, "template.yaml")
	template, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if e.Name == "localstack" {
		path = filepath.Join(e.logs, "template.yaml")
		if err := os.WriteFile(path, withoutAlarms(template, e.root), 0o600); err != nil {
			return nil, err
		}
	}
	args := []string{filepath.Join(e.root, ".tools/sam/bin/sam"), "deploy", "--template-file", path,
		"--stack-name", stack, "--region", Region, "--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset",
		"--no-fail-on-empty-changeset", "--no-progressbar", "--parameter-overrides"}
	for name, value := range e.Local(parameters) {
		if bytes.Contains(template, []byte("\n  "+name+":\n")) { // an earlier version has fewer
			args = append(args, name+"="+value)
		}
	}
	env := append(clean(), e.Environment()...)
	p, err := process.Start(process.Spec{Name: "sam deploy", Args: args, Dir: e.logs, Log: filepath.Join(e.logs, "deploy.log"),
		Env: append(env, "SAM_CLI_TELEMETRY=0", "SAM_CLI_POLL_DELAY=1")})
	if err != nil {
		return nil, err
	}
	defer p.Stop()
	select {
	case <-p.Done():
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	outputs, err := e.Deployed(ctx, stack)
	if err != nil {
		return nil, fmt.Errorf("%w; %w", err, p.Err())
	}
	return outputs, nil
}

// preference is what rolls an update back when a function's alarm goes off.
var preference = regexp.MustCompile(`(?m)^ +DeploymentPreference: \{Alarms: .*\n`)

// withoutAlarms is the template for LocalStack, whose CloudFormation reads it as it is before SAM makes resources of it: a
// function that names its alarm, which names the function, it follows for ever. Updates are not gradual there in any case.
// Paths lead from root.
func withoutAlarms(template []byte, root string) []byte {
	template = preference.ReplaceAll(template, nil)
	return bytes.ReplaceAll(template, []byte("CodeUri: dist/"), []byte("CodeUri: "+filepath.Join(root, "dist")+"/"))
}

// Deployed returns the outputs of a stack once it is complete, whoever has deployed it; an error before.
func (e *Engine) Deployed(ctx context.Context, stack string) (map[string]string, error) {
	outputs, err := e.Outputs(ctx, stack)
	if err != nil {
		return nil, err
	}
	return outputs, e.dropped(ctx, stack, outputs)
}
