package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A test that nobody runs must not pass for one that passed.
func TestASkipCountsUnlessItsTestRunsElsewhere(t *testing.T) {
	report := filepath.Join(t.TempDir(), "unit")
	if err := os.WriteFile(report, []byte(`{"Action":"pass","Package":"tapedeck/cmd/tapedeck","Test":"TestPush"}
{"Action":"skip","Package":"tapedeck/cmd/tapedeck","Test":"TestFishCompletesWhatIsThere"}
{"Action":"skip","Package":"tapedeck/internal/archive","Test":"TestS3KeepsTheContract"}
{"Action":"skip","Package":"tapedeck/localstack/life","Test":"TestTheLifeOfStacks"}
{"Action":"fail","Package":"tapedeck/internal/tape","Test":"TestSize"}
{"Action":"skip","Package":"tapedeck/internal/keys"}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		reason func(pkg, test string) bool
		want   tally
	}{{elsewhere, tally{1, 1, 1}}, {nil, tally{1, 1, 3}}} {
		var got tally
		if err := goTests(report, &got, c.reason); err != nil || got != c.want {
			t.Errorf("%+v, want %+v; %v", got, c.want, err)
		}
	}
}
