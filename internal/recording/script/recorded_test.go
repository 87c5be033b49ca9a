package script

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tapedeck/internal/recording"
)

var update = flag.Bool("update", false, "write the goldens")

const dir = "../../../testdata/recordings/script/"

// recordings were made with script of util-linux 2.38.1 and with guacd 1.6.0. Durations are the sums of the delays
// in the timing files; before and after are the bytes that no record counts.
var recordings = []struct {
	name          string
	duration      string
	before, after int
	golden        bool
}{
	{"script-adv-db02", "22.866606", 127, 66, true},
	{"script-adv-inout", "17.954049", 127, 66, false},
	{"script-adv-logio", "10.506735", 131, 66, true},
	{"script-classic-flood", "16.096021", 127, 66, false},
	{"script-classic-git", "43.221155", 127, 66, false},
	{"guacd-nonbmp-title", "20.609000", 19, 18, true},
}

func kept(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(dir + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// recorded is a typescript, decompressed, and its timing file.
func recorded(t *testing.T, name string) (typescript, times []byte) {
	t.Helper()
	file := name + ".typescript"
	if name == "script-classic-flood" {
		file += ".gz"
	}
	typescript, err := io.ReadAll(recording.NewSource(bytes.NewReader(kept(t, file))))
	if err != nil {
		t.Fatal(err)
	}
	return typescript, kept(t, name+".timing")
}

// outputOf is everything that the terminal was sent, and the time of the last event.
func outputOf(t *testing.T, name string) (output, end string) {
	t.Helper()
	typescript, times := recorded(t, name)
	rec, err := Open(bytes.NewReader(typescript), bytes.NewReader(times), false)
	if err != nil {
		t.Fatal(err)
	}
	if rec.Cols != 80 || rec.Rows != 24 {
		t.Errorf("%s: %dx%d", name, rec.Cols, rec.Rows)
	}
	var b strings.Builder
	for e, err := range rec.Events {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if e.Kind == recording.Output {
			b.Write(e.Data)
		}
		end = fmt.Sprintf("%.6f", e.At.Seconds())
	}
	return b.String(), end
}

func TestEveryByteOfARealRecordingThatHasATimeIsShown(t *testing.T) {
	for _, r := range recordings {
		typescript, times := recorded(t, r.name)
		want := typescript[r.before : len(typescript)-r.after]
		if r.name == "script-adv-logio" {
			want = withoutInput(t, want, times)
		}
		output, end := outputOf(t, r.name)
		if output != strings.ToValidUTF8(string(want), "\ufffd") {
			t.Errorf("%s: %d bytes are shown, %d were recorded", r.name, len(output), len(want))
		}
		if end != r.duration {
			t.Errorf("%s: it ends at %s, want %s", r.name, end, r.duration)
		}
	}
}

// withoutInput cuts out what the I records count.
func withoutInput(t *testing.T, data, times []byte) (output []byte) {
	for line := range strings.Lines(string(times)) {
		words := strings.Fields(line)
		if words[0] != "O" && words[0] != "I" {
			continue
		}
		n, err := strconv.Atoi(words[2])
		if err != nil {
			t.Fatal(err)
		}
		if words[0] == "O" {
			output = append(output, data[:n]...)
		}
		data = data[n:]
	}
	return output
}

// unseen are the escape sequences (ECMA-48) that the recordings have, other control characters, and white space.
var unseen = regexp.MustCompile(`\x1b\[[0-9;?]*[@-~]|\x1b\][^\a]*\a|\x1b[()].|\x1b[=>78M]|[\s\x00-\x1f]`)

// What a terminal showed at the end is the truth that xterm.js made. Without a terminal, each of its lines must
// at least be in the output, in their order.
func TestTheLastScreenIsInTheOutput(t *testing.T) {
	for _, r := range recordings {
		if r.name == "script-adv-logio" || r.name == "guacd-nonbmp-title" {
			continue // they have no such truth
		}
		output, _ := outputOf(t, r.name)
		rest, found := unseen.ReplaceAllString(output, ""), 0
		for line := range strings.Lines(string(kept(t, r.name+".final.txt"))) {
			line = unseen.ReplaceAllString(line, "")
			_, after, ok := strings.Cut(rest, line)
			if !ok {
				t.Errorf("%s: %q is not there", r.name, line)
				break
			}
			rest = after
			found++
		}
		if found < 10 {
			t.Errorf("%s: %d lines were looked for", r.name, found)
		}
	}
}

func TestWhatWasTypedIsNeverShown(t *testing.T) {
	for name, secret := range map[string]string{"script-adv-inout": "tok-0000-test", "script-adv-logio": "s3cret-test-Only"} {
		typed := kept(t, map[string]string{"script-adv-inout": "script-adv-inout.input", "script-adv-logio": "script-adv-logio.typescript"}[name])
		if !bytes.Contains(typed, []byte(secret)) {
			t.Fatalf("%s does not hold %q: this test looks for the wrong thing", name, secret)
		}
		if output, _ := outputOf(t, name); strings.Contains(output, secret) {
			t.Errorf("%s shows %q", name, secret)
		}
	}
}

func TestTheStepsOfARecordingAreInTheirOrder(t *testing.T) {
	for _, name := range []string{"script-adv-db02", "script-adv-logio"} {
		rest, _ := outputOf(t, name)
		for k := 1; k <= 5; k++ {
			_, after, ok := strings.Cut(rest, fmt.Sprintf("krok %d\r\n", k))
			if !ok {
				t.Fatalf("%s: step %d is missing", name, k)
			}
			rest = after
		}
	}
}

func TestTheEventsOfRealRecordingsAreAsTheyWere(t *testing.T) {
	for _, r := range recordings {
		if !r.golden {
			continue
		}
		typescript, times := recorded(t, r.name)
		_, events, err := read(bytes.NewReader(typescript), bytes.NewReader(times), false)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(events, "\n") + "\n"
		golden := "testdata/" + r.name + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: the events differ from %s (-update writes it)", r.name, golden)
		}
	}
}

func TestARealRecordingThatIsCutAnywhereSaysSo(t *testing.T) {
	typescript, times := recorded(t, "guacd-nonbmp-title")
	for n := len("[BEGIN TYPESCRIPT]\n"); n < len(typescript); n += 3 {
		_, _, err := read(bytes.NewReader(typescript[:n]), bytes.NewReader(times), false)
		if lost := n < 19+694 || n > 19+694 && n < len(typescript); lost != errors.Is(err, recording.ErrTruncated) {
			t.Errorf("the typescript is cut at %d: %v", n, err)
		}
	}
	for n := 0; n < len(times); n += 3 {
		if _, _, err := read(bytes.NewReader(typescript), bytes.NewReader(times[:n]), false); !errors.Is(err, recording.ErrTruncated) {
			t.Errorf("the timing file is cut at %d: %v", n, err)
		}
	}
}
