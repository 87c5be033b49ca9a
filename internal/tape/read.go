package tape

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Reader reads the segments of a recording and their lines of transcript, in any order. What it gives has the hash
// that the table says.
type Reader struct {
	Index *Index
	Files Sources
}

// Sources are what a Reader reads.
type Sources struct{ Play, Table, Transcript io.ReaderAt }

// Errors that say that a segment, or its lines of transcript, are not what index and table say of them.
var (
	ErrSegment = errors.New("tape: the segment is damaged")
	ErrLines   = errors.New("tape: the lines of transcript are damaged")
)

// Record is the n-th entry of the table.
func (r *Reader) Record(n int) (Record, error) {
	b := make([]byte, RecordSize)
	if err := readAt(r.Files.Table, b, int64(n)*RecordSize); err != nil {
		return Record{}, fmt.Errorf("read entry %d: %w: %w", n, ErrTable, err)
	}
	list, err := ParseRecords(b)
	if err != nil {
		return Record{}, fmt.Errorf("read entry %d: %w", n, err)
	}
	if s := r.Index.Segments[n]; list[0].Play.Bytes != s.Bytes || list[0].Play.RawBytes != s.RawBytes || list[0].StartMs != s.StartMs {
		return Record{}, fmt.Errorf("read entry %d: %w: the index says something else", n, ErrTable)
	}
	return list[0], nil
}

// Segment is the n-th segment, decompressed: whole lines of asciicast v2.
func (r *Reader) Segment(n int) ([]byte, error) {
	record, err := r.Record(n)
	if err != nil {
		return nil, err
	}
	raw, err := record.Play.read(r.Files.Play, ErrSegment)
	if err != nil {
		return nil, fmt.Errorf("read segment %d: %w", n, err)
	}
	return raw, nil
}

// Lines are the lines of transcript of the n-th segment: "MS<TAB>TEXT<LF>" each.
func (r *Reader) Lines(n int) ([]byte, error) {
	record, err := r.Record(n)
	if err != nil {
		return nil, err
	}
	if record.Text.Bytes == 0 {
		return nil, nil
	}
	raw, err := record.Text.read(r.Files.Transcript, ErrLines)
	if err != nil {
		return nil, fmt.Errorf("read transcript %d: %w", n, err)
	}
	return raw, nil
}

// readAt fills b. A source may say that it ends with b.
func readAt(from io.ReaderAt, b []byte, offset int64) error {
	n, err := from.ReadAt(b, offset)
	if n == len(b) {
		return nil
	}
	return err
}

// read reads a part, whole and with the hash that it should have, or fails with damaged.
func (p Part) read(from io.ReaderAt, damaged error) ([]byte, error) {
	stored := make([]byte, p.Bytes)
	if err := readAt(from, stored, p.Offset); err != nil {
		return nil, fmt.Errorf("%w: %w", damaged, err)
	}
	if sha256.Sum256(stored) != p.SHA256 {
		return nil, fmt.Errorf("%w: its SHA-256 is another", damaged)
	}
	z, err := gzip.NewReader(bytes.NewReader(stored))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", damaged, err)
	}
	raw, err := io.ReadAll(io.LimitReader(z, p.RawBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", damaged, err)
	}
	if int64(len(raw)) != p.RawBytes {
		return nil, fmt.Errorf("%w: it is not as long as the table says", damaged)
	}
	return raw, nil
}

// At is the number of the last segment that begins at or before a time: what came before that time and is not
// in it is in the segments before.
func (x *Index) At(ms int64) int {
	n := 0
	for i, s := range x.Segments {
		if s.StartMs <= ms {
			n = i
		}
	}
	return n
}

// Keyframe is the last segment, n or before it, from whose start the recording can be shown.
func (x *Index) Keyframe(n int) int {
	for n > 0 && x.Segments[n].Blind {
		n--
	}
	return n
}
