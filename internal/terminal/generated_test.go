package terminal

import (
	"fmt"
	"os"
	"strconv"
	"testing"
)

// disagreement runs a session on both and says how they first differ, comparing after every step, or at the end only.
func disagreement(t testing.TB, x *xterm, s session, each bool) string {
	ours, m := New(s.cols, s.rows), x.open(t, s.cols, s.rows)
	defer m.close()
	for i, st := range s.steps {
		st.apply(ours, m)
		if !each && i < len(s.steps)-1 {
			continue
		}
		want := m.state()
		if want[0].key == "failed" {
			fmt.Printf("FAILED %s step %d %+v: %s\n", s.name, i, st, want[0].value)
			return ""
		}
		got := stateOf(ours)
		if diff := differences(got, want, true); len(diff) > 0 {
			return fmt.Sprintf("after step %d of %d, %+v:\n%s", i, len(s.steps), st, explain(got, want, diff))
		}
	}
	return ""
}

// shrink leaves out steps as long as the rest still fails.
func shrink(s session, fails func(session) bool) session {
	for size := len(s.steps) / 2; size > 0; {
		shorter := false
		for at := 0; at+size <= len(s.steps); {
			try := s
			try.steps = append(append([]step{}, s.steps[:at]...), s.steps[at+size:]...)
			if fails(try) {
				s, shorter = try, true
			} else {
				at += size
			}
		}
		if !shorter || size > len(s.steps) {
			size /= 2
		}
	}
	return s
}

func (s session) String() string {
	out := fmt.Sprintf("%s, %dx%d:\n", s.name, s.cols, s.rows)
	for _, st := range s.steps {
		if st.cols != 0 {
			out += fmt.Sprintf("  resize %dx%d\n", st.cols, st.rows)
		} else {
			out += fmt.Sprintf("  %q\n", st.text)
		}
	}
	return out
}

func TestGeneratedSessionsMakeTheStateOfXterm(t *testing.T) {
	x := requireXterm(t)
	from, count := uint64(1), 300
	if s := os.Getenv("SEEDS"); s != "" {
		fmt.Sscanf(s, "%d+%d", &from, &count)
	}
	failed := 0
	for seed := from; seed < from+uint64(count); seed++ {
		s := generate(seed, 60)
		if why := disagreement(t, x, s, true); why != "" {
			s = shrink(s, func(s session) bool { return disagreement(t, x, s, true) != "" })
			t.Errorf("%s%s", s, disagreement(t, x, s, true))
			if failed++; failed == 3 {
				break
			}
		}
	}
	_ = strconv.Itoa
}
