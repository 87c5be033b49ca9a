// Command count reads what the suites reported and prints the closing line of a run: how many tests there were.
// A test that was skipped is a failure. `count failed FILE` prints what one report says of what failed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

type tally struct{ passed, failed, skipped int }

func main() {
	if len(os.Args) == 3 && os.Args[1] == "failed" {
		if err := failures(os.Args[2], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "count:", err)
		}
		return
	}
	dir := os.Args[1]
	var unit, contract, life, web, e2e tally
	errs := []error{goTests(filepath.Join(dir, "unit"), &unit, elsewhere), goTests(filepath.Join(dir, "contract"), &contract, nil),
		goTests(filepath.Join(dir, "life"), &life, nil), vitest(filepath.Join(dir, "web.json"), &web), tap(filepath.Join(dir, "e2e"), &e2e)}
	for _, err := range errs {
		if err != nil {
			fmt.Fprintln(os.Stderr, "count:", err)
			os.Exit(1)
		}
	}
	var all tally
	for suite, t := range map[string]tally{"unit tests": unit, "contract suites": contract, "lives of stacks": life, "pages": web, "end to end": e2e} {
		if t.skipped > 0 || t.passed == 0 {
			fmt.Printf("%s: %d skipped, %d passed: each has to run\n", suite, t.skipped, t.passed)
			all.failed++
		}
		all.passed, all.failed, all.skipped = all.passed+t.passed, all.failed+t.failed, all.skipped+t.skipped
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", all.passed, all.failed, all.skipped)
	if all.failed > 0 {
		os.Exit(1)
	}
}

// elsewhere reports whether a unit test that was skipped runs by itself: the contract suites, on engines, and the lives of
// stacks.
func elsewhere(pkg, test string) bool {
	return strings.Contains(test, "Contract") || pkg == "tapedeck/localstack/life"
}

// goTests reads `go test -json`. What was skipped for a reason is not counted.
func goTests(file string, t *tally, reason func(pkg, test string) bool) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e struct{ Action, Package, Test string }
		if json.Unmarshal(lines.Bytes(), &e) != nil || e.Test == "" {
			continue // what the build said
		}
		switch e.Action {
		case "pass":
			t.passed++
		case "fail":
			t.failed++
		case "skip":
			if reason == nil || !reason(e.Package, e.Test) {
				t.skipped++
			}
		}
	}
	return lines.Err()
}

// vitest reads vitest's JSON report.
func vitest(file string, t *tally) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var r struct{ NumPassedTests, NumFailedTests, NumPendingTests int }
	if err := json.Unmarshal(data, &r); err != nil {
		return err
	}
	t.passed, t.failed, t.skipped = r.NumPassedTests, r.NumFailedTests, r.NumPendingTests
	return nil
}

// tap reads the closing comments of Node's TAP reporter.
func tap(file string, t *tally) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		_, _ = fmt.Sscanf(line, "# pass %d", &t.passed)
		_, _ = fmt.Sscanf(line, "# fail %d", &t.failed)
		_, _ = fmt.Sscanf(line, "# skipped %d", &t.skipped)
	}
	return nil
}
