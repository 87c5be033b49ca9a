package tape

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// RecordSize is the size of an entry of the table. The table has one for each segment, at n times this size, so
// that any of them can be read without the others:
//
//	 0  uint64  where the segment begins in the play object
//	 8  uint32  its length there
//	12  uint32  its length decompressed
//	16  uint64  where its lines begin in the transcript
//	24  uint32  their length there, 0 when there are none
//	28  uint32  their length decompressed
//	32  SHA-256 of the segment as it is stored
//	64  SHA-256 of its lines as they are stored
//	96  uint64  ms at which its first event is
//
// Numbers are big-endian.
const RecordSize = 104

// Record is an entry of the table.
type Record struct {
	Play, Text Part
	StartMs    int64
}

// Part is where something lies in its object.
type Part struct {
	Offset, Bytes, RawBytes int64
	SHA256                  [sha256.Size]byte // of the bytes as they are stored
}

// AppendTo appends the entry as it is stored.
func (r Record) AppendTo(b []byte) []byte {
	for _, p := range []Part{r.Play, r.Text} {
		b = binary.BigEndian.AppendUint64(b, uint64(p.Offset))
		b = binary.BigEndian.AppendUint32(b, uint32(p.Bytes))
		b = binary.BigEndian.AppendUint32(b, uint32(p.RawBytes))
	}
	b = append(b, r.Play.SHA256[:]...)
	b = append(b, r.Text.SHA256[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(r.StartMs))
}

// ErrTable says that a table is damaged, or not of its index.
var ErrTable = errors.New("tape: the table cannot be read")

// ParseRecords reads entries of a table.
func ParseRecords(b []byte) ([]Record, error) {
	if len(b)%RecordSize != 0 {
		return nil, fmt.Errorf("%w: %d bytes", ErrTable, len(b))
	}
	list := make([]Record, 0, len(b)/RecordSize)
	for ; len(b) > 0; b = b[RecordSize:] {
		r := Record{Play: part(b), Text: part(b[16:]), StartMs: int64(binary.BigEndian.Uint64(b[96:]))}
		copy(r.Play.SHA256[:], b[32:])
		copy(r.Text.SHA256[:], b[64:])
		if r.Play.Offset < 0 || r.Text.Offset < 0 || r.StartMs < 0 || r.Play.Bytes == 0 || max(r.Play.Bytes, r.Play.RawBytes, r.Text.Bytes, r.Text.RawBytes) > maxMember {
			return nil, fmt.Errorf("%w: an entry that no writer makes", ErrTable)
		}
		list = append(list, r)
	}
	return list, nil
}

func part(b []byte) Part {
	return Part{Offset: int64(binary.BigEndian.Uint64(b)), Bytes: int64(binary.BigEndian.Uint32(b[8:])), RawBytes: int64(binary.BigEndian.Uint32(b[12:]))}
}
