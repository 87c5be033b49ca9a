package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"time"

	"tapedeck/localstack/issuer"
)

const pushes = 30

// arrival pushes recordings one after the other; each is timed until the API lists it as ready.
func arrival(ctx context.Context) error {
	token, err := issuer.SignIn(ctx, os.Getenv("TAPEDECK_URL"), "auditor")
	if err != nil {
		return err
	}
	var took []time.Duration
	for i := range pushes {
		cmd := exec.CommandContext(ctx, "bin/tapedeck", "push", "testdata/recordings/cast/cast-vim.cast", "--gateway", "bench", "--wait",
			"--action-at", time.Now().Add(-time.Duration(i)*time.Minute).UTC().Format(time.RFC3339))
		cmd.Env = append(os.Environ(), "TAPEDECK_TOKEN="+token.Access)
		start := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("push: %w: %s", err, out)
		}
		took = append(took, time.Since(start))
	}
	fmt.Printf("\n## From the inbox to the list\n\n%d recordings of 21 KB, one after the other, on the local stack (MiniStack) with the demo in it: from the start of `tapedeck push`\nuntil the API answers that the session is ready.\n\n| median | p95 |\n|---|---|\n| %s | %s |\n",
		pushes, ms(quantile(took, 0.5)), ms(quantile(took, 0.95)))
	return nil
}

// list reads the first page of the list again and again.
func list(ctx context.Context) error {
	token, err := issuer.SignIn(ctx, os.Getenv("TAPEDECK_URL"), "auditor")
	if err != nil {
		return err
	}
	var took []time.Duration
	for i := range 105 {
		start := time.Now()
		if err := listOnce(ctx, token.Access); err != nil {
			return err
		}
		if i >= 5 { // warm
			took = append(took, time.Since(start))
		}
	}
	fmt.Printf("\n## A page of the list\n\nThe first page of 50 sessions of the last 90 days, 100 times, warm, through the pages' address (proxy, emulator, authorizer, function, index, audit).\n\n| median | p95 |\n|---|---|\n| %s | %s |\n",
		ms(quantile(took, 0.5)), ms(quantile(took, 0.95)))
	return nil
}

func listOnce(ctx context.Context, token string) error {
	from := time.Now().AddDate(0, 0, -90).UTC().Format(time.RFC3339)
	var page struct{ Items []json.RawMessage }
	if err := askAPI(ctx, http.DefaultClient, token, "GET", "/sessions?pageSize=50&from="+from, nil, &page); err != nil {
		return err
	}
	if len(page.Items) != 50 {
		return fmt.Errorf("the page has %d sessions", len(page.Items))
	}
	return nil
}
