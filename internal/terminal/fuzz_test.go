package terminal

import (
	"bytes"
	"testing"
)

// playBytes feeds data to a terminal. After 0xff, which no text has in it, two bytes are a new size.
func playBytes(t *Terminal, data []byte) {
	for {
		text, rest, resize := bytes.Cut(data, []byte{0xff})
		t.Feed(text)
		if !resize {
			return
		}
		if len(rest) >= 2 {
			t.Resize(int(rest[0]), int(rest[1]))
			rest = rest[2:]
		}
		data = rest
	}
}

func addSeeds(f *testing.F) {
	for seed := range uint64(40) {
		var data []byte
		for _, st := range generate(seed, 30).steps {
			if st.cols != 0 {
				data = append(data, 0xff, byte(st.cols), byte(st.rows))
			} else {
				data = append(data, st.text...)
			}
		}
		f.Add(data)
	}
	for _, s := range corpus(f) {
		var data []byte
		for _, st := range s.steps[len(s.steps)/2:] {
			if data = append(data, st.text...); len(data) > 4000 {
				break
			}
		}
		f.Add(data)
	}
}

func FuzzFeed(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		term := New(20, 6)
		term.OnLine = func(l Line) { l.AppendText(nil) }
		playBytes(term, data)
		if rows := term.Rows(); len(rows) != term.rows {
			t.Errorf("%d rows of %d", len(rows), term.rows)
		}
		if n := memory(term); n > 8<<20+2*len(data) {
			t.Errorf("%d bytes made it as large as %d", len(data), n)
		}
	})
}

// memory is about how many bytes a terminal holds.
func memory(t *Terminal) (n int) {
	for _, s := range []*screen{&t.primary, &t.alternate} {
		for _, l := range s.lines.slots {
			if l != nil {
				n += 12*cap(l.cells) + 8*cap(l.extras) + l.size
			}
		}
	}
	for _, to := range t.links.targets {
		n += len(to.id) + len(to.address)
	}
	return n + len(t.title) + len(t.icon) + cap(t.parser.osc.text) + cap(t.partial)
}

// FuzzDump checks what holds for any state: a terminal made from a dump makes the same one again, and where it is
// equal to the terminal that was dumped, both go on alike.
func FuzzDump(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		term := New(20, 6)
		playBytes(term, data[:len(data)/2])
		made := remade(term)
		again := remade(made)
		if made.Compare(again) != Same {
			diff := differences(stateOf(again), stateOf(made), lasting)
			t.Errorf("a dump of what a dump made: %q then %q:\n%s", term.Dump(), made.Dump(), explain(stateOf(again), stateOf(made), diff))
		}
		if term.Compare(made) != Same {
			return
		}
		playBytes(term, data[len(data)/2:])
		playBytes(made, data[len(data)/2:])
		if term.Compare(made) == Differs {
			diff := differences(stateOf(made), stateOf(term), lasting)
			t.Errorf("later: %s", explain(stateOf(made), stateOf(term), diff))
		}
	})
}
