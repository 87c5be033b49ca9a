// Command bench measures Tapedeck on this machine and prints tables for docs/benchmarks.md: against a stack of its
// own (make bench), or recordings of up to 5 GB in a browser (make bench-playback), desktops there (make bench-graphics),
// or exports (make bench-export).
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "archive" { // the child process whose memory is measured
		mb, err := strconv.Atoi(os.Args[2])
		if err == nil {
			err = archiveOnce(int64(mb) << 20)
		}
		exit(err)
	}
	if len(os.Args) == 3 && os.Args[1] == "archive-folder" { // likewise
		exit(archiveFolder(os.Args[2]))
	}
	if len(os.Args) == 2 && os.Args[1] == "export-worker" { // likewise
		exit(exportWorker())
	}
	if len(os.Args) == 5 && os.Args[1] == "export-killed" { // the child process that is killed
		exit(workOnce(context.Background(), os.Args[2], os.Args[3], os.Args[4]))
	}
	if len(os.Args) == 2 && os.Args[1] == "export" {
		exit(exporting(context.Background()))
	}
	if len(os.Args) == 2 && os.Args[1] == "operations" {
		exit(operations(context.Background()))
	}
	if len(os.Args) == 2 && os.Args[1] == "given" {
		exit(giving(context.Background()))
	}
	if len(os.Args) == 2 && os.Args[1] == "cost" {
		exit(costing(context.Background()))
	}
	if len(os.Args) == 2 && os.Args[1] == "playback" {
		exit(playing(context.Background()))
	}
	if len(os.Args) == 2 && os.Args[1] == "graphics" {
		exit(graphics(context.Background()))
	}
	exit(run(context.Background()))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context) error {
	fmt.Printf("Made by `make bench` on %s: %s, %d processors, %s.\n",
		time.Now().UTC().Format(time.DateOnly), processor(), runtime.NumCPU(), runtime.Version())
	for _, part := range []func(context.Context) error{archiving, arrival, list} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

func processor() string {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, "\t :\n")
		}
	}
	return runtime.GOARCH
}

// quantile is the q-th of sorted durations.
func quantile(d []time.Duration, q float64) time.Duration {
	slices.Sort(d)
	return d[min(len(d)-1, int(q*float64(len(d))))]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

// self is this program, to run a part of it as a process of its own.
func self(ctx context.Context, args ...string) (*exec.Cmd, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return exec.CommandContext(ctx, path, args...), nil
}
