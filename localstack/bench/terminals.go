package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// sheet is the output of one recording, for terminals that are compared.
type sheet struct {
	Name    string   `json:"name"`
	Size    [2]int   `json:"size"`
	Outputs []string `json:"outputs"`
}

// terminals feeds the same output to three terminals: ours, xterm.js in Node, and one of Go's module proxy.
func terminals(ctx context.Context) error {
	f, err := os.CreateTemp("", "bench-*.json")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	sheets, err := readSheets()
	if err != nil {
		return err
	}
	if err := json.NewEncoder(f).Encode(sheets); err != nil {
		return err
	}
	fmt.Print("\n### Terminals\n\nThe output of all recordings of testdata, each to a new terminal of its size, again and again for five seconds; on one processor.\n\n| terminal | speed |\n|---|---|\n")
	for _, args := range [][]string{{"go", "run", "-C", "localstack/bench/terminals", ".", f.Name()}, {"node", "web/bench/terminal.mjs", f.Name()}} {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdout, os.Stderr, append(os.Environ(), "GOMAXPROCS=1")
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
		}
	}
	return nil
}

func readSheets() (list []sheet, err error) {
	paths, err := filepath.Glob(castFiles)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		p, err := readPart(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		s := sheet{Name: filepath.Base(path)}
		if _, err := fmt.Sscanf(p.size, "%dx%d", &s.Size[0], &s.Size[1]); err != nil {
			return nil, err
		}
		for _, e := range p.events {
			var event [2]string
			if err := json.Unmarshal([]byte("["+strings.TrimPrefix(string(e.rest), ",")), &event); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			if event[0] == "o" {
				s.Outputs = append(s.Outputs, event[1])
			}
		}
		list = append(list, s)
	}
	return list, nil
}
