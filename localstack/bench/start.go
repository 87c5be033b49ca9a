package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// runtimeAPI is Lambda's Runtime API with one event, or none.
type runtimeAPI struct {
	event    []byte
	asked    chan time.Time
	answered chan answer
}

type answer struct {
	at   time.Time
	body []byte
}

func newRuntimeAPI(event []byte) *runtimeAPI {
	return &runtimeAPI{event: event, asked: make(chan time.Time, 1), answered: make(chan answer, 1)}
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost { // an answer, or an error that is none
		body, _ := io.ReadAll(r.Body) // what is missing is seen in it
		select {
		case a.answered <- answer{time.Now(), body}:
		default:
		}
		w.WriteHeader(http.StatusAccepted)
		return
	}
	select {
	case a.asked <- time.Now():
	default:
	}
	event := a.event
	if a.event = nil; event == nil {
		<-r.Context().Done() // there is no event
		return
	}
	w.Header().Set("Lambda-Runtime-Aws-Request-Id", "bench")
	w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(time.Minute).UnixMilli()))
	_, _ = w.Write(event) // the function is gone if this fails
}

const coldStarts = 20

// coldStart starts the playback function with one event in its Runtime API.
func coldStart(ctx context.Context, url string) error {
	const path = "dist/playback/bootstrap"
	event, err := json.Marshal(map[string]any{"httpMethod": "GET", "path": "/v1/health", "requestContext": map[string]string{"requestId": "bench"}})
	if err != nil {
		return err
	}
	env := append(functionEnvironment("none"), "TAPEDECK_URL="+url, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=bench", "AWS_SECRET_ACCESS_KEY=bench",
		"OIDC_ISSUER="+url+"/issuer")
	var asked, answered []time.Duration
	for range coldStarts {
		first, done, err := startOnce(ctx, path, env, event)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		asked, answered = append(asked, first), append(answered, done)
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
