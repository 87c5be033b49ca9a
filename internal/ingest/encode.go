package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/recording"
	"tapedeck/internal/recording/formats"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// encodeSpare is what encoding leaves of the caller's time for what comes after it.
const encodeSpare = 20 * time.Second

// errNoTime says that a recording cannot be encoded in the time that this run has.
var errNoTime = errors.New("ingest: no time to encode the recording")

// encoded is what was made of a recording.
type encoded struct {
	durationMs int64
	sizeBytes  int64 // decompressed, of the parts that are replayed
	truncated  bool  // cut off; encoded to its last whole event
}

// encode reads a recording and writes what is made of it as it goes. A recording that cannot be read is a
// *recording.Error.
func encode(ctx context.Context, format string, parts []*part, files tape.Files, index io.Writer) (*encoded, error) {
	var sources []*recording.Source
	var opened []formats.Part
	for _, p := range parts {
		s := recording.NewSource(p)
		sources, opened = append(sources, s), append(opened, formats.Part{Role: p.role, Reader: patient{ctx, s}})
	}
	rec, err := formats.Open(format, opened)
	if err != nil {
		return nil, err
	}
	w, err := tape.NewWriter(files, rec.Cols, rec.Rows)
	if err != nil {
		return nil, err
	}
	made := &encoded{}
	for e, err := range rec.Events {
		if errors.Is(err, recording.ErrTruncated) {
			made.truncated = true
			break
		}
		if err != nil {
			return nil, err
		}
		if err := w.Add(e); err != nil {
			return nil, err
		}
	}
	x, err := w.Close()
	if err != nil {
		return nil, err
	}
	made.durationMs = x.DurationMs
	for _, s := range sources {
		made.sizeBytes += s.Size()
	}
	return made, tape.WriteIndex(index, x)
}

// patient reads until the time is over.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if p.ctx.Err() != nil {
		return 0, context.Cause(p.ctx)
	}
	return p.r.Read(b)
}

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

func closeParts(parts []*part) {
	for _, p := range parts {
		p.Close()
	}
}
