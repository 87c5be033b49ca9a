package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/recording"
	"tapedeck/internal/recording/asciicast"
)

// shown is what xterm.js is to show (testdata/screens.mjs).
type shown struct {
	Cols  int   `json:"cols"`
	Rows  int   `json:"rows"`
	Steps []any `json:"steps"`
}

// upTo are the events of a recording up to a time.
func upTo(t *testing.T, path string, at time.Duration) (s shown) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := asciicast.Open(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	s = shown{Cols: rec.Cols, Rows: rec.Rows, Steps: []any{}}
	for e, err := range rec.Events {
		if err != nil {
			t.Fatal(err)
		}
		if e.At > at {
			break
		}
		switch e.Kind {
		case recording.Output:
			s.Steps = append(s.Steps, string(e.Data))
		case recording.Resize:
			cols, rows, err := recording.ParseSize(e.Data)
			if err != nil {
				t.Fatal(err)
			}
			s.Steps = append(s.Steps, [2]int{cols, rows})
		}
	}
	return s
}

// screen is what xterm.js shows: its rows as it gives them, and without blanks and what a resize left at their ends.
type screen struct{ Text, Seen []string }

func screens(t *testing.T, sessions []shown) (all []screen) {
	t.Helper()
	manifest, err := filepath.Abs("../../web/package.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("../../web/node_modules/@xterm/headless/package.json"); err != nil {
		missing(t, err)
	}
	if _, err := exec.LookPath("node"); err != nil {
		missing(t, err)
	}
	in, err := json.Marshal(sessions)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "testdata/screens.mjs", manifest)
	node.Stdin, node.Stderr = bytes.NewReader(in), os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &all); err != nil || len(all) != len(sessions) {
		t.Fatalf("%d screens of %d, %v", len(all), len(sessions), err)
	}
	return all
}

func missing(t *testing.T, err error) {
	const help = "xterm.js is not there (%v). Install it with: make web-modules"
	if os.Getenv("CI") != "" {
		t.Fatalf(help, err)
	}
	t.Skipf(help, err)
}

func TestTheLastFrameIsTheTruth(t *testing.T) {
	truths, err := filepath.Glob(recordingsDir + "/*.final.txt")
	if err != nil || len(truths) < 19 {
		t.Fatalf("%d truths, %v", len(truths), err)
	}
	for _, path := range truths {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, notes, status := tapedeck(t, "frame", packed(t, strings.TrimSuffix(path, ".final.txt")+".cast"), "--at", "100h")
		if status != 0 || trimmed(got) != trimmed(string(want)) {
			t.Errorf("%s: status %d, %s\n%s\nwant\n%s", path, status, notes, got, want)
		}
	}
}

// trimmed is a screen without the blanks at the ends of its rows, and without empty rows at its end, as the truths are.
func trimmed(screen string) string {
	var b strings.Builder
	for row := range strings.Lines(screen) {
		b.WriteString(strings.TrimRight(row, " \n") + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// moments are times of a recording: its marks, and three more.
func moments(t *testing.T, path string) (list []time.Duration) {
	t.Helper()
	var marks [][2]any
	if data, err := os.ReadFile(strings.TrimSuffix(path, ".cast") + ".marks.json"); err == nil {
		if err := json.Unmarshal(data, &marks); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range marks {
		list = append(list, time.Duration(m[0].(float64)*1e3)*time.Millisecond)
	}
	return append(list, 1500*time.Millisecond, 7*time.Second, 13*time.Second)
}

// At each moment, the frame as text, and what xterm.js makes of the frame as a dump, is what xterm.js shows of all
// events up to it.
func TestAFrameIsWhatXtermShows(t *testing.T) {
	files, err := filepath.Glob(recordingsDir + "/*.cast")
	if err != nil || len(files) < 19 {
		t.Fatalf("%d recordings, %v", len(files), err)
	}
	var names []string
	var texts [][]string
	var sessions []shown
	for _, path := range files {
		dir := packed(t, path)
		for _, at := range moments(t, path) {
			seconds := strconv.FormatFloat(at.Seconds(), 'f', -1, 64)
			text, notes, status := tapedeck(t, "frame", "--text", "--at", seconds, dir)
			dump, _, _ := tapedeck(t, "frame", "--dump", "--at", at.String(), dir)
			if status != 0 {
				t.Fatal(notes)
			}
			rows := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			linear := upTo(t, path, at)
			cols := linear.Cols
			for _, s := range linear.Steps {
				if size, ok := s.([2]int); ok {
					cols = size[0]
				}
			}
			names, texts = append(names, filepath.Base(path)+" at "+seconds), append(texts, rows)
			sessions = append(sessions, linear, shown{cols, len(rows), []any{dump}})
		}
	}
	if len(names) < 60 {
		t.Fatalf("%d moments", len(names))
	}
	all := screens(t, sessions)
	for i, name := range names {
		linear, dump := all[2*i], all[2*i+1]
		if !slices.Equal(texts[i], linear.Text) {
			t.Errorf("%s: as text\n%s\nwant\n%s", name, strings.Join(texts[i], "\n"), strings.Join(linear.Text, "\n"))
		}
		if !slices.Equal(dump.Seen, linear.Seen) {
			t.Errorf("%s: as a dump\n%s\nwant\n%s", name, strings.Join(dump.Seen, "\n"), strings.Join(linear.Seen, "\n"))
		}
	}
}

func TestAFrameHasAllEventsUpToItsTimeAndNoOther(t *testing.T) {
	dir := packed(t, write(t, "in", cast(`[1, "o", "a"]`, `[1.0004, "o", "b"]`, `[1.5, "o", "c"]`, `[83.5, "o", "d"]`)))
	for at, want := range map[string]string{"0": "", "0.999999": "", "1": "a", "1.0003": "a", "1.0004": "ab", "1.499999": "ab", "1.5": "abc", "1m23.499s": "abc",
		"1m23.5s": "abcd", "1m23.5": "abcd", "83.5": "abcd", "9999": "abcd", ".5": ""} {
		out, notes, status := tapedeck(t, "frame", dir, "--at", at)
		if rows := strings.Split(out, "\n"); status != 0 || len(rows) != 25 || rows[0] != want {
			t.Errorf("%s: status %d, %s%q, want %q", at, status, notes, out, want)
		}
	}
	for _, at := range []string{"", "-1", "NaN", "Inf", "1e400", "x", "1:23", "5x"} {
		if _, notes, status := tapedeck(t, "frame", dir, "--at", at); status != exitUsage {
			t.Errorf("%q: status %d, %s", at, status, notes)
		}
	}
}

// In a recording of many segments each moment is reached by a keyframe, or from the start.
func TestAFrameOfALongRecordingIsRight(t *testing.T) {
	dir := packed(t, write(t, "long", long(12_000)))
	for _, n := range []int{0, 1, 2500, 2551, 7777, 11_999} {
		out, notes, status := tapedeck(t, "frame", dir, "--at", strconv.FormatFloat(float64(n)/100, 'f', 2, 64))
		rows := strings.Split(out, "\n")
		want := "line " + leftPad(n)
		if status != 0 || !strings.HasPrefix(rows[min(n, 18)], want) || rows[min(n, 18)+1] != "" {
			t.Errorf("line %d: status %d, %s%q", n, status, notes, rows)
		}
	}
}

func leftPad(n int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", 6-len(s)) + s
}
