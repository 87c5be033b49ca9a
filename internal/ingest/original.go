package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"tapedeck/internal/archive"
	"tapedeck/internal/encode"
	"tapedeck/internal/session"
)

// part is one object of an original while it is read: what was read must be what archive.json names. It is opened
// when it is first read, since a connection that is not read from is cut before a long recording has come to its end.
type part struct {
	open func() (io.ReadCloser, error)
	body io.ReadCloser // nil: not opened
	role string
	want session.Stored
	hash hash.Hash
	size int64
}

func (g *Ingest) partsOf(ctx context.Context, c *archive.Commit) (parts []*part) {
	for _, o := range c.Originals {
		if o.Part == session.PartManifest {
			continue
		}
		open := func() (io.ReadCloser, error) { return g.Evidence.OpenOriginal(ctx, o.Stored) }
		parts = append(parts, &part{open: open, role: o.Part, want: o.Stored, hash: sha256.New()})
	}
	return parts
}

func (p *part) Read(b []byte) (n int, err error) {
	if p.body == nil {
		if p.body, err = p.open(); err != nil {
			return 0, err
		}
	}
	n, err = p.body.Read(b)
	p.hash.Write(b[:n])
	p.size += int64(n)
	return n, err
}

// check reads what is left and compares. Nothing was made of a part that was not opened, such as what was typed.
func (p *part) check() error {
	if p.body == nil {
		return nil
	}
	if _, err := io.Copy(io.Discard, p); err != nil {
		return err
	}
	if p.size != p.want.Size || hex.EncodeToString(p.hash.Sum(nil)) != p.want.SHA256 {
		return errors.New("ingest: " + p.want.Key + " is not what archive.json says")
	}
	return nil
}

func encoderParts(parts []*part) (list []encode.Part) {
	for _, p := range parts {
		list = append(list, encode.Part{Role: p.role, Bytes: p})
	}
	return list
}

func closeParts(parts []*part) {
	for _, p := range parts {
		if p.body != nil {
			p.body.Close()
		}
	}
}
