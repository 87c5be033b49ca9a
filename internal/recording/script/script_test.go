package script

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tapedeck/internal/recording"
)

// read gives the events as lines, and how the recording ended.
func read(typescript, times io.Reader, inputApart bool) (rec *recording.Recording, events []string, err error) {
	if rec, err = Open(typescript, times, inputApart); err != nil {
		return nil, nil, err
	}
	for e, err := range rec.Events {
		if err != nil {
			return rec, events, err
		}
		events = append(events, fmt.Sprintf("%.6f %c %q", e.At.Seconds(), e.Kind, e.Data))
	}
	return rec, events, nil
}

func readStrings(typescript, times string) (string, error) {
	rec, events, err := read(strings.NewReader(typescript), strings.NewReader(times), false)
	if rec == nil {
		return "", err
	}
	return strings.Join(append([]string{fmt.Sprintf("%dx%d", rec.Cols, rec.Rows)}, events...), ", "), err
}

const (
	first = "Script started on 2026-11-23 16:36:17+01:00 [COMMAND=\"bash -l\" TERM=\"xterm\" TTY=\"/dev/pts/9\" COLUMNS=\"90\" LINES=\"30\"]\n"
	last  = "\nScript done on 2026-11-23 16:36:40+01:00 [COMMAND_EXIT_CODE=\"3\"]\n"
)

