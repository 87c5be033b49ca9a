package main

import (
	"context"
	"fmt"
	"time"

	"tapedeck/internal/session"
	"tapedeck/localstack/bench/cost"
	"tapedeck/localstack/issuer"
)

const auditWrites = 200

// giving is the part of make bench-operations about what is given out: what it costs to record it, and how often an hour asks.
func giving(ctx context.Context) error {
	m, err := newMetered(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("\n### The audit log\n\nAn entry that says which segments of a recording were given, before they are: written to dynalite (in memory; load average %s), %d times each. The units are the\n"+
		"table's and those of its two indexes.\n\n| addresses that one answer gives | p50 | p95 | write units |\n|---|---|---|---|\n", load(), auditWrites)
	for _, segments := range []int{1, 16, 64} {
		if err := m.auditing(ctx, segments); err != nil {
			return err
		}
	}
	return m.watching(ctx)
}

// auditing writes what playback writes of so many segments that do not lie beside each other, which is the longest there is.
func (m *metered) auditing(ctx context.Context, segments int) error {
	var numbers, seconds string
	for n := range segments {
		numbers += fmt.Sprintf("%d-%d ", 2000+2*n, 2000+2*n)
		seconds += fmt.Sprintf("%d.000-%d.000 ", 20_000+20*n, 20_010+20*n)
	}
	event := session.Event{Action: session.ActPlay, Person: session.Person{Subject: "local-auditor", Name: "Ada Auditor", Email: "ada.auditor@example.test"},
		SessionID: session.NewID(time.Now(), "bench", "audit"), RequestID: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
		Detail: map[string]string{"segments": numbers, "seconds": seconds, "encoder": "3", "expiresAt": session.FormatTime(time.Now())}}
	var took []time.Duration
	m.meter.Take()
	for range auditWrites {
		start := time.Now()
		if err := m.audit.Record(ctx, event); err != nil {
			return err
		}
		took = append(took, time.Since(start))
	}
	used, _ := m.meter.Take()
	fmt.Printf("| %d | %s | %s | %.1f |\n", segments, ms(quantile(took, 0.5)), ms(quantile(took, 0.95)), used[cost.WriteUnit]/auditWrites)
	return nil
}

// watching has terminals and desktops watched for an hour each.
func (m *metered) watching(ctx context.Context) error {
	a, err := m.serveAPI()
	if err != nil {
		return err
	}
	defer a.server.Close()
	token, err := issuer.SignIn(ctx, a.url, "auditor")
	if err != nil {
		return err
	}
	fmt.Print("\n### An hour of replay\n\nThe player's own code watches sessions one after the other, fed by the API and versitygw, on a clock that runs faster.\n\n" +
		"| recordings | opened | requests of the API | write units for the audit log | requests of the storage | from the storage |\n|---|---|---|---|---|---|\n")
	for _, kind := range []func(context.Context) (*archivedCost, error){a.archiveTerminals, a.archiveDesktops, a.archiveLarge} {
		k, err := kind(ctx)
		if err != nil {
			return err
		}
		v, err := a.hour(ctx, token.Access, k.ids)
		if err != nil {
			return err
		}
		all := 0
		for _, n := range v.requests {
			all += n
		}
		fmt.Printf("| %s | %d | %d | %.0f | %d | %.1f MB |\n", k.what, v.Sessions, all, v.used[cost.WriteUnit], v.Requests, float64(v.Bytes)/1e6)
	}
	return nil
}
