package terminal

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
)

// randomSeed is another one each time; a failure prints it.
var randomSeed = rand.Uint64() >> 32

// compareGenerated compares the sessions of count seeds, each at about four checkpoints.
func compareGenerated(t *testing.T, from, count uint64) (all verdict) {
	x := requireXterm(t)
	for seed := from; seed < from+count; seed++ {
		s := generate(seed, 20+int(seed%80))
		v := examine(t, x, s)
		if v.wrong != "" {
			s = shrink(s, func(s session) bool { return examine(t, x, s).wrong != "" })
			t.Fatalf("%s%s", s, examine(t, x, s).wrong)
		}
		all.add(v)
	}
	t.Logf("seeds %d to %d: %v", from, from+count-1, &all)
	return all
}

// examine compares at the checkpoints of a session and at its end.
func examine(t testing.TB, x *xterm, s session) (v verdict) {
	v.run(t, x, s, func(i int, st step) bool { return st.check || i == len(s.steps)-1 })
	return v
}

func TestGeneratedSessionsKeepTheContractWithXterm(t *testing.T) {
	all := compareGenerated(t, 1, 800)
	if all.checkpoints < 2000 || 100*(all.unreachable+all.parted) > all.checkpoints {
		t.Errorf("less than 99%% of the checkpoints are equal, then and later: %v", &all)
	}
}

// TestSessionsOfARandomSeedKeepTheContractWithXterm runs other sessions each time, more of them in CI.
func TestSessionsOfARandomSeedKeepTheContractWithXterm(t *testing.T) {
	count := uint64(100)
	if os.Getenv("CI") != "" {
		count = 1000
	}
	all := compareGenerated(t, randomSeed, count)
	if 20*(all.unreachable+all.parted) > all.checkpoints {
		t.Errorf("unusually many checkpoints differ: %v", &all)
	}
}

// shrink leaves out steps, and then cuts them, as long as the rest still fails.
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
