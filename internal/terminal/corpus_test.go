package terminal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// step is a part of a session: output, or a resize when cols is not 0.
type step struct {
	text       string
	cols, rows int
}

type session struct {
	name       string
	cols, rows int
	steps      []step
}

func readCast(t testing.TB, path string) session {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(data, []byte("\n"))
	var head struct {
		Width, Height int
		Term          struct{ Cols, Rows int }
	}
	if err := json.Unmarshal(lines[0], &head); err != nil {
		t.Fatal(err)
	}
	s := session{name: filepath.Base(path), cols: head.Width + head.Term.Cols, rows: head.Height + head.Term.Rows}
	for _, l := range lines[1:] {
		var e []any
		if json.Unmarshal(l, &e) != nil || len(e) < 3 {
			continue
		}
		switch data, _ := e[2].(string); e[1] {
		case "o":
			s.steps = append(s.steps, step{text: data})
		case "r":
			var st step
			if _, err := fmt.Sscanf(data, "%dx%d", &st.cols, &st.rows); err != nil {
				t.Fatal(err)
			}
			s.steps = append(s.steps, st)
		}
	}
	return s
}

func corpus(t testing.TB) (all []session) {
	t.Helper()
	paths, err := filepath.Glob("../../testdata/recordings/cast/*.cast")
	if err != nil || len(paths) < 19 {
		t.Fatalf("%d recordings, %v", len(paths), err)
	}
	for _, path := range paths {
		all = append(all, readCast(t, path))
	}
	return all
}

func (st step) apply(ours *Terminal, m mirror) {
	if st.cols != 0 {
		ours.Resize(st.cols, st.rows)
		m.resize(st.cols, st.rows)
		return
	}
	ours.Feed([]byte(st.text))
	m.write(strings.ToValidUTF8(st.text, "\ufffd"))
}

func TestRecordingsMakeTheStateOfXterm(t *testing.T) {
	x := requireXterm(t)
	for _, s := range corpus(t) {
		t.Run(s.name, func(t *testing.T) {
			ours, m := New(s.cols, s.rows), x.open(t, s.cols, s.rows)
			defer m.close()
			for i, st := range s.steps {
				st.apply(ours, m)
				if len(s.steps) > 500 && i%7 != 0 && i != len(s.steps)-1 {
					continue
				}
				got, want := stateOf(ours), m.state()
				if diff := differences(got, want, true); len(diff) > 0 {
					t.Fatalf("after step %d %+v:\n%s", i, st, explain(got, want, diff))
				}
			}
		})
	}
}
