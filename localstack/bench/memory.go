package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tapedeck/localstack/deployed"
)

// functionProcess is a process of the emulator that runs a function.
type functionProcess struct {
	function string
	kib      int64 // of memory, resident
}

// functionMemory looks at the processes of the running stack's functions, by their ids: those whose environment
// names the stack's emulator.
func functionMemory() (map[int]functionProcess, error) {
	paths, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		return nil, err
	}
	found := map[int]functionProcess{}
	for _, path := range paths {
		env, err := os.ReadFile(path)
		if err != nil {
			continue // somebody else's, or gone
		}
		if variable(env, "AWS_ENDPOINT_URL") != os.Getenv("AWS_ENDPOINT_URL") {
			continue
		}
		name := variable(env, "AWS_LAMBDA_FUNCTION_NAME")
		if name == "" {
			continue
		}
		kib, err := resident(filepath.Dir(path))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			return nil, err
		}
		found[pid] = functionProcess{deployed.Folder(name), kib}
	}
	return found, nil
}

func variable(env []byte, name string) string {
	for v := range bytes.SplitSeq(env, []byte{0}) {
		if value, ok := bytes.CutPrefix(v, []byte(name+"=")); ok {
			return string(value)
		}
	}
	return ""
}

// resident is the memory that a process has, in KiB.
func resident(proc string) (int64, error) {
	data, err := os.ReadFile(filepath.Join(proc, "status"))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		}
	}
	return 0, fmt.Errorf("%s has no memory: %w", proc, fs.ErrNotExist) // it has just ended
}

// printMemory shows how the processes grew that were there each time.
func printMemory(seen []map[int]functionProcess) error {
	fmt.Printf("\nMemory (resident) of the functions' processes on the way: the mean of those that were there all the time, after each %.0f s.\n\n"+
		"| function | processes | memory | largest |\n|---|---|---|---|\n", (loadFor / loadLooks).Seconds())
	sums, count, most := map[string][]int64{}, map[string]int64{}, map[string]int64{}
	for pid, p := range seen[0] {
		all := make([]int64, 0, len(seen))
		for _, now := range seen {
			if q, there := now[pid]; there {
				all = append(all, q.kib)
			}
		}
		if len(all) < len(seen) {
			continue
		}
		if sums[p.function] == nil {
			sums[p.function] = make([]int64, len(seen))
		}
		count[p.function]++
		for i, kib := range all {
			sums[p.function][i] += kib
			most[p.function] = max(most[p.function], kib)
		}
	}
	if len(sums) == 0 {
		return errors.New("the stack's functions have no processes")
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		var means []string
		for _, sum := range sums[name] {
			means = append(means, fmt.Sprintf("%.1f", mib(sum/count[name])))
		}
		fmt.Printf("| %s | %d | %s MB | %.1f MB |\n", name, count[name], strings.Join(means, ", "), mib(most[name]))
	}
	return nil
}

func mib[N int | int64](kib N) float64 { return float64(kib) / (1 << 10) }
