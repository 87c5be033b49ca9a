package ledger

import (
	"io"

	"tapedeck/internal/recording/filelog"
	"tapedeck/internal/tape"
)

const (
	// A segment ends with the operation that reaches so many decompressed bytes: some 3,500. So many segments have the first
	// size; then it doubles, and again, up to the last.
	firstRaw = 512 << 10
	lastRaw  = 4 << 20
	growth   = 4096

	level      = 6 // of compression
	idleFromMs = 2000
	maxIdle    = 5000
)

// segmentRaw is the size of the n-th segment.
func segmentRaw(n int) int { return min(firstRaw<<min(n/growth, 10), lastRaw) }

// Files are what a Writer writes, each as a stream.
type Files struct{ Play, Table io.Writer }

// Writer makes a play object in memory that is bounded whatever the log's length.
type Writer struct {
	play   *tape.Members
	table  io.Writer
	index  tape.Index
	totals totals
	spans  tape.Spans // of operations
	raw    []byte     // of the segment that grows
	count  int        // of operations in it
	start  int64      // ms of its first one
	last   int64      // ms of the last one of all
}

// NewWriter makes a Writer.
func NewWriter(f Files) (*Writer, error) {
	play, err := tape.NewMembers(f.Play, level)
	return &Writer{play: play, table: f.Table, index: tape.NewIndex(tape.Filelog, 0, 0)}, err
}

// Add appends an operation.
func (w *Writer) Add(o filelog.Operation) error {
	line := Operation{Ms: o.At.Milliseconds(), Op: o.Op, Path: o.Path, To: o.To, Bytes: o.Bytes, Result: o.Result, SHA256: o.SHA256}
	if w.count == 0 {
		w.start = line.Ms
	}
	if line.Ms-w.last >= idleFromMs && len(w.index.Idle) < maxIdle {
		w.index.Idle = append(w.index.Idle, tape.Gap{FromMs: w.last, ToMs: line.Ms})
	}
	w.last = line.Ms
	w.raw = line.appendTo(w.raw)
	w.count++
	w.totals.add(&line)
	w.spans.Add(line.Ms, 1)
	if len(w.raw) < segmentRaw(len(w.index.Segments)) {
		return nil
	}
	return w.flush()
}

func (w *Writer) flush() (err error) {
	r := tape.Record{StartMs: w.start}
	if r.Play, err = w.play.Add(w.raw); err != nil {
		return err
	}
	if _, err := w.table.Write(r.AppendTo(nil)); err != nil {
		return err
	}
	w.index.Segments = append(w.index.Segments, tape.Segment{StartMs: w.start, Bytes: r.Play.Bytes, RawBytes: r.Play.RawBytes})
	w.index.Operations = append(w.index.Operations, w.count)
	w.raw, w.count = w.raw[:0], 0
	return nil
}

// Close ends the play object and returns its index. It does not close what it writes to.
func (w *Writer) Close() (*tape.Index, error) {
	if w.count > 0 {
		if err := w.flush(); err != nil {
			return nil, err
		}
	}
	w.index.DurationMs, w.index.Totals, w.index.Activity = w.last, w.totals, w.spans.Activity(w.last)
	return &w.index, nil
}
