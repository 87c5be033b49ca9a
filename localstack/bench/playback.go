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
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// sizes of the recordings, in MB of 1,048,576 bytes; 699 is the longest below the limit of replay.
var sizes = []int64{10, 100, 300, 699, 5 << 10}

// playing is the part of make bench-playback: recordings of up to 5 GB, archived, and then played in a browser.
func playing(ctx context.Context) error {
	fmt.Printf("Made by `make bench-playback` on %s: %s, %d processors, %s; load average before it began %s.\n",
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
	list, err := archiveAll(ctx, client, sessions)
	if err != nil {
		return err
	}
	if err := terminals(ctx); err != nil {
		return err
	}
	if err := coldStart(ctx, s.url); err != nil {
		return err
	}
	input, err := json.Marshal(list)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "node", "web/bench/run.mjs")
	cmd.Env = append(os.Environ(), "TAPEDECK_URL="+s.url)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), os.Stdout, os.Stderr
	return cmd.Run()
}

// load is how many processes wanted a processor in the last minute: what a figure made beside other work is worth.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	minute, _, _ := strings.Cut(string(data), " ")
	return minute
}

// toPlay is what the browser's part is told of a recording.
type toPlay struct {
	MB       int64  `json:"mb"`
	ID       string `json:"id"`
	Original string `json:"original"` // address of the whole recording
}

func archiveAll(ctx context.Context, client *s3.Client, sessions map[string]archived) ([]toPlay, error) {
	fmt.Print("\n### Archiving, up to 5 GB\n\nThe use case as the archiver runs it, from versitygw to versitygw on files (copy of the original, SHA-256, parse, terminal, keyframes,\n" +
		"transcript, gzip), with GOMAXPROCS=1. The recordings are the real ones of testdata, one after the other. Goals: 50 MB for each second of a\n" +
		"processor, 64 MB of memory over what it has before it begins, a play object of 15 %, an index of 24 KiB (at 699 MB).\n\n" +
		"| recording | time | speed | for a second of its processor | peak memory (at first) | play object | index | segments | goals |\n|---|---|---|---|---|---|---|---|---|\n")
	var list []toPlay
	for _, mb := range sizes {
		done, err := archiveJoined(ctx, client, mb)
		if err != nil {
			return nil, fmt.Errorf("%d MB: %w", mb, err)
		}
		sessions[done.Session.ID] = *done
		original, err := wholeAddress(ctx, client, done)
		if err != nil {
			return nil, err
		}
		list = append(list, toPlay{mb, done.Session.ID, original})
		done.print(mb)
	}
	return list, nil
}

// print writes the row of a recording.
func (a *archived) print(mb int64) {
	play := a.Recording.Play
	speed := float64(mb) / a.CPU.Seconds()
	share := 100 * float64(play.Object.Size) / float64(*a.Session.SizeBytes)
	missed := []string{}
	for what, miss := range map[string]bool{"speed": speed < 50, "memory": a.PeakKiB-a.BaseKiB > 64<<10, "play object": share > 15,
		"index": mb <= 699 && play.Index.Size > 24<<10} {
		if miss {
			missed = append(missed, what)
		}
	}
	goals := "met"
	if len(missed) > 0 {
		goals = "missed: " + strings.Join(slices.Sorted(slices.Values(missed)), ", ")
	}
	fmt.Printf("| %d MB | %.1f s | %.0f MB/s | %.0f MB | %d MB (%d) | %.1f %% | %.1f KiB | %d | %s |\n", mb, a.Took.Seconds(), float64(mb)/a.Took.Seconds(),
		speed, a.PeakKiB>>10, a.BaseKiB>>10, share, float64(play.Index.Size)/(1<<10), play.Table.Size/tape.RecordSize, goals)
}

func archiveJoined(ctx context.Context, client *s3.Client, mb int64) (*archived, error) {
	j, err := newJoined(mb << 20)
	if err != nil {
		return nil, err
	}
	return archiveIt(ctx, client, fmt.Sprint(mb), "asciicast", j)
}

// archiveIt puts a recording into a folder of the inbox and archives it in a process of its own.
func archiveIt(ctx context.Context, client *s3.Client, name, format string, r io.Reader) (*archived, error) {
	f := session.Folder{Gateway: "bench", Name: name}
	if err := putRecording(ctx, client, f, format, r); err != nil {
		return nil, err
	}
	cmd, err := self(ctx, "archive-folder", f.Name)
	if err != nil {
		return nil, err
	}
	cmd.Stderr, cmd.Env = os.Stderr, append(os.Environ(), "GOMAXPROCS=1")
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	done := new(archived)
	if err := json.Unmarshal(out, done); err != nil {
		return nil, err
	}
	key := archive.InboxKey(f, recordingName) // room for the next one
	_, err = client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &gatewayBuckets.Inbox, Key: &key})
	return done, err
}

// wholeAddress is the address of a recording's original, for players that read all of it.
func wholeAddress(ctx context.Context, client *s3.Client, done *archived) (string, error) {
	for _, o := range done.Recording.Originals {
		if o.Part == session.PartManifest {
			continue
		}
		out, err := s3.NewPresignClient(client).PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &gatewayBuckets.Evidence, Key: &o.Key},
			s3.WithPresignExpires(2*time.Hour))
		if err != nil {
			return "", err
		}
		return out.URL, nil
	}
	return "", fmt.Errorf("session %s has no original", done.Session.ID)
}
