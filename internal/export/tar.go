package export

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"tapedeck/internal/session"
)

// piece is a run of a plaintext's bytes: those of an original, or given ones.
type piece struct {
	source *session.Source
	bytes  []byte
	length int64
}

const tarBlock = 512

// pieces are what the plaintext of a job is made of: its only original, or a tar (POSIX.1-2001, "pax") of all, which is
// the same whenever it is made.
func pieces(sources []session.Source, at time.Time) (list []piece, size int64, err error) {
	if len(sources) == 1 {
		return []piece{{source: &sources[0], length: sources[0].Size}}, sources[0].Size, nil
	}
	for i := range sources {
		s := &sources[i]
		var head bytes.Buffer
		w := tar.NewWriter(&head)
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: s.Name, Size: s.Size, Mode: 0o400, ModTime: at.Truncate(time.Second)}); err != nil {
			return nil, 0, fmt.Errorf("tar %s: %w", s.Name, err)
		}
		list = append(list, given(head.Bytes()), piece{source: s, length: s.Size}, given(make([]byte, (tarBlock-s.Size%tarBlock)%tarBlock)))
	}
	list = append(list, given(make([]byte, 2*tarBlock)))
	for _, p := range list {
		size += p.length
	}
	return list, size, nil
}

func given(b []byte) piece { return piece{bytes: b, length: int64(len(b))} }

// read gives bytes of a plaintext. Originals are asked for as far as reading gets. Close it.
func (w *Worker) read(ctx context.Context, list []piece, offset, length int64) io.ReadCloser {
	r := &reader{ctx: ctx, files: w.Files}
	for _, p := range list {
		from, to := max(offset, 0), min(offset+length, p.length)
		if from < to {
			r.left = append(r.left, slice{p, from, to})
		}
		offset -= p.length
	}
	return r
}

type slice struct {
	piece
	from, to int64
}

type reader struct {
	ctx   context.Context
	files Files
	left  []slice
	open  io.ReadCloser
}

func (r *reader) Read(b []byte) (int, error) {
	for {
		if r.open == nil {
			if len(r.left) == 0 {
				return 0, io.EOF
			}
			s := r.left[0]
			r.left = r.left[1:]
			if s.source == nil {
				r.open = io.NopCloser(bytes.NewReader(s.bytes[s.from:s.to]))
			} else {
				body, err := r.files.ReadOriginal(r.ctx, *s.source, s.from, s.to-s.from)
				if err != nil {
					return 0, err
				}
				r.open = body
			}
		}
		n, err := r.open.Read(b)
		if err == io.EOF {
			err = r.Close()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (r *reader) Close() error {
	if r.open == nil {
		return nil
	}
	err := r.open.Close()
	r.open = nil
	return err
}
