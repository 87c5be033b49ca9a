package tape

import (
	"crypto/sha256"
	"hash"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Members writes members of a gzip file and tells where each lies.
type Members struct {
	to   io.Writer
	z    *gzip.Writer
	hash hash.Hash
	n    int64 // written so far
}

// NewMembers begins a file, of that level of compression.
func NewMembers(to io.Writer, level int) (*Members, error) {
	z, err := gzip.NewWriterLevel(io.Discard, level)
	return &Members{to: to, z: z, hash: sha256.New()}, err
}

// Write takes compressed bytes.
func (m *Members) Write(p []byte) (int, error) {
	n, err := m.to.Write(p)
	m.hash.Write(p[:n])
	m.n += int64(n)
	return n, err
}

// Add writes a member; of nothing, none.
func (m *Members) Add(raw []byte) (Part, error) {
	p := Part{Offset: m.n, RawBytes: int64(len(raw))}
	if len(raw) == 0 {
		return p, nil
	}
	m.hash.Reset()
	m.z.Reset(m)
	if _, err := m.z.Write(raw); err != nil {
		return p, err
	}
	if err := m.z.Close(); err != nil {
		return p, err
	}
	p.Bytes = m.n - p.Offset
	m.hash.Sum(p.SHA256[:0])
	return p, nil
}
