package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

func zipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstandard(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return z.EncodeAll(data, nil)
}

func TestEveryRecordingIsPackedAndWhole(t *testing.T) {
	files, err := filepath.Glob(recordingsDir + "/*.cast")
	if err != nil || len(files) < 19 {
		t.Fatalf("%d recordings, %v", len(files), err)
	}
	for _, path := range files {
		dir := packed(t, path)
		if out, notes, status := tapedeck(t, "verify", dir); status != 0 || !strings.Contains(out, "is whole") {
			t.Errorf("%s: status %d, %s%s", path, status, out, notes)
		}
		sum := exec.Command("sha256sum", "--strict", "-c", "SHA256SUMS")
		sum.Dir = dir
		if out, err := sum.CombinedOutput(); err != nil || strings.Count(string(out), ": OK\n") != 4 {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
	}
}

func TestTheContentDecidesTheFormatAndWhetherItIsCompressed(t *testing.T) {
	plain := cast(`[1, "o", "hello"]`)
	a, b := packed(t, write(t, "a.txt", plain)), packed(t, write(t, "b", zipped(t, plain)))
	for _, name := range []string{"play.cast.gz", "index.json.gz", "segments.bin", "transcript.gz", "SHA256SUMS"} {
		one, err1 := os.ReadFile(filepath.Join(a, name))
		two, err2 := os.ReadFile(filepath.Join(b, name))
		if err1 != nil || err2 != nil || !bytes.Equal(one, two) {
			t.Errorf("%s differs: %v, %v", name, err1, err2)
		}
	}
}

func TestAFolderWithAManifestIsPacked(t *testing.T) {
	in := filepath.Dir(write(t, "recording.cast", cast(`[1, "o", "hello"]`)))
	manifest := `{"version":1,"sessionId":"0b7e5bd0-5d4d-4b0c-8d7a-0d3c4f1e2a11","actionAt":"2026-11-23T06:04:05.123Z","format":"asciicast",` +
		`"objects":[{"key":"recording.cast","part":"recording"}]}`
	if err := os.WriteFile(filepath.Join(in, "session.json"), []byte(manifest), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, _, _ := tapedeck(t, "frame", packed(t, in), "--at", "1"); !strings.HasPrefix(out, "hello\n") {
		t.Errorf("%q", out)
	}
}

// The recordings of other formats beside each other: what they end with is their truth.
func TestTypescriptsAndTtyrecsArePacked(t *testing.T) {
	scripts, err := filepath.Glob("../../testdata/recordings/script/*.typescript*")
	if err != nil || len(scripts) < 3 {
		t.Fatalf("%d typescripts, %v", len(scripts), err)
	}
	for _, path := range scripts {
		name := strings.TrimSuffix(strings.TrimSuffix(path, ".gz"), ".typescript")
		dir := filepath.Join(t.TempDir(), "packed")
		if _, notes, status := tapedeck(t, "pack", path, "--timing", name+".timing", dir); status != 0 {
			t.Errorf("%s: status %d, %s", path, status, notes)
			continue
		}
		if _, notes, status := tapedeck(t, "verify", dir); status != 0 {
			t.Errorf("%s: %s", path, notes)
		}
		want, err := os.ReadFile(name + ".final.txt")
		if os.IsNotExist(err) {
			continue
		}
		if got, _, _ := tapedeck(t, "frame", dir, "--at", "100h"); err != nil || trimmed(got) != trimmed(string(want)) {
			t.Errorf("%s: %v\n%s\nwant\n%s", path, err, got, want)
		}
	}
	dir := packed(t, "../../testdata/recordings/ttyrec/ttyrec-demo.ttyrec")
	if _, notes, status := tapedeck(t, "verify", dir); status != 0 {
		t.Error(notes)
	}
	if _, notes, status := tapedeck(t, "pack", scripts[0], filepath.Join(t.TempDir(), "x")); status != exitFailed || !strings.Contains(notes, `0 parts are "timing"; one belongs there`) {
		t.Errorf("status %d, %s", status, notes)
	}
}

func TestARecordingThatWasCutOffIsPackedWithAWarning(t *testing.T) {
	whole := cast(`[1, "o", "first"]`, `[2, "o", " second"]`)
	for name, data := range map[string][]byte{"in a line": whole[:len(whole)-8], "in the compressed data": zipped(t, whole)[:60]} {
		dir := filepath.Join(t.TempDir(), "packed")
		_, notes, status := tapedeck(t, "pack", write(t, "cut", data), dir)
		if status != 0 || !strings.Contains(notes, "cut was cut off; it is whole up to 0:0") {
			t.Errorf("%s: status %d, %s", name, status, notes)
		}
		if _, notes, status := tapedeck(t, "verify", dir); status != 0 {
			t.Errorf("%s: status %d, %s", name, status, notes)
		}
	}
}

// What a hostile recording does to pack: it says where the fault is and leaves nothing behind.
func TestWhatCannotBeReadIsToldWithItsPlaceAndLeavesNothingBehind(t *testing.T) {
	film, err := os.ReadFile("../../testdata/recordings/video/film.mp4")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":                {nil, "it is empty"},
		"noise":                  {[]byte("\x00\x01\x02noise"), "line 1: it begins as no known format does"},
		"another JSON":           {[]byte(`{"a":1}`), "line 1: version 0 is not known"},
		"a film":                 {film, "video: it is a film: a browser, or any player of films, plays it as it is"},
		"no event":               {cast(`[1, "o", "a"]`, `hello`, `[2, "o", "b"]`), "line 3: this is not an event"},
		"a resize of 65,535":     {cast(`[1, "r", "65535x24"]`), "line 2: a terminal of 65535x24 is out of bounds"},
		"a header of 65,535":     {[]byte(`{"version":2,"width":65535,"height":65535}` + "\n"), "line 1: a terminal of 65535x65535 is out of bounds"},
		"a time that goes back":  {cast(`[2, "o", "a"]`, `[1, "o", "b"]`), "line 3: the time goes back"},
		"a time that is NaN":     {cast(`[NaN, "o", "a"]`, `[1, "o", "b"]`), "line 2: this is not an event"},
		"a time that is 1e999":   {cast(`[1e999, "o", "a"]`, `[1, "o", "b"]`), "line 2: the time is out of bounds"},
		"a line of 9 MiB":        {cast(`[1, "o", "` + strings.Repeat("x", 9<<20) + `"]`), "line 2: the line is longer than 8 MiB"},
		"a zip bomb":             {zipped(t, cast(`[1, "o", "a"]`, strings.Repeat(" ", 100<<20))), "longer than 8 MiB"},
		"a zip bomb of lines":    {zstandard(t, cast(strings.Repeat("\n", 100<<20))), "compressed more than 5000 times"},
		"damaged gzip":           {append(zipped(t, cast(`[1, "o", "a"]`))[:50], make([]byte, 50)...), "gzip: the compressed data is damaged"},
		"half a header of gzip":  {[]byte("\x1f\x8b\x08"), "cut off"},
		"a header that is alone": {[]byte(`{"version":2,"wid`), "line 1: the recording is cut off in its header"},
	} {
		dir := filepath.Join(t.TempDir(), "packed")
		_, notes, status := tapedeck(t, "pack", write(t, "in", c.data), dir)
		if status != exitFailed || !strings.Contains(notes, c.want) || strings.Count(notes, "\n") != 1 {
			t.Errorf("%s: status %d, %s", name, status, notes)
		}
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("%s: the folder is there: %v", name, err)
		}
	}
}

