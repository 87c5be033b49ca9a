package recording

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// From bombSize on, what decompresses to more than maxRatio times its size is taken for a bomb. DEFLATE ends at
// 1,032 times (its longest match is 258 bytes in two bits); a session of nothing but `yes` reaches 440.
const (
	bombSize = 64 << 20
	maxRatio = 900
)

// Source is a part of a recording, decompressed where its content says that it is compressed.
type Source struct {
	in   *fallible
	r    io.Reader
	size int64
}

// NewSource makes a Source of the bytes as they are kept. It reads the first of them.
func NewSource(r io.Reader) (*Source, error) {
	s := &Source{in: &fallible{r: r}}
	in := bufio.NewReaderSize(s.in, 64<<10)
	s.r = in
	magic, err := in.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		switch {
		case s.in.err != nil:
			return nil, s.in.err
		case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
			s.r = cut{}
		case err != nil:
			return nil, &Error{Format: "gzip", What: "the header is damaged"}
		default:
			s.r = z
		}
	}
	return s, nil
}

// Read gives decompressed bytes. It ends with io.EOF, ErrTruncated when the compressed stream was cut off, an
// *Error when it is damaged or grows out of bounds, or what the source failed with.
func (s *Source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.size += int64(n)
	switch {
	case s.size > bombSize && s.size/maxRatio > s.in.n:
		return n, &Error{Format: "recording", What: fmt.Sprintf("it is compressed more than %d times, as no recording is", maxRatio)}
	case err == nil && s.size > MaxRawSize:
		return n, &Error{Format: "recording", What: fmt.Sprintf("it is larger than %d GiB", MaxRawSize>>30)}
	case err == nil || err == io.EOF:
		return n, err
	case s.in.err != nil:
		return n, s.in.err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, ErrTruncated
	}
	return n, &Error{Format: "gzip", What: "the compressed data is damaged"}
}

// Size is how many decompressed bytes were read.
func (s *Source) Size() int64 { return s.size }

// fallible remembers with what its reader failed: a connection that broke must not pass for a recording that
// was cut off.
type fallible struct {
	r   io.Reader
	n   int64
	err error
}

func (f *fallible) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	f.n += int64(n)
	if err != nil && err != io.EOF {
		f.err = fmt.Errorf("read the recording: %w", err)
		err = f.err
	}
	return n, err
}

// cut is a stream that was cut off before its first byte.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
