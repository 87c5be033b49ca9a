package terminal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// step is a part of a session: output, or a resize when cols is not 0.
type step struct {
	text       string
	cols, rows int
	check      bool // a checkpoint comes after it
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

// readScript reads a typescript with the classic timing file, "delay bytes" in each line.
func readScript(t testing.TB, path string) session {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	timing, err := os.ReadFile(strings.TrimSuffix(path, ".typescript") + ".timing")
	if err != nil {
		t.Fatal(err)
	}
	_, data, _ = bytes.Cut(data, []byte("\n"))
	s := session{name: filepath.Base(path), cols: 80, rows: 24}
	for line := range strings.Lines(string(timing)) {
		var n int
		if _, err := fmt.Sscanf(line, "%f %d", new(float64), &n); err != nil {
			t.Fatal(err)
		}
		s.steps = append(s.steps, step{text: string(data[:n])})
		data = data[n:]
	}
	return s
}

func corpus(t testing.TB) (all []session) {
	t.Helper()
	casts, err := filepath.Glob("../../testdata/recordings/cast/*.cast")
	if err != nil || len(casts) < 19 {
		t.Fatalf("%d recordings, %v", len(casts), err)
	}
	for _, path := range casts {
		all = append(all, readCast(t, path))
	}
	scripts, err := filepath.Glob("../../testdata/recordings/script/script-classic-*.typescript")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d typescripts, %v", len(scripts), err)
	}
	for _, path := range scripts {
		all = append(all, readScript(t, path))
	}
	return all
}

func TestRecordingsKeepTheContractWithXterm(t *testing.T) {
	x := requireXterm(t)
	for _, s := range corpus(t) {
		t.Run(s.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(randomSeed, 2))
			v := verdict{}
			// About 40 checkpoints, and one after each resize.
			v.run(t, x, s, func(i int, st step) bool {
				return r.IntN(len(s.steps)) < 40 || i == len(s.steps)-1 || st.cols != 0
			})
			if v.wrong != "" || v.failed+v.unreachable+v.parted > 0 {
				t.Fatalf("seed %d: %v\n%s", randomSeed, &v, v.wrong)
			}
			t.Log(&v)
		})
	}
}
