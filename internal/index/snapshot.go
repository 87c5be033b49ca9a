package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// A snapshot is a packed column of the dictionary: gzip of
//
//	version 1 byte | sets: uvarint n, n x 32 bytes | entries: uvarint n, then in order of their values
//	    shared   uvarint  bytes that the value shares with the one before
//	    rest     uvarint length, bytes
//	    display  uvarint length + 1, bytes; 0: as the value
//	    first, last - first, set, weight  uvarints
const snapshotVersion = 1

// maxSnapshot bounds a column's snapshot, decompressed.
const maxSnapshot = 1 << 30

var errSnapshot = errors.New("index: a snapshot of the dictionary is damaged, or of another version")

func (c *column) encode() []byte {
	list := c.all()
	sets := column{}
	ids := make([]uint16, len(list))
	for i, e := range list {
		ids[i] = sets.intern(e.facets)
	}
	raw := []byte{snapshotVersion}
	raw = binary.AppendUvarint(raw, uint64(len(sets.sets)))
	for _, set := range sets.sets {
		for _, word := range set {
			raw = binary.BigEndian.AppendUint64(raw, word)
		}
	}
	raw = binary.AppendUvarint(raw, uint64(len(list)))
	before := ""
	for i, e := range list {
		n := sharedPrefix(before, e.value)
		raw = binary.AppendUvarint(raw, uint64(n))
		raw = appendText(raw, e.value[n:], 0)
		if e.display == e.value {
			raw = append(raw, 0)
		} else {
			raw = appendText(raw, e.display, 1)
		}
		for _, v := range []uint64{uint64(e.first), uint64(e.last - e.first), uint64(ids[i]), uint64(e.weight)} {
			raw = binary.AppendUvarint(raw, v)
		}
		before = e.value
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(raw) // to memory: never fails
	_ = z.Close()
	return packed.Bytes()
}

func sharedPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func appendText(b []byte, s string, more uint64) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))+more), s...)
}

func decodeColumn(packed []byte) (*column, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSnapshot, err)
	}
	raw, err := io.ReadAll(io.LimitReader(z, maxSnapshot+1))
	if err != nil || len(raw) > maxSnapshot || len(raw) == 0 || raw[0] != snapshotVersion {
		return nil, errSnapshot
	}
	r := snapshotReader{raw[1:]}
	sets, ok := r.sets()
	if !ok {
		return nil, errSnapshot
	}
	n, ok := r.uvarint(uint64(len(r.b)))
	if !ok {
		return nil, errSnapshot
	}
	list := make([]entry, n)
	before := ""
	for i := range list {
		if !r.entry(&list[i], before, sets) || i > 0 && list[i].value <= before {
			return nil, errSnapshot
		}
		before = list[i].value
	}
	if len(r.b) > 0 {
		return nil, errSnapshot
	}
	c := new(column)
	c.pack(list)
	return c, nil
}

// snapshotReader reads what encode wrote; ok is false where it cannot have been.
type snapshotReader struct{ b []byte }

func (r *snapshotReader) uvarint(most uint64) (uint64, bool) {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > most {
		return 0, false
	}
	r.b = r.b[n:]
	return v, true
}

func (r *snapshotReader) text(n uint64) (string, bool) {
	if n > uint64(len(r.b)) {
		return "", false
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s, true
}

func (r *snapshotReader) sets() (sets []facetSet, ok bool) {
	n, ok := r.uvarint(uint64(len(r.b)) / 32)
	if !ok {
		return nil, false
	}
	sets = make([]facetSet, n)
	for i := range sets {
		for word := range sets[i] {
			sets[i][word] = binary.BigEndian.Uint64(r.b)
			r.b = r.b[8:]
		}
	}
	return sets, true
}

func (r *snapshotReader) entry(e *entry, before string, sets []facetSet) bool {
	shared, ok1 := r.uvarint(uint64(len(before)))
	n, ok2 := r.uvarint(uint64(len(r.b)))
	rest, ok3 := r.text(n)
	shown, ok4 := r.uvarint(uint64(len(r.b)))
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return false
	}
	e.value = before[:shared] + rest
	e.display = e.value
	if shown > 0 {
		if e.display, ok1 = r.text(shown - 1); !ok1 {
			return false
		}
	}
	first, ok1 := r.uvarint(1<<16 - 1)
	span, ok2 := r.uvarint(1<<16 - 1 - first)
	set, ok3 := r.uvarint(uint64(max(0, len(sets)-1)))
	weight, ok4 := r.uvarint(1<<32 - 1)
	if !ok1 || !ok2 || !ok3 || !ok4 || len(sets) == 0 {
		return false
	}
	e.first, e.last, e.facets, e.weight = day(first), day(first+span), sets[set], uint32(weight)
	return true
}
