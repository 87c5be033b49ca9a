// Package life_test follows stacks through their lives on a real emulator: one beside another, deleted, taken over by a
// new one, lost but for its archive. `make test-life` runs it.
package life_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/localstack/engine"
	"tapedeck/localstack/issuer"
	"tapedeck/localstack/pages"
)

// world is one account of an emulator, and who signs people in.
type world struct {
	*engine.Engine
	root, logs string
	origin     string // of the issuer
	issuer     string
	atEnd      func(func()) // when the emulator ends, and not the part of a test that made something
}

func newWorld(t *testing.T, env ...string) *world {
	t.Helper()
	if os.Getenv("TAPEDECK_LIFE") == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("TAPEDECK_LIFE is not set: in CI this suite must run")
		}
		t.Skip("TAPEDECK_LIFE is not set: run make test-life")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{root: root, logs: filepath.Join(root, ".tools/run/life", strings.ReplaceAll(t.Name(), "/", "-"))}
	if err := os.MkdirAll(w.logs, 0o755); err != nil {
		t.Fatal(err)
	}
	if w.Engine, err = engine.StartWith(root, w.logs, env); err != nil {
		t.Fatal(err)
	}
	w.atEnd = t.Cleanup
	t.Cleanup(w.Process.Stop)
	server := httptest.NewUnstartedServer(nil)
	w.origin = "http://" + server.Listener.Addr().String()
	provider, err := issuer.New(w.origin)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = provider.Handler()
	server.Start()
	t.Cleanup(server.Close)
	w.issuer = provider.URL()
	return w
}

// stack is a deployed stack and the address at which its pages and API would be.
type stack struct {
	*world
	name    string
	outputs map[string]string
	url     string
}

// deploy deploys the template, with what engine.Local says besides.
func (w *world) deploy(t *testing.T, name string, parameters map[string]string) *stack {
	t.Helper()
	s := &stack{world: w, name: name}
	front := httptest.NewUnstartedServer(nil)
	s.url = "http://" + front.Listener.Addr().String()
	all := map[string]string{"AppOrigin": s.url, "OidcIssuer": w.issuer}
	for k, v := range parameters {
		all[k] = v
	}
	var err error
	if s.outputs, err = w.Deploy(t.Context(), name, all); err != nil {
		t.Fatal(err)
	}
	config := pages.Config{Files: fstest.MapFS{}, Issuer: s.outputs["Issuer"], ClientID: s.outputs["ClientId"], Scope: issuer.Scopes, API: w.API(s.outputs["ApiId"]), Recordings: w.Endpoint}
	if all["CognitoDomain"] != "" { // as infra/deploy.sh does
		config.Scope, config.CLIClientID, config.CLIPort = "openid profile email", config.ClientID, 18907
	}
	front.Config.Handler, err = pages.Handler(config)
	if err != nil {
		t.Fatal(err)
	}
	front.Start()
	w.atEnd(front.Close)
	return s
}

// environment is what tools need to speak to the stack.
func (s *stack) environment(t *testing.T) []string {
	t.Helper()
	tokens, err := issuer.SignIn(t.Context(), s.origin, "admin")
	if err != nil {
		t.Fatal(err)
	}
	path := strings.Join([]string{filepath.Join(s.root, ".tools/aws/bin"), filepath.Join(s.root, ".tools/sam/bin"), os.Getenv("PATH")}, ":")
	return append(s.Environment(), "PATH="+path, "HOME="+t.TempDir(), "SAM_CLI_TELEMETRY=0", "SAM_CLI_POLL_DELAY=1",
		"TAPEDECK_URL="+s.url, "TAPEDECK_TOKEN="+tokens.Access, "TAPEDECK_INBOX="+s.outputs["InboxBucket"], "TAPEDECK_RECONCILER="+s.outputs["ReconcilerFunction"])
}

// run runs a program for the stack, from the project's folder, and returns what it says.
func (s *stack) run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	if !strings.Contains(args[0], "/") { // the tools' folder, not this process's PATH
		cmd.Path, cmd.Err = filepath.Join(s.root, ".tools/aws/bin", args[0]), nil
	}
	cmd.Env, cmd.Dir = s.environment(t), s.root
	var notes strings.Builder
	cmd.Stderr = &notes
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(args, " "), err, out, notes.String())
	}
	return string(out)
}

// push brings a recording in, and waits until it is listed.
func (s *stack) push(t *testing.T, name string) {
	t.Helper()
	s.run(t, "bin/tapedeck", "push", "testdata/recordings/"+recording, "--action-at", "2026-11-23T06:04:05Z", "--name", name, "--account", "ubuntu", "--wait")
}

// row is what of a listed session must outlive its stack.
type row struct {
	ID, Name, State, SessionRecord string
	No                             int64
}

func (s *stack) list(t *testing.T) (rows []row) {
	t.Helper()
	out := s.run(t, "bin/tapedeck", "search", "--from", "2026-11-01", "--to", "2026-12-01", "--json")
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	slices.SortFunc(rows, func(a, b row) int { return int(a.No - b.No) })
	return rows
}

// replays says whether a session's index can be fetched as a player does.
func (s *stack) replays(t *testing.T, id string) {
	t.Helper()
	token := ""
	for _, v := range s.environment(t) {
		if after, ok := strings.CutPrefix(v, "TAPEDECK_TOKEN="); ok {
			token = after
		}
	}
	var answer struct {
		Playable bool
		Index    struct{ URL, Range string }
	}
	get := func(url, header, value string, status int) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(header, value)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { res.Body.Close() })
		if res.StatusCode != status {
			t.Fatalf("%s answers %s", strings.SplitN(url, "?", 2)[0], res.Status)
		}
		return res
	}
	if err := json.NewDecoder(get(s.url+"/api/v1/sessions/"+id+"/playback", "Authorization", "Bearer "+token, 200).Body).Decode(&answer); err != nil || !answer.Playable {
		t.Fatalf("%s is not replayed: %v", id, err)
	}
	get(answer.Index.URL, "Range", answer.Index.Range, 206)
}

// delete deletes the stack and waits until it is gone.
func (s *stack) delete(t *testing.T) {
	t.Helper()
	client := cloudformation.NewFromConfig(s.Config())
	if _, err := client.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: &s.name}); err != nil {
		t.Fatal(err)
	}
	err := cloudformation.NewStackDeleteCompleteWaiter(client, func(o *cloudformation.StackDeleteCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Second, time.Second
	}).
		Wait(t.Context(), &cloudformation.DescribeStacksInput{StackName: &s.name}, 2*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) s3() *s3.Client {
	return s3.NewFromConfig(w.Config(), func(o *s3.Options) { o.UsePathStyle = true })
}

// objects lists the keys of a bucket.
func (w *world) objects(t *testing.T, bucket string) (keys []string) {
	t.Helper()
	for pages := s3.NewListObjectsV2Paginator(w.s3(), &s3.ListObjectsV2Input{Bucket: &bucket}); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Contents {
			keys = append(keys, *o.Key)
		}
	}
	return keys
}

// notRefused fails when a role lacked a right.
func (w *world) notRefused(t *testing.T) {
	t.Helper()
	if err := w.Refused(); err != nil {
		t.Error(err)
	}
}

// eventually waits for something that happens by itself.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for tick := time.NewTicker(200 * time.Millisecond); !happened(); {
		select {
		case <-ctx.Done():
			t.Fatal(fmt.Sprint(what, " did not happen within a minute"))
		case <-tick.C:
		}
	}
}
