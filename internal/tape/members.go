package tape

import (
	"crypto/sha256"
	"hash"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Members writes members of a gzip file and tells where each lies.
type Members struct {
	to    io.Writer
	z     *gzip.Writer
	dense *gzip.Writer // for AddImages
	hash  hash.Hash
	n     int64 // written so far
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
func (m *Members) Add(raw []byte) (Part, error) { return m.add(m.z, raw) }

// AddImages writes a member that is mostly images in base64. There next to nothing comes twice: where a sample shows that,
// it is not looked for, which makes the member some 4 % longer, and ten times as fast.
func (m *Members) AddImages(raw []byte) (Part, error) {
	if m.dense == nil {
		var err error
		if m.dense, err = gzip.NewWriterLevel(io.Discard, gzip.HuffmanOnly); err != nil {
			return Part{}, err
		}
	}
	from := max(len(raw)-sample, 0) / 2
	some := raw[from:min(from+sample, len(raw))]
	short, err := length(m.z, some)
	if err != nil {
		return Part{}, err
	}
	dense, err := length(m.dense, some)
	if err != nil {
		return Part{}, err
	}
	if dense*100 > short*107 {
		return m.add(m.z, raw)
	}
	return m.add(m.dense, raw)
}

const sample = 32 << 10

func length(z *gzip.Writer, raw []byte) (n counter, err error) {
	z.Reset(&n)
	if _, err = z.Write(raw); err == nil {
		err = z.Close()
	}
	return n, err
}

// counter counts what is written.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func (m *Members) add(z *gzip.Writer, raw []byte) (Part, error) {
	p := Part{Offset: m.n, RawBytes: int64(len(raw))}
	if len(raw) == 0 {
		return p, nil
	}
	m.hash.Reset()
	z.Reset(m)
	if _, err := z.Write(raw); err != nil {
		return p, err
	}
	if err := z.Close(); err != nil {
		return p, err
	}
	p.Bytes = m.n - p.Offset
	m.hash.Sum(p.SHA256[:0])
	return p, nil
}
