package terminal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const later = 64 << 10 // bytes after a checkpoint that are fed to both

// verdict counts what comparing a session gave.
type verdict struct {
	checkpoints int
	unreachable int    // checkpoints of which the dump gives another state, as Compare says too
	leftovers   int    // checkpoints at which Compare says Shows
	parted      int    // of these: those that are not equal later any more, as Compare says then too
	failed      int    // sessions that ended with an exception of xterm.js: after some resizes it writes to lines that are not there
	wrong       string // what must not be
}

func (v *verdict) String() string {
	return fmt.Sprintf("%d checkpoints, of which %d cannot be reached by a dump; %d have leftovers, of which %d parted later; xterm.js failed in %d sessions",
		v.checkpoints, v.unreachable, v.leftovers, v.parted, v.failed)
}

func (v *verdict) add(o verdict) {
	v.checkpoints += o.checkpoints
	v.unreachable += o.unreachable
	v.leftovers += o.leftovers
	v.parted += o.parted
	v.failed += o.failed
}

// branch is a new xterm.js and a new terminal of ours that went on from a dump.
type branch struct {
	mirror *mirror
	ours   *Terminal
	match  Match
	left   int // bytes until it is compared again
}

// run feeds a session to both. At each checkpoint it compares our state with that of xterm.js, in everything, and a
// new xterm.js fed with our dump with the one fed from the start; later the latter two once more.
func (v *verdict) run(t testing.TB, x *xterm, s session, checkpoint func(i int, st step) bool) {
	ours, linear := New(s.cols, s.rows), x.open(t, s.cols, s.rows)
	var open []branch
	defer func() {
		linear.close()
		for _, b := range open {
			b.mirror.close()
		}
	}()
	for i, st := range s.steps {
		st.apply(ours, linear)
		var due []branch
		for k := range open {
			st.apply(open[k].ours, open[k].mirror)
			open[k].left -= len(st.text)
		}
		open = slices.DeleteFunc(open, func(b branch) bool {
			if b.left <= 0 {
				due = append(due, b)
			}
			return b.left <= 0
		})
		here, last := checkpoint(i, st), i == len(s.steps)-1
		if last {
			due, open = append(due, open...), nil
		}
		if !here && len(due) == 0 {
			continue
		}
		want := linear.state()
		if want[0].key == "failed" {
			v.failed++
			open = append(open, due...)
			return
		}
		for _, b := range due {
			v.compareLater(b, ours, want)
			b.mirror.close()
		}
		if here && v.wrong == "" {
			open = v.compareNow(t, x, ours, want, open)
		}
		if v.wrong != "" {
			v.wrong = fmt.Sprintf("at step %d of %d, after %+v: %s", i, len(s.steps), st, v.wrong)
			return
		}
	}
}

func (v *verdict) compareNow(t testing.TB, x *xterm, ours *Terminal, want records, open []branch) []branch {
	if got := stateOf(ours); len(differences(got, want, all)) > 0 {
		v.wrong = "our state is not that of xterm.js:\n" + explain(got, want, differences(got, want, all))
		return open
	}
	if len(ours.partial) > 0 {
		return open // a dump is of whole characters
	}
	cols, rows := ours.Size()
	dump := ours.Dump()
	b := branch{mirror: x.open(t, cols, rows), ours: New(cols, rows), left: later}
	b.mirror.write(string(dump))
	b.ours.Feed(dump)
	b.match = ours.Compare(b.ours)
	got := b.mirror.state()
	diff := differences(got, want, shown)
	if b.match == Same {
		diff = differences(got, want, lasting)
	}
	v.checkpoints++
	switch {
	case len(diff) > 0 && b.match != Differs:
		v.wrong = fmt.Sprintf("a new xterm.js fed with our dump %q differs:\n%s", dump, explain(got, want, diff))
	case len(diff) == 0 && b.match == Differs:
		v.wrong = fmt.Sprintf("Compare finds a difference that xterm.js does not show, with our dump %q", dump)
	case b.match == Differs:
		v.unreachable++
	default:
		if b.match == Shows {
			v.leftovers++
		}
		return append(open, b)
	}
	b.mirror.close()
	return open
}

func (v *verdict) compareLater(b branch, ours *Terminal, want records) {
	got := b.mirror.state()
	diff := differences(got, want, shown)
	noticed := ours.Compare(b.ours) == Differs
	switch {
	case got[0].key == "failed":
		v.parted++
	case len(diff) > 0 && b.match == Same:
		v.wrong = "later the xterm.js that went on from our dump differs, although Compare said Same:\n" + explain(got, want, diff)
	case len(diff) > 0 && !noticed:
		v.wrong = "Compare does not notice that the xterm.js that went on from our dump differs:\n" + explain(got, want, diff)
	case len(diff) == 0 && noticed:
		v.wrong = "Compare finds a difference that xterm.js does not show:\n" + explain(stateOf(b.ours), stateOf(ours), differences(stateOf(b.ours), stateOf(ours), shown))
	case len(diff) > 0:
		v.parted++
	}
}

// apply feeds a step to both. Ours gets it in two pieces when it has a control in it.
func (st step) apply(ours *Terminal, m *mirror) {
	if st.cols != 0 {
		ours.Resize(st.cols, st.rows)
		m.resize(st.cols, st.rows)
		return
	}
	cut := max(0, strings.LastIndexAny(st.text, "\n\r\x1b\b"))
	ours.Feed([]byte(st.text[:cut]))
	ours.Feed([]byte(st.text[cut:]))
	m.write(st.text)
}
