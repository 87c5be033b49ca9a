package main

import (
	"context"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"tapedeck/internal/reconcile"
)

func TestOnlyTheScheduleEndsInAnErrorWhenSomethingFailed(t *testing.T) {
	scheduled, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		event  string
		asked  reconcile.Options
		report reconcile.Report
		failed bool
	}{
		{string(scheduled), reconcile.Options{}, reconcile.Report{}, false},
		{string(scheduled), reconcile.Options{}, reconcile.Report{Failed: 1}, true},
		{string(scheduled), reconcile.Options{}, reconcile.Report{Lost: 1}, true},
		{string(scheduled), reconcile.Options{}, reconcile.Report{IndexLost: true}, true},
		{`{}`, reconcile.Options{}, reconcile.Report{Failed: 1}, false},
		{`{"rebuild":true,"continue":true}`, reconcile.Options{Rebuild: true, Continue: true}, reconcile.Report{Restored: 2}, false},
		{`{"rederive":{"ids":["a"],"after":"","to":"Z","dryRun":true}}`, reconcile.Options{Rederive: &reconcile.Scope{IDs: []string{"a"}, To: "Z", DryRun: true}}, reconcile.Report{Outdated: 2, Done: true}, false},
		{`{"everything":true}`, reconcile.Options{Everything: true}, reconcile.Report{Found: 2, Done: true}, false},
	} {
		var e event
		if err := json.Unmarshal([]byte(c.event), &e); err != nil {
			t.Fatal(err)
		}
		got, err := handler(func(ctx context.Context, o reconcile.Options) (reconcile.Report, error) {
			if _, limited := ctx.Deadline(); !reflect.DeepEqual(o, c.asked) || limited != (e.Source == "") {
				t.Errorf("%s: asked for %+v, limited %v", c.event, o, limited)
			}
			return c.report, nil
		})(context.Background(), e)
		if got != c.report || (err != nil) != c.failed {
			t.Errorf("%s: %+v, %v", c.event, got, err)
		}
	}
}
