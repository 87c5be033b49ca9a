package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"tapedeck/internal/recording/filelog"
	"tapedeck/internal/tape"
)

// made is a play object in memory, as it is written and as it is read.
type made struct {
	play, table bytes.Buffer
	index       *tape.Index
}

func (m *made) reader() *tape.Reader {
	return &tape.Reader{Index: m.index, Files: tape.Sources{Play: bytes.NewReader(m.play.Bytes()), Table: bytes.NewReader(m.table.Bytes())}}
}

func write(t testing.TB, operations func(yield func(filelog.Operation) bool)) *made {
	t.Helper()
	m := new(made)
	w, err := NewWriter(Files{&m.play, &m.table})
	if err != nil {
		t.Fatal(err)
	}
	for o := range operations {
		if err := w.Add(o); err != nil {
			t.Fatal(err)
		}
	}
	if m.index, err = w.Close(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := tape.WriteIndex(&b, m.index); err != nil {
		t.Fatal(err)
	}
	if m.index, err = tape.ReadIndex(&b); err != nil {
		t.Fatal(err)
	}
	return m
}

// many are n operations, one each 10 ms but for a pause after the first thousand.
func many(n int) func(yield func(filelog.Operation) bool) {
	return func(yield func(filelog.Operation) bool) {
		for i := range n {
			o := filelog.Operation{At: time.Duration(i) * 10 * time.Millisecond, Op: filelog.Get, Path: fmt.Sprintf("/srv/a folder/file %06d.bin", i), Result: filelog.OK}
			if i >= 1000 {
				o.At += time.Minute
			}
			size := int64(i)
			if o.Bytes = &size; i%10 == 0 {
				o = filelog.Operation{At: o.At, Op: filelog.Remove, Path: "/etc/passwd", Result: "Permission denied"}
			}
			if !yield(o) {
				return
			}
		}
	}
}

func TestALogIsReadAsItWasWritten(t *testing.T) {
	const n = 20_000
	m := write(t, many(n))
	if err := Check(context.Background(), m.reader()); err != nil {
		t.Fatal(err)
	}
	x, count := m.index, 0
	for _, k := range x.Operations {
		count += k
	}
	if len(x.Segments) < 3 || count != n || x.DurationMs != (n-1)*10+60_000 || len(x.Idle) != 1 || x.Idle[0] != (tape.Gap{FromMs: 9990, ToMs: 70_000}) {
		t.Errorf("%d segments, %d operations, %d ms, idle %v", len(x.Segments), count, x.DurationMs, x.Idle)
	}
	want := []tape.Total{{Op: "remove", Count: n / 10, Refused: n / 10}, {Op: "get", Count: n - n/10, Bytes: n*(n-1)/2 - n/10*(n/10-1)/2*10}}
	if fmt.Sprint(x.Totals) != fmt.Sprint(want) {
		t.Errorf("totals %v, want %v", x.Totals, want)
	}
	i := 0
	for o, err := range Operations(context.Background(), m.reader()) {
		if err != nil {
			t.Fatal(err)
		}
		if path := fmt.Sprintf("/srv/a folder/file %06d.bin", i); i%10 != 0 && (o.Path != path || *o.Bytes != int64(i) || o.Result != filelog.OK) {
			t.Fatalf("operation %d is %+v", i, o)
		}
		i++
	}
	if i != n {
		t.Errorf("%d operations", i)
	}
}

func TestTheWholeOfAPlayObjectIsLinesOfJSON(t *testing.T) {
	size := int64(7)
	m := write(t, func(yield func(filelog.Operation) bool) {
		_ = yield(filelog.Operation{Op: "rename", Path: "/a\n\"<b>\"\u202e", To: "/c", Result: filelog.OK}) &&
			yield(filelog.Operation{At: 1999999 * time.Microsecond, Op: "put", Path: "/d", Bytes: &size, Result: "ok", SHA256: strings.Repeat("ab", 32)})
	})
	z, err := gzip.NewReader(&m.play)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(z)
	want := `{"ms":0,"op":"rename","path":"/a\n\"\u003cb\u003e\"` + "\u202e" + `","to":"/c","result":"ok"}` + "\n" +
		`{"ms":1999,"op":"put","path":"/d","bytes":7,"result":"ok","sha256":"` + strings.Repeat("ab", 32) + `"}` + "\n"
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestALogOfNothingIsOne(t *testing.T) {
	m := write(t, many(0))
	if err := Check(context.Background(), m.reader()); err != nil || m.index.DurationMs != 0 || m.play.Len() != 0 || !m.index.Files() {
		t.Errorf("%+v, %v", m.index, err)
	}
}

func TestTotalsAreBounded(t *testing.T) {
	huge := int64(filelog.MaxBytes)
	m := write(t, func(yield func(filelog.Operation) bool) {
		for i := range 60 {
			for range 2 {
				yield(filelog.Operation{Op: fmt.Sprintf("op-%d", i), Path: "/", Bytes: &huge, Result: "no"})
			}
		}
		yield(filelog.Operation{Op: strings.Repeat("x", 65), Path: "/", Result: "ok"})
		yield(filelog.Operation{Op: "op-0", Path: "/", Result: "ok"})
	})
	first, last := m.index.Totals[0], m.index.Totals[len(m.index.Totals)-1]
	if len(m.index.Totals) != 51 || first != (tape.Total{Op: "op-0", Count: 3, Refused: 2, Bytes: huge}) || last != (tape.Total{Count: 21, Refused: 20, Bytes: huge}) {
		t.Errorf("%d totals, %+v to %+v", len(m.index.Totals), first, last)
	}
	if err := Check(context.Background(), m.reader()); err != nil {
		t.Error(err)
	}
}

// Many operations pass in the memory of a segment.
func TestMemoryIsBounded(t *testing.T) {
	w, err := NewWriter(Files{io.Discard, io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	most := uint64(0)
	for o := range many(300_000) {
		if err := w.Add(o); err != nil {
			t.Fatal(err)
		}
		if o.At%(300*time.Second) == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
	if _, err := w.Close(); err != nil || most == 0 || most > before.HeapAlloc+8<<20 {
		t.Errorf("%d bytes more, %v", most-before.HeapAlloc, err)
	}
}

// What was changed together with all hashes is still found: the lines, and what the index says of them.
func TestAForgedLogIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		change func(m *made)
		want   error
	}{
		"nothing":                         {func(*made) {}, nil},
		"a segment of nothing":            {func(m *made) { m.forge(t, ""); m.index.Operations[0] = 0 }, tape.ErrIndex},
		"a line less":                     {func(m *made) { m.forge(t, `{"ms":0,"op":"get","path":"/a","result":"ok"}`+"\n") }, tape.ErrIndex},
		"another size":                    {func(m *made) { m.forge(t, strings.Replace(twoLines, `"bytes":7`, `"bytes":8`, 1)) }, tape.ErrIndex},
		"another result":                  {func(m *made) { m.forge(t, strings.Replace(twoLines, `"no"`, `"ok"`, 1)) }, tape.ErrIndex},
		"another end":                     {func(m *made) { m.forge(t, strings.Replace(twoLines, `"ms":5`, `"ms":6`, 1)) }, tape.ErrIndex},
		"another start":                   {func(m *made) { m.forge(t, strings.Replace(twoLines, `"ms":0`, `"ms":1`, 1)) }, tape.ErrIndex},
		"a time that goes back":           {func(m *made) { m.forge(t, strings.Replace(twoLines, `"ms":0`, `"ms":9`, 1)) }, ErrOperation},
		"a member that nobody writes":     {func(m *made) { m.forge(t, strings.Replace(twoLines, `"ms":0`, `"ms":0,"x":1`, 1)) }, ErrOperation},
		"a line without its end":          {func(m *made) { m.forge(t, twoLines[:len(twoLines)-1]) }, ErrOperation},
		"an empty line":                   {func(m *made) { m.forge(t, twoLines+"\n") }, ErrOperation},
		"no JSON":                         {func(m *made) { m.forge(t, "hello\n"+twoLines) }, ErrOperation},
		"bytes that are less than none":   {func(m *made) { m.forge(t, strings.Replace(twoLines, `"bytes":7`, `"bytes":-7`, 1)) }, ErrOperation},
		"counts of another log":           {func(m *made) { m.index.Operations = []int{3} }, tape.ErrIndex},
		"counts of segments that are not": {func(m *made) { m.index.Operations = []int{2, 1} }, tape.ErrIndex},
		"totals that are none":            {func(m *made) { m.index.Totals = nil }, tape.ErrIndex},
		"another length":                  {func(m *made) { m.index.DurationMs++ }, tape.ErrIndex},
		"a transcript":                    {func(m *made) { m.table.Bytes()[27] = 1 }, tape.ErrTable},
		"a bit of the segment":            {func(m *made) { m.play.Bytes()[30] ^= 1 }, tape.ErrSegment},
	} {
		size := int64(7)
		m := write(t, func(yield func(filelog.Operation) bool) {
			_ = yield(filelog.Operation{Op: "get", Path: "/a", Bytes: &size, Result: filelog.OK}) &&
				yield(filelog.Operation{At: 5 * time.Millisecond, Op: "remove", Path: "/b", Result: "no"})
		})
		c.change(m)
		if err := Check(context.Background(), m.reader()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const twoLines = `{"ms":0,"op":"get","path":"/a","bytes":7,"result":"ok"}` + "\n" + `{"ms":5,"op":"remove","path":"/b","result":"no"}` + "\n"

// forge puts another segment in the place of the only one, with the hash and the lengths that belong to it.
func (m *made) forge(t *testing.T, raw string) {
	m.play.Reset()
	m.table.Reset()
	z := gzip.NewWriter(&m.play)
	if _, err := io.WriteString(z, raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	r := tape.Record{Play: tape.Part{Bytes: int64(m.play.Len()), RawBytes: int64(len(raw)), SHA256: sha256.Sum256(m.play.Bytes())}}
	m.table.Write(r.AppendTo(nil))
	m.index.Segments[0].Bytes, m.index.Segments[0].RawBytes = r.Play.Bytes, r.Play.RawBytes
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(twoLines))
	f.Add([]byte(`{"ms":1,"op":"rename","path":"\u2028","to":"/c","result":"ok","sha256":"ab"}` + "\n"))
	f.Add([]byte(`{"ms":1e3,"op":"a","path":"","result":"ok"}` + "\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		list, err := parse(raw)
		if err != nil {
			if !errors.Is(err, ErrOperation) {
				t.Errorf("an error of no known kind: %v", err)
			}
			return
		}
		var again []byte
		for _, o := range list {
			again = o.appendTo(again)
		}
		if !bytes.Equal(again, raw) {
			t.Errorf("%q is %q again", raw, again)
		}
	})
}
