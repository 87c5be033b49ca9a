package folder

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tapedeck/internal/recording/asciicast"
	"tapedeck/internal/tape"
)

const small = `{"version":2,"width":20,"height":3}` + "\n" + `[1,"o","one\r\ntwo\r\nthree\r\n"]` + "\n" + `[2,"o","four"]` + "\n"

func packed(t *testing.T, in string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "made")
	w, err := Create(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	rec, err := asciicast.Open(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	to, err := tape.NewWriter(tape.Files{Play: w.File(Play), Table: w.File(Table), Transcript: w.File(Transcript)}, rec.Cols, rec.Rows)
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range rec.Events {
		if err != nil {
			t.Fatal(err)
		}
		if err := to.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	x, err := to.Close()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(tape.WriteIndex(w.File(Index), x), w.Commit()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// damaged verifies a folder that was changed, and fails unless that is told as damage of one of the files.
func damaged(t *testing.T, dir, how string, files ...string) {
	t.Helper()
	_, err := Verify(t.Context(), dir)
	d, ok := errors.AsType[*Damage](err)
	if !ok || !slices.Contains(files, d.File) {
		t.Errorf("%s, %s: %v", files[0], how, err)
	}
}

// A bit of SHA256SUMS may be one of the sum of another file: then that file, or SHA256SUMS, is named.
func TestEveryChangedBitAndEveryCutIsNoticedAndNamed(t *testing.T) {
	dir := packed(t, small)
	if _, err := Verify(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(namesOf("").all(), Sums) {
		whole, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || len(whole) == 0 {
			t.Fatalf("%s: %d bytes, %v", name, len(whole), err)
		}
		files := []string{name}
		if name == Sums {
			files = append(files, namesOf("").all()...)
		}
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		put := func(data []byte, at int) {
			if _, err := f.WriteAt(data, int64(at)); err != nil {
				t.Fatal(err)
			}
		}
		for bit := range 8 * len(whole) {
			put([]byte{whole[bit/8] ^ 1<<(bit%8)}, bit/8)
			damaged(t, dir, fmt.Sprintf("bit %d", bit), files...)
			put(whole[bit/8:bit/8+1], bit/8)
		}
		put([]byte{'\n'}, len(whole))
		for n := len(whole); n >= 0; n-- {
			if n < len(whole) {
				if err := f.Truncate(int64(n)); err != nil {
					t.Fatal(err)
				}
			}
			damaged(t, dir, fmt.Sprintf("%d bytes", n), files...)
		}
		put(whole, 0)
	}
	if _, err := Verify(t.Context(), dir); err != nil {
		t.Error(err)
	}
}

// forge makes a folder's files anew with other segments, and with the sums that belong to them.
func forge(t *testing.T, dir string, change func(n int, lines []byte) []byte) {
	t.Helper()
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	x := *f.Index
	var play, table []byte
	for n := range x.Segments {
		raw, err := f.Segment(n)
		if err != nil {
			t.Fatal(err)
		}
		record, err := f.Record(n)
		if err != nil {
			t.Fatal(err)
		}
		raw = change(n, raw)
		var member bytes.Buffer
		z := gzip.NewWriter(&member)
		if _, err := z.Write(raw); err != nil {
			t.Fatal(err)
		}
		z.Close()
		record.Play = tape.Part{Offset: int64(len(play)), Bytes: int64(member.Len()), RawBytes: int64(len(raw)), SHA256: sha256.Sum256(member.Bytes())}
		x.Segments[n].Bytes, x.Segments[n].RawBytes = record.Play.Bytes, record.Play.RawBytes
		play, table = append(play, member.Bytes()...), record.AppendTo(table)
	}
	var index bytes.Buffer
	if err := tape.WriteIndex(&index, &x); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f.files[Transcript])
	if err != nil {
		t.Fatal(err)
	}
	rewrite(t, dir, map[string][]byte{Play: play, Table: table, Index: index.Bytes(), Transcript: text})
}

func rewrite(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	var sums []byte
	for _, name := range namesOf("").all() {
		sums = fmt.Appendf(sums, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	files[Sums] = sums
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Segments that were changed together with all hashes are not the recording any more, and that is found.
func TestAForgedFolderIsFound(t *testing.T) {
	var in strings.Builder
	in.WriteString(`{"version":2,"width":80,"height":24}` + "\n")
	for i := range 8000 {
		fmt.Fprintf(&in, `[%d.%02d,"o","line %d %s\r\n"]`+"\n", i/100, i%100, i, strings.Repeat("-", 70))
	}
	replaced := func(segment int, old, with string) func(int, []byte) []byte {
		return func(n int, lines []byte) []byte {
			if n != segment {
				return lines
			}
			if !bytes.Contains(lines, []byte(old)) {
				t.Fatalf("segment %d has no %q", n, old)
			}
			return bytes.Replace(lines, []byte(old), []byte(with), 1)
		}
	}
	for name, c := range map[string]struct {
		change     func(int, []byte) []byte
		file, want string
	}{
		"nothing changed":         {func(_ int, lines []byte) []byte { return lines }, "", ""},
		"another keyframe":        {replaced(1, "line 2500 -", "lime 2500 -"), Play, "segment 1: tape: the keyframe shows another screen"},
		"a keyframe's size":       {replaced(1, `"k", "80x24`, `"k", "80x25`), Play, "segment 1: tape: the keyframe shows another screen"},
		"no keyframe":             {replaced(1, `"k", "80x24`, `"m", "80x24`), Play, "segment 1: tape: a line of the segment is no event: a keyframe is missing"},
		"another output":          {replaced(0, "line 2500 -", "lime 2500 -"), Play, "segment 1: tape: the keyframe shows another screen"},
		"another header":          {replaced(0, `"width":80`, `"width":81`), Play, "segment 0: tape: a line of the segment is no event: the header"},
		"a line that is no event": {replaced(1, `"o", "line`, `"o" "line`), Play, "segment 1: tape: a line of the segment is no event"},
		"a segment's start": {func(n int, lines []byte) []byte {
			return bytes.ReplaceAll(lines, []byte("[0.000000, "), []byte("[0.001000, "))
		}, Index, "segment 0: "},
		"a line without its end": {func(_ int, lines []byte) []byte { return lines[:len(lines)-1] }, Play, "segment 0: tape: a line of the segment is no event"},
	} {
		dir := packed(t, in.String())
		forge(t, dir, c.change)
		_, err := Verify(t.Context(), dir)
		d, ok := errors.AsType[*Damage](err)
		if c.file == "" && err != nil || c.file != "" && (!ok || d.File != c.file || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatComesAfterTheLastSegmentIsFound(t *testing.T) {
	for _, name := range []string{Play, Table, Transcript} {
		dir := packed(t, small)
		files := map[string][]byte{}
		for _, n := range namesOf("").all() {
			data, err := os.ReadFile(filepath.Join(dir, n))
			if err != nil {
				t.Fatal(err)
			}
			files[n] = data
		}
		files[name] = append(files[name], "more"...)
		rewrite(t, dir, files)
		_, err := Verify(t.Context(), dir)
		if d, ok := errors.AsType[*Damage](err); !ok || d.File != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFolderWithoutSumsIsNone(t *testing.T) {
	dir := packed(t, small)
	if err := os.Remove(filepath.Join(dir, Sums)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
