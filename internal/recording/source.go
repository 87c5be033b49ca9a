package recording

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// From bombSize on, what decompresses to more than maxRatio times its size is taken for a bomb. DEFLATE ends at
// 1,032 times (its longest match is 258 bytes in two bits), zstd at 32,768. A session of nothing but `yes` reaches
// 440 as an asciicast in gzip; as a typescript, which holds no times, 1,030 in gzip and 10,900 in zstd: it is refused.
const (
	bombSize = 64 << 20
	maxRatio = 900
)

// Source is a part of a recording, decompressed where its content says that it is compressed. It reads nothing
// before its first Read.
type Source struct {
	in    *fallible
	codec string
	r     io.Reader
	size  int64
	err   error // that it ended with
}

// NewSource makes a Source of the bytes as they are kept.
func NewSource(r io.Reader) *Source { return &Source{in: &fallible{r: r}} }

// Read gives decompressed bytes. It ends with io.EOF, ErrTruncated when the compressed stream was cut off, an
// *Error when it is damaged or grows out of bounds, or what the source failed with.
func (s *Source) Read(p []byte) (n int, err error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.r == nil {
		in := bufio.NewReaderSize(s.in, 64<<10)
		s.codec, s.r, err = decompress(in)
	}
	if err == nil {
		n, err = s.r.Read(p)
	}
	s.size += int64(n)
	s.err = s.judge(err)
	return n, s.err
}

// judge says what the error of a decompressor means.
func (s *Source) judge(err error) error {
	switch {
	case s.size > bombSize && s.size/maxRatio > s.in.n:
		return &Error{Format: s.codec, What: fmt.Sprintf("it is compressed more than %d times: it is taken for a bomb", maxRatio)}
	case err == nil && s.size > MaxRawSize:
		return &Error{Format: "recording", What: fmt.Sprintf("it is larger than %d GiB", MaxRawSize>>30)}
	case err == nil || err == io.EOF:
		return err
	case s.in.err != nil:
		return s.in.err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return ErrTruncated
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	return &Error{Format: s.codec, What: "the compressed data is damaged"}
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
