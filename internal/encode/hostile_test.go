package encode

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"tapedeck/internal/recording"
	"tapedeck/internal/tape"
)

// mayTake is how many bytes of memory a hostile recording may take: less than it has.
const (
	mayTake = 48 << 20
	has     = 40 << 20
	most    = 10_000 // events
)

// repeated is a reader of a head, then a unit so many times: long recordings need no memory here.
func repeated(head, unit string, n int) io.Reader {
	return io.MultiReader(strings.NewReader(head), &again{unit: unit, n: n})
}

type again struct {
	unit string
	n    int
	rest string
}

func (a *again) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if a.rest == "" {
			if a.n == 0 {
				break
			}
			a.n--
			a.rest = a.unit
		}
		k := copy(p[n:], a.rest)
		a.rest = a.rest[k:]
		n += k
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// result is what became of a recording.
type result struct {
	made  *Made
	err   error
	took  int64 // bytes of memory beside what there was before, at most
	play  int   // bytes of the play object
	index int   // and of the index
}

// meter looks how much memory is in use whenever the encoder reads or writes: in its own goroutine, so that nothing is made
// meanwhile. What is garbage is collected first; how much of that lies about is a matter of the collector, and of how busy
// the machine is.
type meter struct {
	base, most int64
	looked     time.Time
}

func newMeter() *meter { return &meter{base: live()} }

// often is the time between two looks, which stop everything.
const often = 10 * time.Millisecond

func (m *meter) look() {
	if time.Since(m.looked) < often {
		return
	}
	m.most = max(m.most, live()-m.base)
	m.looked = time.Now()
}

