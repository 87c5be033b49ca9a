package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// failedLines is how much of each failed test is printed: its last lines.
const failedLines = 60

// failures prints what a report of `go test -json` says of the tests and packages that failed, and of nothing else.
// A test that never ended (a timeout, a panic) counts as failed: its package then is.
func failures(file string, w io.Writer) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	type key struct{ pkg, test string }
	said, ended := map[key][]string{}, map[key]string{}
	var order []key
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e struct{ Action, Package, ImportPath, Test, Output string }
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(w, lines.Text()) // what is no JSON is go's own complaint
			continue
		}
		k := key{e.Package + e.ImportPath, e.Test}
		switch e.Action {
		case "output", "build-output":
			if _, known := said[k]; !known {
				order = append(order, k)
			}
			said[k] = append(said[k], e.Output)
			if e.Action == "build-output" {
				ended[k] = "fail"
			}
		case "pass", "fail", "skip":
			ended[k] = e.Action
		}
	}
	for _, k := range order {
		if end := ended[k]; end == "pass" || end == "skip" || end == "" && ended[key{pkg: k.pkg}] != "fail" {
			continue
		}
		out := said[k]
		if len(out) > failedLines {
			out = out[len(out)-failedLines:]
		}
		fmt.Fprintf(w, "== %s %s\n%s\n", k.pkg, k.test, strings.TrimRight(strings.Join(out, ""), "\n"))
	}
	return lines.Err()
}
