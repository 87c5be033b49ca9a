// Package metrics writes what is counted as CloudWatch's embedded metric format: lines of JSON in the function's own log,
// from which CloudWatch makes metrics. It costs no call, and never stands in the way: what cannot be written is lost.
package metrics

import (
	"encoding/json"
	"io"
	"sync"
	"time"
)

// Namespace is that of all metrics; their one dimension is Function.
const Namespace = "Tapedeck"

// Metric is something that is counted.
type Metric struct {
	Name string
	Unit string // one of CloudWatch's
	Says string // what is counted, for docs/metrics.md
}

// Value is a metric at a moment.
type Value struct {
	metric Metric
	n      float64
}

// Of makes a value.
func (m Metric) Of(n float64) Value { return Value{m, n} }

var (
	mu       sync.Mutex
	out      io.Writer // nil: nowhere, as in tests and on the command line
	function string
	clock    func() time.Time
)

// To sends what is counted from now on to w, as that of a function.
func To(w io.Writer, of string, now func() time.Time) {
	mu.Lock()
	defer mu.Unlock()
	out, function, clock = w, of, now
}

// Put counts values of one moment: one line (CloudWatch User Guide, "Specification: Embedded metric format").
func Put(values ...Value) {
	mu.Lock()
	defer mu.Unlock()
	if out == nil || len(values) == 0 {
		return
	}
	definitions := make([]map[string]string, len(values))
	line := map[string]any{"Function": function}
	for i, v := range values {
		definitions[i] = map[string]string{"Name": v.metric.Name, "Unit": v.metric.Unit}
		line[v.metric.Name] = v.n
	}
	line["_aws"] = map[string]any{"Timestamp": clock().UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{"Namespace": Namespace, "Dimensions": [][]string{{"Function"}}, "Metrics": definitions}}}
	data, err := json.Marshal(line)
	if err != nil { // of what is no number: not a number, and the infinities
		return
	}
	_, _ = out.Write(append(data, '\n')) // one write: lines of others do not come between
}
