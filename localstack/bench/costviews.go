package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"

	"tapedeck/localstack/bench/cost"
)

// lists are pages of the list, and searches.
var (
	pagesOfTheList = []string{"", "&pageSize=200"}
	searches       = []string{"&name=kim", "&serverName=web&serverOs=Ubuntu", "&clientIp=192.0.2.0/24", "&any=oli", "&host=10.2&not.account=root", "&protocol=RDP"}
)

// listing asks for each of some pages of the last 90 days, warm, and gives what one of them costs.
func (a *meteredAPI) listing(ctx context.Context, token string, queries []string) (cost.Usage, error) {
	from := time.Now().AddDate(0, 0, -92).UTC().Format(time.RFC3339)
	for _, q := range queries {
		if err := a.ask(ctx, token, "GET", "/sessions?from="+from+q, nil, nil); err != nil {
			return nil, err
		}
	}
	used, _ := a.take()
	return used.Times(1 / float64(len(queries))), nil
}

// openList is an hour of a list that somebody leaves open and can see: it looks for news every 30 s.
func (a *meteredAPI) openList(ctx context.Context, token string) (cost.Usage, error) {
	const looks = 3600 / 30
	for range looks {
		if err := a.ask(ctx, token, "GET", "/sessions/new?since=1", nil, nil); err != nil {
			return nil, err
		}
	}
	used, _ := a.take()
	return used.Plus(a.authorized(3600)), nil
}

// viewed is what an hour in front of the player is.
type viewed struct {
	used     cost.Usage
	requests map[string]int // of the API, by route
	Requests int            // of the storage
	Bytes    int64          // from the storage
	Watched  float64        // seconds
	Sessions int            // that were opened for it
}

const viewerHour = 3600 // seconds

// hour has the player's code watch sessions one after the other for an hour.
func (a *meteredAPI) hour(ctx context.Context, token string, ids []string) (*viewed, error) {
	in, err := json.Marshal(map[string]any{"api": a.url + "/api/v1", "token": token, "ids": ids, "seconds": viewerHour})
	if err != nil {
		return nil, err
	}
	a.take()
	cmd := exec.CommandContext(ctx, "node", "web/bench/hour.mjs")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	v := new(viewed)
	if err := json.Unmarshal(out, v); err != nil {
		return nil, err
	}
	v.used, v.requests = a.take()
	v.used = v.used.Plus(a.authorized(viewerHour)).Plus(cost.Usage{cost.S3Get: float64(v.Requests), cost.TransferOut: float64(v.Bytes) / 1e9})
	return v, nil
}