func TestOnlyAnEmptyFolderIsTaken(t *testing.T) {
	in := write(t, "in.cast", cast(`[1, "o", "a"]`))
	dir := t.TempDir()
	if _, notes, status := tapedeck(t, "pack", write(t, "bad", []byte("x")), dir); status != exitFailed {
		t.Errorf("status %d, %s", status, notes)
	}
	if _, notes, status := tapedeck(t, "pack", in, dir); status != 0 {
		t.Errorf("an empty folder: status %d, %s", status, notes)
	}
	before, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	if _, notes, status := tapedeck(t, "pack", in, dir); status != exitFailed || !strings.Contains(notes, "is not empty") {
		t.Errorf("a full one: status %d, %s", status, notes)
	}
	if after, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("it was changed: %v", err)
	}
	for name, args := range map[string][]string{"absent": {"nope", dir + "/x"}, "a folder without a manifest": {recordingsDir, dir + "/x"}, "a file for OUTDIR": {in, in}} {
		if _, notes, status := tapedeck(t, append([]string{"pack"}, args...)...); status != exitFailed || strings.Count(notes, "\n") != 1 {
			t.Errorf("%s: status %d, %s", name, status, notes)
		}
	}
}

// steering is what would do something to a terminal.
var steering = []string{`\u001b]0;title\u0007`, `\u001b]2;title\u001b\\`, `\u001b]8;;file:///etc/passwd\u0007link\u001b]8;;\u0007`, `\u001b]52;c;aGVsbG8=\u0007`,
	`\u001bP+q544e\u001b\\`, `\u001bPq#0;2;0;0;0~\u001b\\`, `\u001b[c`, `\u001b[6n`, `\u001b[>q`, `\u001b]10;?\u0007`, `\u001b[21t`, `\u001b[5i`, `\u0005`, `\u009d52;c;aGVsbG8=\u009c`,
	`\u001b_G\u001b\\`, `\u001b^x\u001b\\`, `\u001b[?1000h`, `\u001bc`, `\u001b]1337;File=:AAAA\u0007`}

