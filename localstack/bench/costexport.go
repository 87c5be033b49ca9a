package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tapedeck/internal/export"
	"tapedeck/internal/passphrase"
	"tapedeck/internal/session"
	"tapedeck/localstack/bench/cost"
)

const (
	costedMB     = 701
	daysInExport = 2 // a file lives for a day, and S3's lifecycle rounds up to midnight
)

// exporting is a recording that leaves, sealed: asked for, made, looked after, fetched.
func (a *meteredAPI) exporting(ctx context.Context, token string) (cost.Usage, error) {
	key := "sessions/costed/original/1-recording.cast"
	if err := putNoise(ctx, a.plain, gatewayBuckets.Evidence, key, costedMB<<20); err != nil {
		return nil, err
	}
	at := time.Now().Add(-time.Hour)
	s := &session.Session{ID: session.NewID(at, "bench", key), No: 1 << 20, ActionAt: at, State: session.Ready, SessionRecord: "bench"}
	stored := session.Stored{Key: key, Size: costedMB << 20, SHA256: "0"}
	if err := a.index.PutRow(ctx, s, &session.Recording{Originals: []session.Original{{Stored: stored, Name: "recording.cast", Part: session.PartRecording}}}); err != nil {
		return nil, err
	}
	a.meter.Take()
	a.take()
	var job struct{ ExportID string }
	if err := a.ask(ctx, token, "POST", "/sessions/"+s.ID+"/exports", map[string]string{"passphrase": passphrase.Generate()}, &job); err != nil {
		return nil, err
	}
	worker := &export.Worker{Jobs: a.jobs, Slots: a.jobs, Files: a.exports, Keys: a.keys(), Queue: a, Audit: a.audit, Now: time.Now, InFlight: inFlight, Margin: time.Minute}
	made, seconds := cost.Usage{}, 0.0
	for _, body := range a.sent {
		var m export.Message
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			return nil, err
		}
		run, err := a.invoke("exporter", 2*costedMB<<20, func() error { return worker.Run(ctx, m) })
		if err != nil {
			return nil, err
		}
		made = made.Plus(message).Plus(run)
		seconds += run[cost.LambdaTime] / a.deployed.Memory["exporter"] * 1024
	}
	a.sent = nil
	for wait, waited := 1.0, 0.0; waited < seconds; waited, wait = waited+wait, min(10, wait*1.2) { // as web/src/download/download.ts does
		if err := a.ask(ctx, token, "GET", "/exports/"+job.ExportID, nil, nil); err != nil {
			return nil, err
		}
	}
	if err := a.ask(ctx, token, "POST", "/exports/"+job.ExportID+"/download", nil, nil); err != nil {
		return nil, err
	}
	used, _ := a.take()
	file, err := a.exports.Look(ctx, job.ExportID)
	if err != nil {
		return nil, err
	}
	gb := float64(file.Size) / 1e9
	return used.Plus(made).Plus(a.authorized(seconds)).Plus(cost.Usage{cost.S3Get: 1, cost.TransferOut: gb, cost.S3Storage: gb * daysInExport / 30}), a.drop(ctx, key, job.ExportID)
}

// drop makes room.
func (m *metered) drop(ctx context.Context, key, id string) error {
	err := errors.Join(m.exports.Delete(ctx, id), deleteObject(ctx, m.plain, gatewayBuckets.Evidence, key))
	if err != nil {
		return fmt.Errorf("make room: %w", err)
	}
	return nil
}