// live is how many bytes of memory are in use.
func live() int64 {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

type meteredReader struct {
	io.Reader
	*meter
}

func (r meteredReader) Read(p []byte) (int, error) {
	r.look()
	return r.Reader.Read(p)
}

// counter counts what is written and keeps nothing.
type counter struct {
	bytes int
	*meter
}

func (c *counter) Write(p []byte) (int, error) {
	c.look()
	c.bytes += len(p)
	return len(p), nil
}

// run encodes a recording, keeps nothing of it, and looks at the memory all the time.
func run(t *testing.T, format string, parts ...Part) result {
	t.Helper()
	m := newMeter()
	for i := range parts {
		parts[i].Bytes = meteredReader{parts[i].Bytes, m}
	}
	play, index := counter{meter: m}, counter{meter: m}
	made, err := Recording(t.Context(), format, parts, Outputs{Files: tape.Files{Play: &play, Table: io.Discard, Transcript: io.Discard}, Index: &index})
	return result{made, err, m.most, play.bytes, index.bytes}
}

const head = `{"version":2,"width":80,"height":24}` + "\n"

func main(r io.Reader) Part { return Part{Role: "recording", Bytes: r} }

// output is an event.
func output(text string) string { return `[1, "o", "` + text + `"]` + "\n" }

// Each of these is shown again and again, for a long time.
func TestHostileOutputIsEncodedInConstantMemory(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for name, unit := range map[string]string{
		"a title that does not end":        output(`\u001b]0;` + long[:1<<16]),
		"titles of a megabyte":             output(`\u001b]2;` + long + `\u0007`),
		"an icon's name in pieces":         output(`\u001b]1;` + long[:1000]),
		"links of a megabyte":              output(`\u001b]8;;https://` + long + `\u0007here\u001b]8;;\u0007`),
		"a link that does not end":         output(`\u001b]8;id=` + long[:1<<16]),
		"the clipboard":                    output(`\u001b]52;c;` + long),
		"a palette that does not end":      output(`\u001b]4;1;` + long[:1<<16]),
		"a device control string":          output(`\u001bP1;2|` + long),
		"sixels":                           output(`\u001bPq#0;2;0;0;0` + strings.Repeat("#0~~@@vv", 1<<16) + `\u001b\\`),
		"a privacy message":                output(`\u001b^` + long),
		"an application's command":         output(`\u001b_` + long),
		"a sequence of parameters":         output(`\u001b[` + strings.Repeat("9999999999;", 1<<16)),
		"lines of a megabyte":              output(long),
		"marks on one letter":              output("a" + strings.Repeat("\u0301", 1<<18)),
		"marks on one letter, in pieces":   output(strings.Repeat("\u0301", 1<<10)),
		"repetitions":                      output(`x\u001b[999999999b`),
		"scrolling":                        output(`\u001b[999999999S\u001b[999999999L\u001b[999999999T`),
		"saved cursors and screens":        output(`\u001b7\u001b[?1049h\u001b[s\u001b[?1049l\u001b[22;2t`),
		"resizes there and back":           `[1, "r", "1000x500"]` + "\n" + `[1, "r", "1x1"]` + "\n",
		"resizes by what a program writes": output(`\u001b[8;65535;65535t`),
		"markers":                          `[1, "m", "` + long[:5000] + `"]` + "\n",
		"exits":                            `[1, "x", "` + long[:5000] + `"]` + "\n",
		"what was typed":                   `[1, "i", "` + long + `"]` + "\n",
	} {
		n := min(has/len(unit)+1, most)
		if strings.Contains(unit, "1000x500") {
			n = 200 // a few bytes that are much work
		}
		got := run(t, "asciicast", main(repeated(head, unit, n)))
		if got.err != nil || got.took > mayTake || got.index > 4<<10 {
			t.Errorf("%s: %v; %d MiB of memory, an index of %d bytes", name, got.err, got.took>>20, got.index)
		}
		t.Logf("%s: %d KiB of memory, play object %d, index %d", name, got.took>>10, got.play, got.index)
		wholeAndRight(t, name, repeated(head, unit, min(n, 600<<10/len(unit)+2)))
	}
}

// wholeAndRight encodes a recording and checks all that was made of it, each keyframe among it.
func wholeAndRight(t *testing.T, name string, in io.Reader) {
	t.Helper()
	var play, table, text bytes.Buffer
	made, err := Recording(t.Context(), "asciicast", []Part{main(in)}, Outputs{Files: tape.Files{Play: &play, Table: &table, Transcript: &text}, Index: io.Discard})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	r := &tape.Reader{Index: made.Index, Files: tape.Sources{Play: bytes.NewReader(play.Bytes()), Table: bytes.NewReader(table.Bytes()), Transcript: bytes.NewReader(text.Bytes())}}
	if err := r.Check(t.Context()); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// So many events at one moment that they could not be told apart: the index grows with the bytes, not with them.
func TestMillionsOfEventsInOneSecondDoNotGrowTheIndex(t *testing.T) {
	const n = 1_000_000
	ttyrec := "\x00\x00\x00\x60\x00\x00\x00\x00\x01\x00\x00\x00x" // at the same time each
	for name, c := range map[string]struct {
		format string
		parts  []Part
	}{
		"outputs of a byte": {"asciicast", []Part{main(repeated(head, `[1,"o","x"]`+"\n", n))}},
		"empty outputs":     {"asciicast", []Part{main(repeated(head, `[1,"o",""]`+"\n", n))}},
		"markers":           {"asciicast", []Part{main(repeated(head, `[1,"m",""]`+"\n", n))}},
		"resizes":           {"asciicast", []Part{main(repeated(head, `[1,"r","80x24"]`+"\n"+`[1,"r","80x25"]`+"\n", n/20))}},
		"a script's":        {"script", []Part{main(repeated("Script started on x\n", "x", n)), {Role: "timing", Bytes: repeated("", "0 1\n", n)}}},
		"of nothing":        {"script", []Part{main(strings.NewReader("Script started on x\n")), {Role: "timing", Bytes: repeated("", "0 0\n", n)}}},
		"a ttyrec's":        {"ttyrec", []Part{main(repeated("", ttyrec, n))}},
		"file operations":   {"filelog", []Part{main(repeated("", `{"time":"2026-11-23T15:36:21Z","op":"x"}`+"\n", n))}},
	} {
		got := run(t, c.format, c.parts...)
		if got.err != nil || got.took > mayTake || got.index > 16<<10 {
			t.Errorf("%s: %v; %d MiB of memory, an index of %d bytes", name, got.err, got.took>>20, got.index)
		}
		t.Logf("%s: %d KiB of memory, play object %d, index %d", name, got.took>>10, got.play, got.index)
	}
}

// What a log says of files takes no more memory than they have names, and of those some.
func TestHostileLogsOfFilesAreEncodedInConstantMemory(t *testing.T) {
	const at = "2026-11-23T15:36:21Z h sftp-server[1]: "
	long := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct{ line, end string }{
		"paths of a megabyte":           {`{"time":"2026-11-23T15:36:21Z","op":"put","path":"` + long + `"}`, ""},
		"results of control characters": {`{"time":"2026-11-23T15:36:21Z","op":"put","result":"` + strings.Repeat(`\u0001`, 1<<16) + `"}`, ""},
		"names of operations":           {`{"time":"2026-11-23T15:36:21Z","op":"` + long[:1<<16] + `"}`, ""},
		"members of objects":            {`{"time":"2026-11-23T15:36:21Z","op":"put","user":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, ""},
		"files that are never closed":   {at + `open "/` + long[:1<<13] + `" flags WRITE mode 0644`, ""},
		"files that are never opened":   {at + `close "/` + long[:1<<13] + `" bytes read 9 written 0`, ""},
		"results of nothing":            {at + "sent status " + long, ""},
		"lines of other programs":       {"2026-11-23T15:36:21Z h postgres[1]: " + long, ""},
	} {
		n := min(has/len(c.line)+1, 20*most)
		first := at + "session opened\n"
		if strings.HasPrefix(c.line, "{") {
			first = `{"time":"2026-11-23T15:36:21Z","op":"put"}` + "\n"
		}
		got := run(t, "filelog", main(repeated(first, c.line+"\n", n)))
		if got.err != nil || got.took > mayTake || got.index > 16<<10 {
			t.Errorf("%s: %v; %d MiB of memory, an index of %d bytes", name, got.err, got.took>>20, got.index)
		}
		t.Logf("%s: %d KiB of memory, play object %d, index %d", name, got.took>>10, got.play, got.index)
	}
}

func TestABombIsRefusedInConstantMemory(t *testing.T) {
	gz := func(r io.Reader) io.Reader {
		in, out := io.Pipe()
		go func() {
			z := gzip.NewWriter(out)
			_, err := io.Copy(z, r)
			out.CloseWithError(errors.Join(err, z.Close()))
		}()
		return in
	}
	zs := func(r io.Reader) io.Reader {
		in, out := io.Pipe()
		go func() {
			z, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
			if err == nil {
				_, err = io.Copy(z, r)
				err = errors.Join(err, z.Close())
			}
			out.CloseWithError(err)
		}()
		return in
	}
	for name, c := range map[string]struct {
		format string
		parts  []Part
		want   string
	}{
		"zeros, zstd":         {"asciicast", []Part{main(zs(repeated(head, strings.Repeat("\x00", 1<<20), 300)))}, "asciicast: line 2: the line is longer than 8 MiB"},
		"lines, zstd":         {"asciicast", []Part{main(zs(repeated(head, strings.Repeat("\n", 1<<20), 300)))}, "zstd: it is compressed more than 5000 times: it is taken for a bomb"},
		"events, zstd":        {"asciicast", []Part{main(zs(repeated(head, strings.Repeat(`[1,"i","x"]`+"\n", 1<<16), 400)))}, "zstd: it is compressed more than 5000 times: it is taken for a bomb"},
		"empty frames, zstd":  {"ttyrec", []Part{main(zs(repeated("", strings.Repeat("\x00", 1<<20), 300)))}, "zstd: it is compressed more than 5000 times: it is taken for a bomb"},
		"a timing file, zstd": {"script", []Part{main(strings.NewReader("Script started on x\n")), {Role: "timing", Bytes: zs(repeated("", strings.Repeat("0 0\n", 1<<18), 300))}}, "zstd: it is compressed more than 5000 times: it is taken for a bomb"},
		"a first line, gzip":  {"script", []Part{main(gz(repeated("", strings.Repeat("x", 1<<20), 300))), {Role: "timing", Bytes: strings.NewReader("0 1\n")}}, "script: the first line is longer than 64 KiB"},
		"one frame, gzip":     {"ttyrec", []Part{main(gz(repeated("", "\x00\x00\x00\x60\x00\x00\x00\x00\xff\xff\xff\x7f", 1<<20)))}, "ttyrec: the frame is longer than 8 MiB"},
		"a line, gzip":        {"filelog", []Part{main(gz(repeated(`{"time":"2026-11-23T15:36:21Z","op":"x"}`+"\n", strings.Repeat("x", 1<<20), 300)))}, "filelog: line 2: the line is too long"},
		"a bomb in a bomb":    {"asciicast", []Part{main(gz(gz(repeated(head, strings.Repeat("\n", 1<<20), 300))))}, "asciicast: line 1: this is not the header of an asciicast"},
	} {
		got := run(t, c.format, c.parts...) // of 300 MiB
		if bad, ok := errors.AsType[*recording.Error](got.err); !ok || bad.Error() != c.want || got.took > 100<<20 {
			t.Errorf("%s: %v; %d MiB of memory", name, got.err, got.took>>20)
		}
	}
}

func TestTimesAndSizesThatAreNoneAreRefused(t *testing.T) {
	frame := func(seconds, micros string) string { return seconds + "\x00\x00\x00" + micros + "\x01\x00\x00\x00x" }
	for want, c := range map[string]struct {
		format string
		in     []string // parts: the recording, the timing file
	}{
		"asciicast: line 3: the time goes back":                                             {"asciicast", []string{head + output("a") + `[0.999999, "o", "b"]` + "\n"}},
		"asciicast: line 2: the time is negative":                                           {"asciicast", []string{head + `[-1, "o", "b"]` + "\n"}},
		"asciicast: line 2: the time is out of bounds":                                      {"asciicast", []string{head + `[1e300, "o", "b"]` + "\n"}},
		"asciicast: line 2: a terminal of 65535x24 is out of bounds (1x1 to 2000x1000)":     {"asciicast", []string{head + `[1, "r", "65535x24"]` + "\n"}},
		"asciicast: line 1: a terminal of 65535x65535 is out of bounds (1x1 to 2000x1000)":  {"asciicast", []string{`{"version":2,"width":65535,"height":65535}` + "\n"}},
		`asciicast: line 2: this is not an event such as [1.5, "o", "text"]`:                {"asciicast", []string{head + `[NaN, "o", "b"]` + "\n"}},
		`asciicast: line 3: this is not an event such as [1.5, "o", "text"]`:                {"asciicast", []string{head + output("a") + `[Infinity, "o", "b"]` + "\n"}},
		`script timing: line 1: this is not a record such as "0.25 80" or "O 0.25 80"`:      {"script", []string{"Script started on x\nab", "nan 1\n"}},
		`script timing: line 2: this is not a record such as "0.25 80" or "O 0.25 80"`:      {"script", []string{"Script started on x\nab", "1 1\ninf 1\n"}},
		"script timing: line 2: the delay is negative":                                      {"script", []string{"Script started on x\nab", "1 1\nO -1 1\n"}},
		"script timing: line 1: the time is out of bounds":                                  {"script", []string{"Script started on x\nab", "99999999999999999999 1\n"}},
		"script timing: line 2: a terminal of 65535x50 is out of bounds (1x1 to 2000x1000)": {"script", []string{"Script started on x\nab", "O 1 1\nS 1 SIGWINCH ROWS=50 COLS=65535\n"}},
		"script: a terminal of 65535x24 is out of bounds (1x1 to 2000x1000)":                {"script", []string{`Script started on x [COLUMNS="65535" LINES="24"]` + "\nab", "O 1 1\n"}},
		"ttyrec: byte 13: the time goes back":                                               {"ttyrec", []string{frame("\x02", "\x00\x00\x00\x00") + frame("\x01", "\x00\x00\x00\x00")}},
		"ttyrec: byte 13: this is not the header of a ttyrec's frame":                       {"ttyrec", []string{frame("\x02", "\x00\x00\x00\x00") + frame("\x02", "\x00\x00\x00\xff")}},
	} {
		var parts []Part
		for i, in := range c.in {
			parts = append(parts, Part{Role: []string{"recording", "timing"}[i], Bytes: strings.NewReader(in)})
		}
		got := run(t, c.format, parts...)
		if bad, ok := errors.AsType[*recording.Error](got.err); !ok || bad.Error() != want {
			t.Errorf("%q: %v, want %s", c.in, got.err, want)
		}
	}
}
