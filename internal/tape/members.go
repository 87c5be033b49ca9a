package tape

import (
	"crypto/sha256"
	"hash"
	"io"

	"github.com/klauspost/compress/gzip"
)

// members writes members of a gzip file and tells where each lies.
type members struct {
	to   io.Writer
	z    *gzip.Writer
	hash hash.Hash
	n    int64 // written so far
}

func newMembers(to io.Writer) (*members, error) {
	z, err := gzip.NewWriterLevel(io.Discard, level)
	return &members{to: to, z: z, hash: sha256.New()}, err
}

// Write takes compressed bytes.
func (m *members) Write(p []byte) (int, error) {
	n, err := m.to.Write(p)
	m.hash.Write(p[:n])
	m.n += int64(n)
	return n, err
}

// add writes a member; of nothing, none.
func (m *members) add(raw []byte) (Part, error) {
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