func TestATimingFileSaysWhichBytesCameWhen(t *testing.T) {
	for name, c := range map[string]struct{ typescript, times, want string }{
		"classic":                         {first + "hello" + last, "0.5 2\n1.25 3\n", `90x30, 0.500000 o "he", 1.750000 o "llo"`},
		"advanced":                        {first + "hello" + last, "H 0.000000 START_TIME 2026-11-23 16:36:17+01:00\nO 0.5 2\nO 1.25 3\n", `90x30, 0.500000 o "he", 1.750000 o "llo"`},
		"killed: no last line":            {first + "hello", "0.5 2\n1.25 3\n", `90x30, 0.500000 o "he", 1.750000 o "llo"`},
		"guacd":                           {"[BEGIN TYPESCRIPT]\nhi\n[END TYPESCRIPT]\n", "0.5 2\n", `80x24, 0.500000 o "hi"`},
		"another language, no terminal":   {"Skript gestartet auf 2026 [COMMAND=\"x COLUMNS=\"5\" LINES=\"5\"\" <not executed on terminal>]\nhi\nSkript beendet\n", "0.5 2\n", `80x24, 0.500000 o "hi"`},
		"no terminal of any size":         {strings.Replace(strings.Replace(first, "90", "0", 1), "30\"]", "0\"]", 1) + "hi", "0.5 2\n", `80x24, 0.500000 o "hi"`},
		"the timing file knows the size":  {first + "hi", "H 0.0 COLUMNS 100\nH 0.0 LINES 40\nO 0.5 2\n", `100x40, 0.500000 o "hi"`},
		"the exit status":                 {first + "hi" + last, "O 0.5 2\nH 0.0 DURATION 0.6\nH 0.0 EXIT_CODE 3\n", `90x30, 0.500000 o "hi", 0.500000 x "3"`},
		"the exit status alone":           {first + last, "H 0.0 COLUMNS 100\nH 0.0 LINES 40\nH 0.0 EXIT_CODE 3\n", `100x40, 0.000000 x "3"`},
		"a resize":                        {first + "hi", "O 0.5 1\nS 1.0 SIGWINCH ROWS=40 COLS=100\nO 0.5 1\n", `90x30, 0.500000 o "h", 1.500000 r "100x40", 2.000000 o "i"`},
		"a resize to nothing":             {first + "hi", "O 0.5 1\nS 1.0 SIGWINCH ROWS=0 COLS=0\nO 0.5 1\n", `90x30, 0.500000 o "h", 2.000000 o "i"`},
		"other signals":                   {first + "hi", "O 0.5 2\nS 1.0 SIGTERM\n", `90x30, 0.500000 o "hi", 1.500000 o ""`},
		"input in a file of its own":      {first + "hi", "H 0.0 OUTPUT_LOG out\nH 0.0 INPUT_LOG in\nO 0.5 1\nI 1.0 6\nO 1.0 1\n", `90x30, 0.500000 o "h", 2.500000 o "i"`},
		"input between output":            {first + "hSECRETi", "H 0.0 OUTPUT_LOG io\nH 0.0 INPUT_LOG io\nO 0.5 1\nI 1.0 6\nO 1.0 1\n", `90x30, 0.500000 o "h", 2.500000 o "i"`},
		"input last":                      {first + "hSECRET" + last, "H 0.0 OUTPUT_LOG io\nH 0.0 INPUT_LOG io\nO 0.5 1\nI 1.0 6\n", `90x30, 0.500000 o "h", 1.500000 o ""`},
		"a character in two pieces":       {first + "\xe2\x82\xac", "0.5 2\n1 1\n", `90x30, 1.500000 o "€"`},
		"pieces of nothing":               {first + "hi", "0.5 0\n0.5 2\n0.5 0\n", `90x30, 1.000000 o "hi", 1.500000 o ""`},
		"nothing":                         {first + last, "", `90x30`},
		"carriage returns, a blank line":  {first + "hi", "0.5 1\r\n\r\n0.5 1\r\n", `90x30, 0.500000 o "h", 1.000000 o "i"`},
		"more digits than are understood": {first + "hi", "0.12345678901234567890 2\n", `90x30, 0.123456 o "hi"`},
	} {
		if got, err := readStrings(c.typescript, c.times); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
}

func TestWhatCannotBeReadIsSaidWithItsLine(t *testing.T) {
	const form = `this is not a record such as "0.25 80" or "O 0.25 80"`
	for name, c := range map[string]struct{ typescript, times, want string }{
		"empty":                   {"", "", "script: the recording is empty"},
		"cut in its first line":   {first[:20], "", "script: the recording is cut off in its first line"},
		"no line":                 {strings.Repeat("x", 70<<10), "", "script: the first line is longer than 64 KiB"},
		"a terminal too large":    {first, "H 0.0 COLUMNS 65535\nH 0.0 LINES 40\n", "script: a terminal of 65535x40 is out of bounds (1x1 to 2000x1000)"},
		"a resize too large":      {first, "S 1.0 SIGWINCH ROWS=40 COLS=65535\n", "script timing: line 1: a terminal of 65535x40 is out of bounds (1x1 to 2000x1000)"},
		"no timing file":          {first + "hi", "GIF89a\n", "script timing: line 1: " + form},
		"an unknown kind":         {first + "hi", "0.5 1\nQ 0.5 1\n", "script timing: line 2: " + form},
		"no size":                 {first + "hi", "0.5\n", "script timing: line 1: " + form},
		"a word too many":         {first + "hi", "0.5 1 1\n", "script timing: line 1: " + form},
		"a negative size":         {first + "hi", "0.5 -1\n", "script timing: line 1: " + form},
		"a size of 8 MiB and one": {first + "hi", "0.5 8388609\n", "script timing: line 1: there are more than 8 MiB at once"},
		"a size of 10^30":         {first + "hi", "0.5 1000000000000000000000000000000\n", "script timing: line 1: there are more than 8 MiB at once"},
		"a negative delay":        {first + "hi", "O -0.5 1\n", "script timing: line 1: the delay is negative"},
		"no number":               {first + "hi", "O NaN 1\n", "script timing: line 1: " + form},
		"a hexadecimal one":       {first + "hi", "0x1p-2 1\n", "script timing: line 1: " + form},
		"a delay of 10^30":        {first + "hi", "1000000000000000000000000000000 1\n", "script timing: line 1: the time is out of bounds"},
		"two years":               {first + "hi", "31000000 1\n31000000 1\n", "script timing: line 2: the time is out of bounds"},
		"input nobody knows where": {first + "hi", "O 0.5 1\nI 0.5 1\n",
			"script timing: line 2: there is input, and neither the timing file nor the manifest says where it is kept"},
	} {
		_, err := readStrings(c.typescript, c.times)
		if _, ok := errors.AsType[*recording.Error](err); !ok || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestTheManifestMaySayThatInputIsKeptApart(t *testing.T) {
	_, events, err := read(strings.NewReader(first+"hi"), strings.NewReader("O 0.5 1\nI 1.0 6\nO 1.0 1\n"), true)
	if got := strings.Join(events, ", "); err != nil || got != `0.500000 o "h", 2.500000 o "i"` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestACutOffRecordingGivesWhatIsWhole(t *testing.T) {
	const times = "0.5 2\n1.25 3\n"
	for name, c := range map[string]struct{ typescript, times, want string }{
		"the typescript":                  {first + "hell", times, `90x30, 0.500000 o "he"`},
		"the typescript, between records": {first + "he", times, `90x30, 0.500000 o "he"`},
		"the timing file":                 {first + "hello" + last, times[:len(times)-3], `90x30, 0.500000 o "he"`},
		"the timing file, in a number":    {first + "hello" + last, times[:len(times)-1], `90x30, 0.500000 o "he"`},
		"the timing file, after a line":   {first + "hello" + last, times[:6], `90x30, 0.500000 o "he"`},
		"the whole timing file":           {first + "hello" + last, "", `90x30`},
		"among input":                     {first + "hSEC", "H 0.0 OUTPUT_LOG io\nH 0.0 INPUT_LOG io\nO 0.5 1\nI 1.0 6\n", `90x30, 0.500000 o "h"`},
		"in a character":                  {first + "h\xe2\x82", "0.5 3\n0.5 1\n", `90x30, 0.500000 o "h", 0.500000 o "` + "\ufffd" + `"`},
	} {
		if got, err := readStrings(c.typescript, c.times); !errors.Is(err, recording.ErrTruncated) || got != c.want {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
}

func TestABrokenConnectionIsNoFaultOfTheRecording(t *testing.T) {
	failure := fmt.Errorf("the connection broke: %w", io.ErrUnexpectedEOF)
	broken := func(s string) io.Reader { return io.MultiReader(strings.NewReader(s), iotest.ErrReader(failure)) }
	const times = "0.5 2\n1.25 3\n"
	for name, c := range map[string]struct{ typescript, times io.Reader }{
		"in the first line":   {broken(first[:9]), strings.NewReader(times)},
		"in an event":         {broken(first + "hell"), strings.NewReader(times)},
		"in the trailer":      {broken(first + "hello\n"), strings.NewReader(times)},
		"in the timing file":  {strings.NewReader(first + "hello"), broken(times[:8])},
		"before any of it":    {strings.NewReader(first + "hello"), broken("")},
		"between two records": {strings.NewReader(first + "hello"), broken(times[:6])},
	} {
		if _, _, err := read(c.typescript, c.times, false); err != failure {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// storm is a timing file of n records without a byte within a second.
func storm(n int) io.Reader {
	return io.LimitReader(&repeating{line: []byte("0.000000 0\n")}, int64(n)*11)
}

type repeating struct {
	line []byte
	at   int
}

func (r *repeating) Read(p []byte) (n int, err error) {
	for n < len(p) {
		k := copy(p[n:], r.line[r.at:])
		n, r.at = n+k, (r.at+k)%len(r.line)
	}
	return n, nil
}

func TestAStormOfEmptyRecordsTakesNoMemory(t *testing.T) {
	perRecord := func(n int) float64 {
		return testing.AllocsPerRun(1, func() {
			if _, events, err := read(strings.NewReader(first+last), storm(n), false); err != nil || len(events) > 0 {
				t.Errorf("%d events, %v", len(events), err)
			}
		})
	}
	if few, many := perRecord(1000), perRecord(1_000_000); many > few+10 {
		t.Errorf("%f allocations for 1,000 records, %f for 1,000,000", few, many)
	}
}

func FuzzScript(f *testing.F) {
	f.Add([]byte(first+"hello"+last), []byte("0.5 2\n1.25 3\n"))
	f.Add([]byte(first+"hSECRET\xe2\x82"), []byte("H 0.0 OUTPUT_LOG io\nH 0.0 INPUT_LOG io\nO 0.5 1\nI 1.0 6\nO 0.1 2\nS 0.1 SIGWINCH ROWS=4 COLS=10\nH 0.0 EXIT_CODE 1\n"))
	f.Fuzz(func(t *testing.T, typescript, times []byte) {
		rec, err := Open(bytes.NewReader(typescript), bytes.NewReader(times), false)
		size, at := 0, time.Duration(0)
		if err == nil {
			for e, failed := range rec.Events {
				if err = failed; err != nil {
					break
				}
				if e.At < at || e.At > recording.MaxLength {
					t.Fatalf("at %s after %s", e.At, at)
				}
				at = e.At
				if e.Kind == recording.Output {
					size += len(bytes.ReplaceAll(e.Data, []byte("\ufffd"), []byte("?")))
				}
			}
		}
		if _, ok := errors.AsType[*recording.Error](err); err != nil && !ok && !errors.Is(err, recording.ErrTruncated) {
			t.Errorf("an error of no known kind: %v", err)
		}
		if size > len(typescript) {
			t.Errorf("%d bytes of output from %d", size, len(typescript))
		}
	})
}
