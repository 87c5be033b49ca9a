package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// started is a function that runs as a process, with Lambda's Runtime API in this one.
type started struct {
	init     time.Duration // from the start of the process to its first request for an event
	cmd      *exec.Cmd
	server   *http.Server
	events   chan []byte
	answered chan []byte
}

// patience is how long a function may take for anything.
const patience = 30 * time.Second

// startFunction starts a function's binary in an environment and waits until it asks for an event.
func startFunction(path string, env []string) (*started, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &started{events: make(chan []byte), answered: make(chan []byte, 1), cmd: exec.Command(path)}
	asked := make(chan time.Time, 1)
	f.server = &http.Server{Handler: f.runtimeAPI(asked)}
	go func() { _ = f.server.Serve(listener) }()
	f.cmd.Env = append(env, "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=bench", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512")
	start := time.Now()
	if err := f.cmd.Start(); err != nil {
		return nil, err
	}
	select {
	case at := <-asked:
		f.init = at.Sub(start)
		return f, nil
	case <-time.After(patience):
		f.stop()
		return nil, fmt.Errorf("%s asks for no event", path)
	}
}

// runtimeAPI hands out events one at a time, and takes answers, or errors that are none.
func (f *started) runtimeAPI(asked chan<- time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body) // what is missing is seen in it
			f.answered <- body
			w.WriteHeader(http.StatusAccepted)
			return
		}
		select {
		case asked <- time.Now():
		default: // it is not the first time
		}
		select {
		case event := <-f.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "bench")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(patience).UnixMilli()))
			_, _ = w.Write(event) // the function is gone if this fails
		case <-r.Context().Done():
		}
	})
}

// invoke hands out an event and waits for the answer.
func (f *started) invoke(event []byte) (answer []byte, took time.Duration, err error) {
	start, late := time.Now(), time.After(patience)
	select {
	case f.events <- event:
	case <-late:
		return nil, 0, fmt.Errorf("%s asks for no event", f.cmd.Path)
	}
	select {
	case answer = <-f.answered:
		return answer, time.Since(start), nil
	case <-late:
		return nil, 0, fmt.Errorf("%s gives no answer", f.cmd.Path)
	}
}

func (f *started) stop() {
	_ = f.cmd.Process.Kill()
	_ = f.cmd.Wait()
	_ = f.server.Close()
}

const coldStarts = 20

// coldStart starts the playback function again and again, with one event.
func coldStart(_ context.Context, url string) error {
	const path = "dist/playback/bootstrap"
	event, err := json.Marshal(map[string]any{"httpMethod": "GET", "path": "/v1/health", "requestContext": map[string]string{"requestId": "bench"}})
	if err != nil {
		return err
	}
	var asked, answered []time.Duration
	for range coldStarts {
		f, err := startFunction(path, append(os.Environ(), functionEnvironment(url)...))
		if err != nil {
			return err
		}
		body, took, err := f.invoke(event)
		f.stop()
		if err == nil && !bytes.Contains(body, []byte(`"statusCode":200`)) {
			err = fmt.Errorf("%s answers %s", path, body)
		}
		if err != nil {
			return err
		}
		asked, answered = append(asked, f.init), append(answered, f.init+took)
	}
	binary, packed, err := packageSize(path)
	if err != nil {
		return err
	}
	fmt.Printf("\n### Start of the playback function\n\nFrom the start of the process, with a local Runtime API, to its first request for an event and to its first answer (`GET /health`, which asks\n"+
		"nobody else); %d starts. The package is the binary in a zip.\n\n| binary | package | to the request p50 / max | to the answer p50 / max |\n|---|---|---|---|\n", coldStarts)
	fmt.Printf("| %.1f MB | %.1f MB | %s / %s | %s / %s |\n", float64(binary)/(1<<20), float64(packed)/(1<<20), ms(quantile(asked, 0.5)), ms(quantile(asked, 1)),
		ms(quantile(answered, 0.5)), ms(quantile(answered, 1)))
	return nil
}

// functionEnvironment is what the playback function needs to begin.
func functionEnvironment(url string) []string {
	env := []string{"TIME_ZONE=UTC", "PLAYBACK_LIMIT_BYTES=734003200", "EXPORT_ENCRYPTION=required", "RETENTION_DAYS=400", "GROUPS_CLAIM=groups",
		"OIDC_AUDIENCE=tapedeck", "OIDC_ISSUER=" + url + "/issuer", "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=bench", "AWS_SECRET_ACCESS_KEY=bench"}
	for _, name := range []string{"SESSIONS_TABLE", "AUDIT_TABLE", "SETTINGS_TABLE", "DERIVED_BUCKET", "EVIDENCE_BUCKET", "SIGNER_ROLE"} {
		env = append(env, name+"=bench")
	}
	return env
}

// packageSize is the size of a file and of a zip of it.
func packageSize(path string) (plain int64, packed int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	var to bytes.Buffer
	z := zip.NewWriter(&to)
	entry, err := z.Create("bootstrap")
	if err != nil {
		return 0, 0, err
	}
	if plain, err = io.Copy(entry, f); err != nil {
		return 0, 0, err
	}
	if err := z.Close(); err != nil {
		return 0, 0, err
	}
	return plain, to.Len(), nil
}
