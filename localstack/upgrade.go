package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tapedeck/localstack/demo"
	"tapedeck/localstack/engine"
	"tapedeck/localstack/issuer"
)

// upgraded is how many sessions are archived before an upgrade.
const upgraded = 20

// upgrade deploys an earlier version of this repository, archives sessions, deploys today's version over it, and looks
// for each of them: the same row, and a replay.
func upgrade(ctx context.Context, root, name, revision string) error {
	earlier, err := os.MkdirTemp("", "tapedeck-upgrade-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(earlier)
	for _, args := range [][]string{
		{"git", "clone", "--quiet", "--no-checkout", root, earlier},
		{"git", "-C", earlier, "checkout", "--quiet", revision},
		{"make", "-C", earlier, "build-functions"},
	} {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", strings.Join(args[:2], " "), err)
		}
	}
	if err := os.Symlink(filepath.Join(root, ".tools"), filepath.Join(earlier, ".tools")); err != nil {
		return err
	}
	here, end, err := begin(root, name, engine.StartLenient)
	if err != nil {
		return err
	}
	defer end()
	step := steps()
	outputs, err := here.engine.In(earlier).Deploy(ctx, "tapedeck", here.parameters())
	if err != nil {
		return err
	}
	step(revision + " deployed")
	if err := here.serve(filepath.Join(root, "web/dist"), outputs); err != nil {
		return err
	}
	if err := seedTerminals(ctx, root, here, outputs); err != nil {
		return err
	}
	before, err := here.rows(ctx)
	if err != nil {
		return err
	}
	step(fmt.Sprintf("%d sessions archived", len(before)))
	if outputs, err = here.engine.Deploy(ctx, "tapedeck", here.parameters()); err != nil {
		return err
	}
	step("this version deployed over it")
	if err := here.serve(filepath.Join(root, "web/dist"), outputs); err != nil {
		return err
	}
	after, err := here.rows(ctx)
	if err != nil {
		return err
	}
	if len(before) != upgraded || !slices.Equal(before, after) {
		return fmt.Errorf("%d rows before, %d after, or not the same:\n%s\n%s", len(before), len(after), strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
	if err := here.replays(ctx, after); err != nil {
		return err
	}
	step(fmt.Sprintf("all %d are there as before, and are replayed", len(after)))
	return nil
}

// seedTerminals archives sessions that every version knows.
func seedTerminals(ctx context.Context, root string, here *place, outputs map[string]string) error {
	d, err := newDemo(ctx, root, &state{URL: here.url, Endpoint: here.engine.Endpoint, Outputs: outputs})
	if err != nil {
		return err
	}
	var terminals []*demo.Session
	for _, s := range demo.Generate(1, 10*upgraded, time.Now()) {
		if strings.HasPrefix(s.File, "cast/") && s.Log == nil && s.Desktop == nil && len(terminals) < upgraded {
			terminals = append(terminals, s)
		}
	}
	return d.Seed(ctx, terminals, progress("archived"))
}

// ask asks the API, as an auditor.
func (p *place) ask(ctx context.Context, path string, answer any) error {
	tokens, err := issuer.SignIn(ctx, p.url, "auditor")
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/api/v1"+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+tokens.Access)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, res.Status)
	}
	return json.NewDecoder(res.Body).Decode(answer)
}

// rows are all sessions, newest first, each as "id no state size length record".
func (p *place) rows(ctx context.Context) (list []string, err error) {
	var page struct {
		Items []struct {
			ID            string
			No            int64
			State         string
			SizeBytes     int64
			DurationMs    int64
			SessionRecord string
		}
		NextPageToken *string
	}
	if err := p.ask(ctx, "/sessions?pageSize=200&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z", &page); err != nil {
		return nil, err
	}
	if page.NextPageToken != nil {
		return nil, errors.New("the list has more than a page")
	}
	for _, s := range page.Items {
		list = append(list, fmt.Sprintf("%s %d %s %d %d %s", s.ID, s.No, s.State, s.SizeBytes, s.DurationMs, s.SessionRecord))
	}
	return list, nil
}

// replays looks whether rows can be replayed.
func (p *place) replays(ctx context.Context, rows []string) error {
	for _, row := range rows {
		id, _, _ := strings.Cut(row, " ")
		var answer struct {
			Playable bool
			Segments []struct{ URL, Range string }
		}
		if err := p.ask(ctx, "/sessions/"+id+"/playback", &answer); err != nil {
			return err
		}
		if !answer.Playable || len(answer.Segments) == 0 {
			return fmt.Errorf("%s is not replayed", row)
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, answer.Segments[0].URL, nil)
		if err != nil {
			return err
		}
		r.Header.Set("Range", answer.Segments[0].Range)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return fmt.Errorf("%s: its first segment cannot be fetched", row) // without the address
		}
		res.Body.Close()
		if res.StatusCode != http.StatusPartialContent {
			return fmt.Errorf("%s: its first segment: %s", row, res.Status)
		}
	}
	return nil
}
