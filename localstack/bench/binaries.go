package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"tapedeck/internal/awsenv"
)

// binaries starts each function with a Runtime API of this program and measures until it asks for its first event.
func binaries(ctx context.Context) error {
	fmt.Print("\n## Functions\n\nFrom the start of the process to its first request for an event, with a local Runtime API; the median of 9 starts.\n\n" +
		"| function | binary | start |\n|---|---|---|\n")
	secret, err := pageTokenSecret(ctx)
	if err != nil {
		return err
	}
	paths, err := filepath.Glob("dist/*/bootstrap")
	if err != nil {
		return err
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		var starts []time.Duration
		for range 9 {
			d, _, err := startOnce(ctx, path, functionEnvironment(secret), nil)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			starts = append(starts, d)
		}
		fmt.Printf("| %s | %.1f MB | %s |\n", filepath.Base(filepath.Dir(path)), float64(info.Size())/(1<<20), ms(quantile(starts, 0.5)))
	}
	return nil
}

// startOnce starts a function and measures until it asks for its first event and, when there is one, until it has
// answered it.
func startOnce(ctx context.Context, path string, env []string, event []byte) (asked, answered time.Duration, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	runtimeAPI := newRuntimeAPI(event)
	server := &http.Server{Handler: runtimeAPI}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = append(os.Environ(), env...)
	cmd.Env = append(cmd.Env, "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=bench", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512")
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	select {
	case t := <-runtimeAPI.asked:
		asked = t.Sub(start)
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	if event == nil {
		return asked, 0, nil
	}
	select {
	case a := <-runtimeAPI.answered:
		if !bytes.Contains(a.body, []byte(`"statusCode":200`)) {
			return 0, 0, fmt.Errorf("the answer is %s", a.body)
		}
		return asked, a.at.Sub(start), nil
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
}

// functionEnvironment is what the template gives the functions, all in one.
func functionEnvironment(secret string) []string {
	env := []string{"TIME_ZONE=UTC", "PLAYBACK_LIMIT_BYTES=734003200", "EXPORT_ENCRYPTION=required", "ARCHIVE_INLINE_BYTES=33554432",
		"RETENTION_DAYS=400", "ROW_RETENTION_DAYS=1825", "GROUPS_CLAIM=groups", "OIDC_AUDIENCE=tapedeck", "OIDC_ISSUER=" + os.Getenv("TAPEDECK_URL") + "/issuer",
		"PAGE_TOKEN_SECRET=" + secret}
	for _, name := range []string{"SESSIONS_TABLE", "VALUES_TABLE", "AUDIT_TABLE", "INBOX_BUCKET", "EVIDENCE_BUCKET", "DERIVED_BUCKET", "RECORDINGS_KEY",
		"ARCHIVE_QUEUE_URL", "SIGNER_ROLE", "RETENTION_ROLE", "OIDC_CLIENT_ID"} {
		env = append(env, name+"=bench")
	}
	return env
}

// pageTokenSecret is the one secret of the stack.
func pageTokenSecret(ctx context.Context) (string, error) {
	cfg, err := awsenv.Config(ctx)
	if err != nil {
		return "", err
	}
	out, err := secretsmanager.NewFromConfig(cfg).ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
	if err != nil || len(out.SecretList) != 1 {
		return "", fmt.Errorf("find the page tokens' secret: %w", err)
	}
	return aws.ToString(out.SecretList[0].ARN), nil
}
