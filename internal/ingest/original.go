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

// part is one object of an original while it is read: what was read must be what archive.json names.
type part struct {
	io.ReadCloser
	role string
	want session.Stored
	hash hash.Hash
	size int64
}

func (g *Ingest) openParts(ctx context.Context, c *archive.Commit) (parts []*part, err error) {
	for _, o := range c.Originals {
		if o.Part == session.PartManifest {
			continue
		}
		body, err := g.Evidence.OpenOriginal(ctx, o.Stored)
		if err != nil {
			closeParts(parts)
			return nil, err
		}
		parts = append(parts, &part{ReadCloser: body, role: o.Part, want: o.Stored, hash: sha256.New()})
	}
	return parts, nil
}

func (p *part) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	p.hash.Write(b[:n])
	p.size += int64(n)
	return n, err
}

// check reads what is left and compares.
func (p *part) check() error {
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
		p.Close()
	}
}
