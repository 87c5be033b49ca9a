package terminal

import (
	"fmt"
	"os"
	"testing"
)

// dumpDisagreement runs a session and says how a new xterm.js fed with our dump differs from the one that was fed from the start.
func dumpDisagreement(t testing.TB, x *xterm, s session, counts *[3]int) string {
	ours, m := New(s.cols, s.rows), x.open(t, s.cols, s.rows)
	defer m.close()
	for _, st := range s.steps {
		st.apply(ours, m)
	}
	want := m.state()
	if want[0].key == "failed" {
		return ""
	}
	cols, rows := ours.Size()
	dump := ours.Dump()
	match := ours.Match(dump)
	if counts != nil {
		counts[match]++
	}
	n := x.open(t, cols, rows)
	defer n.close()
	n.write(string(dump))
	got := n.state()
	if got[0].key == "failed" {
		return string(got[0].value)
	}
	diff := differences(got, want, match == Same)
	if match == Same {
		keep := diff[:0]
		for _, k := range diff {
			if k[0] != '~' {
				keep = append(keep, k)
			}
		}
		diff = keep
	}
	if match == Differs && os.Getenv("ALL") == "" {
		if len(diff) == 0 {
			return fmt.Sprintf("our Match says Differs, xterm does not: %v\ndump %q", differences(stateOf(func() *Terminal { o := New(cols, rows); o.Feed(dump); return o }()), stateOf(ours), false), dump)
		}
		return ""
	}
	if len(diff) > 0 {
		return fmt.Sprintf("match %d dump %q:\n%s", match, dump, explain(got, want, diff))
	}
	return ""
}

func TestDumpsOfGeneratedSessions(t *testing.T) {
	x := requireXterm(t)
	from, count := uint64(1), 1000
	if s := os.Getenv("SEEDS"); s != "" {
		fmt.Sscanf(s, "%d+%d", &from, &count)
	}
	failed := 0
	var counts [3]int
	for seed := from; seed < from+uint64(count); seed++ {
		s := generate(seed, 20+int(seed%60))
		if why := dumpDisagreement(t, x, s, &counts); why != "" {
			s = shrink(s, func(s session) bool { return dumpDisagreement(t, x, s, nil) != "" })
			t.Errorf("%s%s", s, dumpDisagreement(t, x, s, nil))
			if failed++; failed == 4 {
				break
			}
		}
	}
	t.Log(counts)
}
