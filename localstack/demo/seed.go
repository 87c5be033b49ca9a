package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/internal/session"
)

// putters is how many sessions are put at a time, settleWithin how long a demo may take to be listed.
const (
	putters      = 8
	settleWithin = 5 * time.Minute
)

// Demo fills one stack. All fields are required.
type Demo struct {
	S3         *s3.Client
	Inbox      string
	API        string // such as http://127.0.0.1:8080/api/v1
	Token      string
	Recordings string // folder of recordings

	// For what only time can bring about: the use cases of the stack, with a clock that is ahead.
	Overdue func(ctx context.Context, identity string) error
	Expire  func(ctx context.Context, id string) error
}

// Seed puts sessions and waits until each is listed in its final state.
func (d *Demo) Seed(ctx context.Context, sessions []*Session, progress func(done, of int)) error {
	work, failed := make(chan *Session), make(chan error, putters)
	var all sync.WaitGroup
	for range putters {
		all.Go(func() {
			for s := range work {
				if err := d.put(ctx, s); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	var err error
	for i, s := range sessions {
		select {
		case work <- s:
			progress(i/2, len(sessions))
			continue
		case err = <-failed:
		}
		break
	}
	close(work)
	all.Wait()
	select {
	case err = <-failed:
	default:
	}
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	want := map[string]session.State{}
	for _, s := range sessions {
		want[s.ID()] = session.Ready
	}
	return d.await(ctx, want, progress)
}

// put puts a recording and, last, its manifest.
func (d *Demo) put(ctx context.Context, s *Session) error {
	data, name, err := d.content(s)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	m := maps.Clone(s.Manifest)
	m["objects"] = []map[string]any{{"key": name, "part": "recording", "size": len(data), "sha256": hex.EncodeToString(sum[:])}}
	if err := d.putObject(ctx, s.UUID+"/"+name, data); err != nil {
		return err
	}
	return d.putManifest(ctx, s, m)
}

// content is a session's recording, and what its object is called.
func (d *Demo) content(s *Session) (data []byte, name string, err error) {
	switch {
	case s.Log != nil:
		return s.Log, "operations.jsonl", nil
	case s.Desktop != nil:
		data, err = s.Desktop.read(d.Recordings)
		return data, "recording.guac.gz", err
	}
	data, err = os.ReadFile(filepath.Join(d.Recordings, s.File))
	return data, "recording" + filepath.Ext(s.File), err
}

func (d *Demo) putManifest(ctx context.Context, s *Session, m map[string]any) error {
	m["version"], m["sessionId"], m["actionAt"] = 1, s.UUID, session.FormatTime(s.ActionAt)
	manifest, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return d.putObject(ctx, s.UUID+"/"+session.ManifestName, manifest)
}

func (d *Demo) putObject(ctx context.Context, name string, data []byte) error {
	key := "in/" + Gateway + "/" + name
	_, err := d.S3.PutObject(ctx, &s3.PutObjectInput{Bucket: &d.Inbox, Key: &key, Body: bytes.NewReader(data)})
	return err
}

// await waits until every session of want is listed in its state.
func (d *Demo) await(ctx context.Context, want map[string]session.State, progress func(done, of int)) error {
	for end := time.Now().Add(settleWithin); ; {
		have, err := d.states(ctx)
		if err != nil {
			return err
		}
		done := 0
		for id, state := range want {
			if have[id] == state {
				done++
			}
		}
		if done == len(want) {
			return nil
		}
		progress((len(want)+done)/2, len(want))
		if time.Now().After(end) {
			return fmt.Errorf("seed: %d of %d sessions are not listed as they should be after %s", len(want)-done, len(want), settleWithin)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// states reads the whole list.
func (d *Demo) states(ctx context.Context) (map[string]session.State, error) {
	have := map[string]session.State{}
	q := url.Values{"pageSize": {"200"}, "from": {session.FormatTime(time.Now().AddDate(0, 0, -days-2))}, "to": {session.FormatTime(time.Now().AddDate(0, 0, 2))}}
	for {
		var page struct {
			Items []struct {
				ID    string
				State session.State
			}
			NextPageToken *string
		}
		if err := d.get(ctx, "/sessions?"+q.Encode(), &page); err != nil {
			return nil, err
		}
		for _, s := range page.Items {
			have[s.ID] = s.State
		}
		if page.NextPageToken == nil {
			return have, nil
		}
		q.Set("pageToken", *page.NextPageToken)
	}
}

func (d *Demo) get(ctx context.Context, path string, into any) error {
	r, err := http.NewRequestWithContext(ctx, "GET", d.API+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+d.Token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		var problem struct{ Detail string }
		return errors.Join(fmt.Errorf("the list answers %s", res.Status), json.NewDecoder(res.Body).Decode(&problem), errors.New(problem.Detail))
	}
	return json.NewDecoder(res.Body).Decode(into)
}
