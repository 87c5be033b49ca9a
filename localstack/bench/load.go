package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"tapedeck/localstack/deployed"
	"tapedeck/localstack/issuer"
)

const (
	viewers    = 50
	searchers  = 20
	loadFor    = 2 * time.Minute
	watchesFor = 10 * time.Second // a viewer, until the next session
	thinksFor  = 3 * time.Second  // a searcher, until the next search
	loadLooks  = 4                // at the memory of functions; the last at the end
)

// crowd is what all of them have seen.
type crowd struct {
	client *http.Client
	ids    []string

	mu     sync.Mutex
	took   map[string][]time.Duration
	failed map[string]int
	why    map[string]string // the first failure of each kind
}

// crowded has viewers and searchers at the stack for two minutes, and looks at the functions' memory.
func crowded(ctx context.Context) error {
	c := &crowd{took: map[string][]time.Duration{}, failed: map[string]int{}, why: map[string]string{},
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: viewers + searchers}}}
	tokens := make([]string, viewers+searchers)
	for i := range tokens {
		t, err := issuer.SignIn(ctx, os.Getenv("TAPEDECK_URL"), "auditor")
		if err != nil {
			return err
		}
		tokens[i] = t.Access
	}
	var err error
	if c.ids, err = deployed.Ready(ctx, os.Getenv("TAPEDECK_URL"), tokens[0]); err != nil {
		return err
	}
	before := load()
	until, stop := context.WithTimeout(ctx, loadFor)
	defer stop()
	var people sync.WaitGroup
	for i, token := range tokens {
		people.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 8))
			pause(until, time.Duration(r.Float64()*float64(watchesFor))) // they do not come at once
			for until.Err() == nil {
				if i < viewers {
					c.watch(ctx, until, token, r)
				} else {
					c.search(ctx, until, token, r)
				}
			}
		})
	}
	var seen []map[int]functionProcess
	for range loadLooks {
		pause(until, loadFor/loadLooks)
		now, err := functionMemory()
		if err != nil {
			return err
		}
		seen = append(seen, now)
	}
	people.Wait()
	c.print(before)
	return printMemory(seen)
}

// watch opens a session as the player does, and fetches what it plays.
func (c *crowd) watch(ctx, until context.Context, token string, r *rand.Rand) {
	id := c.ids[r.IntN(len(c.ids))]
	type part struct{ URL, Range string }
	var opened struct {
		Index    part
		Segments []part
		Video    part
	}
	var ranges struct{ Segments []part }
	ok := c.ask(ctx, token, "GET /me", "/me", nil, nil) && c.ask(ctx, token, "GET /sessions/{id}", "/sessions/"+id, nil, nil) &&
		c.ask(ctx, token, "GET /sessions/{id}/playback", "/sessions/"+id+"/playback", nil, &opened)
	if ok && opened.Video.URL != "" { // as a browser does
		c.time("a range of the storage", func() error { return c.fetch(ctx, opened.Video.URL, "bytes=0-") })
		pause(until, watchesFor/2)
	} else if ok {
		for _, p := range append(opened.Segments, opened.Index) {
			c.time("a range of the storage", func() error { return c.fetch(ctx, p.URL, p.Range) })
		}
		pause(until, watchesFor/2)
		if c.ask(ctx, token, "POST /sessions/{id}/ranges", "/sessions/"+id+"/ranges", map[string][]int{"segments": {0}}, &ranges) && len(ranges.Segments) > 0 {
			c.time("a range of the storage", func() error { return c.fetch(ctx, ranges.Segments[0].URL, ranges.Segments[0].Range) })
		}
	}
	pause(until, watchesFor/2)
}

// search types a few letters, takes what is suggested or not, and looks at a page.
func (c *crowd) search(ctx, until context.Context, token string, r *rand.Rand) {
	fields := []string{"name", "account", "serverName", "host", "clientIp"}
	field, letters := fields[r.IntN(len(fields))], string("aeioklmst012"[r.IntN(12)])
	c.ask(ctx, token, "GET /sessions/values", "/sessions/values?field="+field+"&prefix="+letters, nil, nil)
	q := url.Values{field: {letters}, "from": {time.Now().AddDate(0, 0, -90).UTC().Format(time.RFC3339)}}
	if r.IntN(3) == 0 {
		q.Set("protocol", "SSH")
	}
	var page struct{ NextPageToken *string }
	if c.ask(ctx, token, "GET /sessions (search)", "/sessions?"+q.Encode(), nil, &page) && page.NextPageToken != nil && r.IntN(4) == 0 {
		q.Set("pageToken", *page.NextPageToken)
		c.ask(ctx, token, "GET /sessions (search)", "/sessions?"+q.Encode(), nil, nil)
	}
	pause(until, thinksFor)
}

// ask asks the API and says whether it answered.
func (c *crowd) ask(ctx context.Context, token, what, path string, body, answer any) bool {
	method := "GET"
	if body != nil {
		method = "POST"
	}
	return c.time(what, func() error { return askAPI(ctx, c.client, token, method, path, body, answer) })
}

func (c *crowd) fetch(ctx context.Context, address, bytes string) error {
	r, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Range", bytes)
	res, err := c.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	// A server may give the whole where that is asked for by a range (RFC 9110, 14.2); MiniStack does so for versions, as films are.
	if whole := bytes == "bytes=0-" && res.StatusCode == http.StatusOK; !whole && res.StatusCode != http.StatusPartialContent {
		return fmt.Errorf("the storage answers %s", res.Status)
	}
	return nil
}

func (c *crowd) time(what string, do func() error) bool {
	start := time.Now()
	err := do()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took[what] = append(c.took[what], time.Since(start))
	if err != nil {
		if c.failed[what]++; c.failed[what] == 1 {
			c.why[what] = err.Error()
		}
	}
	return err == nil
}

func pause(until context.Context, d time.Duration) {
	select {
	case <-until.Done():
	case <-time.After(d):
	}
}

func (c *crowd) print(before string) {
	all, failed := 0, 0
	for what := range c.took {
		all, failed = all+len(c.took[what]), failed+c.failed[what]
	}
	fmt.Printf("\n### Load\n\n%d viewers, who open a session every %.0f s and fetch what they play, and %d searchers, who search every %.0f s, for %.0f s on the local stack (an emulator in\n"+
		"Python, on the same processors): %d requests, %.0f a second, **%d errors**. Load average before it %s, at its end %s.\n\n| request | how many | p50 | p95 | max | errors |\n|---|---|---|---|---|---|\n",
		viewers, watchesFor.Seconds(), searchers, thinksFor.Seconds(), loadFor.Seconds(), all, float64(all)/loadFor.Seconds(), failed, before, load())
	for _, what := range slices.Sorted(maps.Keys(c.took)) {
		d := c.took[what]
		fmt.Printf("| %s | %d | %s | %s | %s | %d |\n", what, len(d), ms(quantile(d, 0.5)), ms(quantile(d, 0.95)), ms(quantile(d, 1)), c.failed[what])
	}
	for _, what := range slices.Sorted(maps.Keys(c.why)) {
		fmt.Fprintf(os.Stderr, "%s: %s\n", what, c.why[what])
	}
}