func hostile() []byte {
	var events []string
	for i, s := range steering {
		events = append(events, fmt.Sprintf(`[%d, "o", "before %s after\r\n"]`, i, s))
	}
	return cast(events...)
}

func TestHostileSequencesStayInTheRecording(t *testing.T) {
	dir := packed(t, write(t, "hostile", hostile()))
	if _, notes, status := tapedeck(t, "verify", dir); status != 0 {
		t.Error(notes)
	}
	for _, args := range [][]string{{"frame", dir, "--at", "99"}, {"grep", ".", dir}} {
		out, notes, status := tapedeck(t, args...)
		if i := strings.IndexFunc(out, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 }); i >= 0 || status != 0 || !strings.Contains(out, " after") {
			t.Errorf("%q: status %d, %s%q", args, status, notes, out)
		}
	}
}

// A million events in a millisecond, and lines of a MiB, are packed in bounded memory.
func TestMuchAtOnceIsPackedInBoundedMemory(t *testing.T) {
	var many bytes.Buffer
	many.Write(cast())
	many.Truncate(many.Len() - 1)
	for i := range 1_000_000 {
		fmt.Fprintf(&many, `[1.000%03d, "o", "%d\r\n"]`+"\n", i/1000, i)
	}
	lines := cast(slices.Repeat([]string{`[1, "o", "` + strings.Repeat("0123456789abcdef", 1<<16) + `"]`}, 40)...)
	for name, c := range map[string]struct {
		data []byte
		last string
	}{"a million events": {many.Bytes(), "999999"}, "lines of a MiB": {lines, "0123456789abcdef"}} {
		in := write(t, "in", c.data)
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		peak := heapPeak(func() {
			dir := packed(t, in)
			if out, _, status := tapedeck(t, "frame", dir, "--at", "1.001"); status != 0 || !strings.Contains(out, c.last) {
				t.Errorf("%s: status %d, it ends with %q", name, status, out)
			}
		})
		if grown := int64(peak) - int64(before.HeapAlloc); grown > 64<<20 {
			t.Errorf("%s: %d MiB", name, grown>>20)
		}
	}
}

// heapPeak is the most memory in use that was seen while f ran.
func heapPeak(f func()) (peak uint64) {
	done, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		for {
			var m runtime.MemStats
			runtime.GC() // how much garbage lies about is the collector's matter, and the machine's
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	<-ended
	return peak
}
