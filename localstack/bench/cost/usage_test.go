package cost_test

import (
	"math"
	"testing"

	"tapedeck/localstack/bench/cost"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestABillIsUnitsTimesPrices(t *testing.T) {
	lines, total := cost.Bill(cost.Usage{cost.WriteUnit: 12_000, cost.S3Put: 8_000, cost.TransferOut: 2.5, cost.KMSKey: 4})
	want := []struct {
		unit cost.Unit
		cost float64
	}{
		{cost.WriteUnit, 0.0075},  // 12,000 at 0.625 dollars a million
		{cost.S3Put, 0.04},        // 8,000 at half a cent a thousand
		{cost.TransferOut, 0.225}, // 2.5 GB at 9 cents
		{cost.KMSKey, 4},          // a dollar each
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines", len(lines))
	}
	for i, w := range want {
		if lines[i].Unit != w.unit || !near(lines[i].Cost, w.cost) {
			t.Errorf("%s costs %v, want %s at %v", lines[i].Unit, lines[i].Cost, w.unit, w.cost)
		}
	}
	if !near(total, 4.2725) {
		t.Errorf("all of it costs %v", total)
	}
}

func TestEachUnitHasOnePriceAndWhatHasNoneIsNotForgotten(t *testing.T) {
	seen := map[cost.Unit]bool{}
	for _, p := range cost.Prices {
		if seen[p.Unit] || p.Dollars <= 0 || p.Per < 1 {
			t.Errorf("%+v", p)
		}
		seen[p.Unit] = true
	}
	defer func() {
		if recover() == nil {
			t.Error("a unit without a price costs nothing")
		}
	}()
	cost.Bill(cost.Usage{"Mechanical Turk: hours": 1})
}

func TestUsageAddsUp(t *testing.T) {
	one := cost.Usage{cost.S3Get: 3, cost.ReadUnit: 0.5}
	both := one.Plus(cost.Usage{cost.S3Get: 1, cost.S3Put: 2}).Times(1000)
	if len(both) != 3 || both[cost.S3Get] != 4000 || both[cost.S3Put] != 2000 || both[cost.ReadUnit] != 500 || one[cost.S3Get] != 3 {
		t.Errorf("%v, and %v before", both, one)
	}
}

func TestAFunctionIsPaidForMemoryTimesTime(t *testing.T) {
	for _, c := range []struct{ memory, processor, waited, want float64 }{
		{1024, 0, 1, 1},                    // a second of waiting with a GB
		{1769, 1, 0, 1769.0 / 1024},        // a second of a whole processor
		{512, 0.1, 0, 0.1 * 1769.0 / 1024}, // with less memory it takes longer, and costs the same
		{3538, 1, 0, 2 * 1769.0 / 1024},    // one that uses one processor of two
	} {
		u := cost.Lambda(c.memory, c.processor, c.waited)
		if !near(u[cost.LambdaTime], c.want) || u[cost.LambdaRequest] != 1 {
			t.Errorf("%+v: %v", c, u)
		}
	}
}
