package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/internal/recording/guac"
	"tapedeck/internal/tape"
)

// desktops are the recordings of make bench-graphics, in MB.
var desktops = []struct {
	name   string
	mb     int64
	change func([][]string) [][]string
}{
	{"1024x768", 300, nil},
	{"1024x768", 699, nil},
	{"1920x1080 (synthetic)", 300, twice},
}

// graphicsToPlay is what the browser's part is told of a recording.
type graphicsToPlay struct {
	Name string `json:"name"`
	toPlay
}

// graphics is the part of make bench-graphics: recordings of desktops, archived, and then played in a browser.
func graphics(ctx context.Context) error {
	fmt.Printf("Made by `make bench-graphics` on %s: %s, %d processors, %s; load average before it began %s.\n",
		time.Now().UTC().Format(time.DateOnly), processor(), runtime.NumCPU(), runtime.Version(), load())
	sessions := map[string]archived{}
	s, err := serve(sessions)
	if err != nil {
		return err
	}
	defer s.close()
	client := gatewayClient()
	if err := makeBuckets(ctx, client, s.url); err != nil {
		return err
	}
	list, err := archiveDesktops(ctx, client, sessions)
	if err != nil {
		return err
	}
	input, err := json.Marshal(list)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "node", "web/bench/graphics.mjs")
	cmd.Env = append(os.Environ(), "TAPEDECK_URL="+s.url)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), os.Stdout, os.Stderr
	return cmd.Run()
}

func archiveDesktops(ctx context.Context, client *s3.Client, sessions map[string]archived) ([]graphicsToPlay, error) {
	fmt.Print("\n### Archiving desktops\n\nAs under Replay, with GOMAXPROCS=1. Keyframes and play object are in percent of the recording, decompressed.\n\n" +
		"| recording | length | time | for a second of its processor | peak memory (at first) | play object | keyframes | the longest | index |\n|---|---|---|---|---|---|---|---|---|\n")
	var list []graphicsToPlay
	for i, about := range desktops {
		d, err := newDesktop(about.mb<<20, about.change)
		if err != nil {
			return nil, err
		}
		done, err := archiveIt(ctx, client, fmt.Sprintf("desktop-%d", i), guac.Format, d)
		if err != nil {
			return nil, fmt.Errorf("%s, %d MB: %w", about.name, about.mb, err)
		}
		sessions[done.Session.ID] = *done
		original, err := wholeAddress(ctx, client, done)
		if err != nil {
			return nil, err
		}
		list = append(list, graphicsToPlay{about.name, toPlay{about.mb, done.Session.ID, original}})
		if err := printDesktop(ctx, client, about.name, done); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// printDesktop writes the row of a recording.
func printDesktop(ctx context.Context, client *s3.Client, name string, a *archived) error {
	play, raw := a.Recording.Play, float64(*a.Session.SizeBytes)
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &gatewayBuckets.Derived, Key: &play.Index.Key})
	if err != nil {
		return err
	}
	defer out.Body.Close()
	index, err := tape.ReadIndex(io.LimitReader(out.Body, 64<<20))
	if err != nil {
		return err
	}
	var keyframes, longest int64
	for _, s := range index.Segments {
		if s.Keyframe {
			keyframes += s.Bytes
			longest = max(longest, s.Bytes)
		}
	}
	const mb = 1 << 20
	fmt.Printf("| %s, %.0f MB | %s | %.1f s | %.1f MB/s | %d MB (%d) | %.0f %% | %.0f %% | %.1f MB | %.1f KiB |\n", name, raw/mb,
		(time.Duration(index.DurationMs) * time.Millisecond).Round(time.Second), a.Took.Seconds(), raw/mb/a.CPU.Seconds(), a.PeakKiB>>10, a.BaseKiB>>10,
		100*float64(play.Object.Size)/raw, 100*float64(keyframes)/raw, float64(longest)/mb, float64(play.Index.Size)/(1<<10))
	return nil
}
