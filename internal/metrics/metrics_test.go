package metrics_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"tapedeck/internal/metrics"
)

var update = flag.Bool("update", false, "write docs/metrics.md anew")

// written is what Put writes while do runs.
func written(t *testing.T, do func()) string {
	var b bytes.Buffer
	metrics.To(&b, "stack-IngestFunction-1", func() time.Time { return time.UnixMilli(1764000000123) })
	t.Cleanup(func() { metrics.To(nil, "", nil) })
	do()
	return b.String()
}

func TestALineIsOfTheEmbeddedMetricFormat(t *testing.T) {
	line := written(t, func() { metrics.Put(metrics.Archived.Of(1), metrics.ArchivedBytes.Of(1<<40+1)) })
	var got any
	if err := json.Unmarshal([]byte(line), &got); err != nil || strings.Count(line, "\n") != 1 {
		t.Fatalf("%q: %v", line, err)
	}
	want := map[string]any{"Function": "stack-IngestFunction-1", "Archived": 1.0, "ArchivedBytes": 1099511627777.0,
		"_aws": map[string]any{"Timestamp": 1764000000123.0, "CloudWatchMetrics": []any{map[string]any{"Namespace": "Tapedeck",
			"Dimensions": []any{[]any{"Function"}}, "Metrics": []any{map[string]any{"Name": "Archived", "Unit": "Count"}, map[string]any{"Name": "ArchivedBytes", "Unit": "Bytes"}}}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestLinesOfManyAtOnceAreWhole(t *testing.T) {
	text := written(t, func() {
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { metrics.Put(metrics.RangesIssued.Of(3)) })
		}
		all.Wait()
	})
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("%q", line)
		}
	}
	if len(lines) != 50 {
		t.Errorf("%d lines", len(lines))
	}
}

type broken struct{ io.Writer }

func (broken) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left") }

func TestWhatCannotBeCountedStandsInNobodysWay(t *testing.T) {
	metrics.To(nil, "", nil)
	metrics.Put(metrics.Archived.Of(1))
	if text := written(t, func() { metrics.Put(); metrics.Put(metrics.SearchTime.Of(math.NaN())) }); text != "" {
		t.Errorf("%q", text)
	}
	metrics.To(broken{}, "f", time.Now)
	t.Cleanup(func() { metrics.To(nil, "", nil) })
	metrics.Put(metrics.Archived.Of(1))
}

func TestEveryMetricIsInTheDocumentation(t *testing.T) {
	const path = "../../docs/metrics.md"
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	units := []string{"Count", "Bytes", "Seconds", "Milliseconds"}
	table := "| metric | unit | says |\n|---|---|---|\n"
	for _, m := range metrics.All {
		table += fmt.Sprintf("| `%s` | %s | %s |\n", m.Name, m.Unit, m.Says)
		if !strings.Contains(strings.Join(units, " "), m.Unit) {
			t.Errorf("%s: CloudWatch has no unit %s", m.Name, m.Unit)
		}
	}
	const begin, end = "<!-- metrics -->\n", "<!-- end -->"
	before, rest, _ := strings.Cut(string(doc), begin)
	_, after, ok := strings.Cut(rest, end)
	if !ok || len(metrics.All) < 12 {
		t.Fatalf("%d metrics, and marks %v", len(metrics.All), ok)
	}
	if want := before + begin + table + end + after; *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(doc) {
		t.Error("docs/metrics.md is not what the source says: go test ./internal/metrics -update")
	}
}
