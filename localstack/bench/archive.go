package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/ingest"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
)

const sample = "testdata/recordings/cast/cast-find-flood.cast"

// long is a recording of about a size: the sample again and again, its times shifted.
type long struct {
	lines [][]byte
	size  int64
	at    int
	shift float64
	out   []byte
}

func newLong(size int64) (*long, error) {
	data, err := os.ReadFile(sample)
	if err != nil {
		return nil, err
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	return &long{lines: lines[1 : len(lines)-1], size: size, out: lines[0]}, nil
}

func (l *long) Read(p []byte) (int, error) {
	if len(l.out) == 0 {
		if l.size <= 0 {
			return 0, io.EOF
		}
		line := l.lines[l.at]
		comma := bytes.IndexByte(line, ',')
		var t float64
		if err := json.Unmarshal(line[1:comma], &t); err != nil {
			return 0, err
		}
		l.out = append(fmt.Appendf(l.out[:0], "[%.6f", t+l.shift), line[comma:]...)
		if l.at++; l.at == len(l.lines) {
			l.at, l.shift = 0, l.shift+t+1
		}
	}
	n := copy(p, l.out)
	l.out, l.size = l.out[n:], l.size-int64(n)
	return n, nil
}

// disk is an archive whose one recording lies in a file, and whose derived objects go nowhere.
type disk struct {
	*archivetest.Memory
	path   string
	stored session.Stored
}

func (d *disk) Head(context.Context, session.Folder, string) (*archive.Arrived, error) {
	return &archive.Arrived{Size: d.stored.Size}, nil
}

func (d *disk) Copy(context.Context, *archive.Arrived, string) (session.Stored, error) {
	return d.stored, nil
}

func (d *disk) OpenOriginal(context.Context, session.Stored) (io.ReadCloser, error) {
	return os.Open(d.path)
}
func (d *disk) Lock(context.Context, session.Stored, time.Time) error { return nil }
func (d *disk) NewDerived(context.Context, string) archive.Writer     { return &nowhere{} }

type nowhere struct{ n int64 }

func (w *nowhere) Write(p []byte) (int, error)     { w.n += int64(len(p)); return len(p), nil }
func (w *nowhere) Commit() (session.Stored, error) { return session.Stored{Size: w.n}, nil }
func (w *nowhere) Abort()                          {}

type nothing struct{}

func (nothing) Record(context.Context, session.Event) error { return nil }
func (nothing) Send(context.Context, string) error          { return nil }

// archiveOnce archives the recording in the file that standard input names, and prints how long that took.
func archiveOnce(int64) error {
	var in struct {
		Path   string
		Stored session.Stored
	}
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		return err
	}
	d := &disk{Memory: archivetest.NewMemory(), path: in.Path, stored: in.Stored}
	x := indextest.NewMemory()
	f := session.Folder{Gateway: "bench", Name: "s"}
	d.PutInbox(f, session.ManifestName, []byte(`{"version":1,"sessionId":"0b7e0000-0000-4000-8000-000000000001","actionAt":"2026-11-23T06:04:05Z",
		"format":"asciicast","objects":[{"key":"recording.cast","part":"recording"}]}`))
	g := &ingest.Ingest{Registry: x, Rows: x, Work: x, Inbox: d, Evidence: d, Derived: d, Audit: nothing{}, Handover: nothing{},
		Settings: settings.Fixed{TimeZone: "UTC", RetentionDays: 1}, InlineBytes: 1 << 40, Now: time.Now}
	start := time.Now()
	if failed := g.Arrive(context.Background(), []session.Folder{f}); len(failed) > 0 {
		return failed[f]
	}
	took := time.Since(start)
	page, err := x.List(context.Background(), session.Query{To: session.EndOfTime, PageSize: 1})
	if err != nil || len(page.Items) != 1 || page.Items[0].State != session.Ready {
		return fmt.Errorf("not archived: %+v, %w", page, err)
	}
	fmt.Println(took.Nanoseconds())
	return nil
}

func archiving(ctx context.Context) error {
	fmt.Print("\n## Archiving\n\nThe use case as the archiver runs it (SHA-256, parse, terminal, keyframes, transcript, gzip), from a file to nowhere, on one core. Peer: `gzip -5`\nof the same file, which reads nothing and keeps no index.\n\n" +
		"| recording | time | speed | peak memory | gzip -5 | ratio |\n|---|---|---|---|---|---|\n")
	for _, mb := range []int64{10, 100, 1024} {
		if err := archivingOf(ctx, mb); err != nil {
			return err
		}
	}
	return nil
}

func archivingOf(ctx context.Context, mb int64) error {
	f, err := os.CreateTemp("", "bench-*.cast")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	l, err := newLong(mb << 20)
	if err != nil {
		return err
	}
	stored, err := writeLong(f, l)
	if err != nil {
		return err
	}
	cmd, err := self(ctx, "archive", fmt.Sprint(mb))
	if err != nil {
		return err
	}
	in, err := json.Marshal(map[string]any{"Path": f.Name(), "Stored": stored})
	if err != nil {
		return err
	}
	cmd.Stdin, cmd.Stderr, cmd.Env = bytes.NewReader(in), os.Stderr, append(os.Environ(), "GOMAXPROCS=1")
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	var ns int64
	if _, err := fmt.Sscan(string(out), &ns); err != nil {
		return err
	}
	took := time.Duration(ns)
	rss := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss // KiB on Linux
	start := time.Now()
	if err := exec.CommandContext(ctx, "sh", "-c", `gzip -5 <"$1" >/dev/null`, "sh", f.Name()).Run(); err != nil {
		return err
	}
	peer := time.Since(start)
	size := float64(stored.Size) / (1 << 20)
	fmt.Printf("| %d MB | %.2f s | %.0f MB/s | %d MB | %.0f MB/s | %.1f |\n", mb, took.Seconds(), size/took.Seconds(), rss>>10, size/peer.Seconds(),
		peer.Seconds()/took.Seconds())
	return nil
}

func writeLong(f *os.File, l *long) (session.Stored, error) {
	h := newHash()
	w := bufio.NewWriterSize(io.MultiWriter(f, h), 1<<20)
	n, err := io.Copy(w, l)
	if err == nil {
		err = w.Flush()
	}
	return session.Stored{Key: "sessions/bench/recording.cast", Size: n, SHA256: h.sum()}, err
}
