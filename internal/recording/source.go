package recording

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// From bombSize on, what decompresses to more than maxRatio times its size is taken for a bomb. Measured on what
// script(1) and a terminal made of output at full speed (4,095 bytes at a time): `yes` 472 times in gzip and 924 in
// zstd, a screen that is cleared again and again 350 and 1,125, `cat /dev/zero` 832 and 4,259. That is a typescript
// with its timing file: alone, it holds no times and reaches 1,029 and 31,269, so all parts count together. As an
// asciicast or ttyrec, none of them is above 2,506. DEFLATE ends at 1,032 times (its longest match is 258 bytes in two
// bits) and is never refused; its bombs end by MaxRawSize, by MaxLine and by the time that a reader has.
const (
	bombSize = 64 << 20
	maxRatio = 5000
)

// Sizes are those of the parts of one recording together, as far as they were read. The zero value is ready.
type Sizes struct {
	kept int64 // as they are kept
	raw  int64
}

// Raw is how many decompressed bytes were read.
func (z *Sizes) Raw() int64 { return z.raw }

// Source makes a Source of a part's bytes as they are kept.
func (z *Sizes) Source(r io.Reader) *Source {
	return &Source{sizes: z, in: &fallible{r: r, kept: &z.kept}}
}

// Source is a part of a recording, decompressed where its content says that it is compressed. It reads nothing
// before its first Read.
type Source struct {
	sizes *Sizes
	in    *fallible
	codec string
	r     io.Reader
	err   error // that it ended with
}

// NewSource makes a Source of the only part of a recording.
func NewSource(r io.Reader) *Source { return new(Sizes).Source(r) }

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
	s.sizes.raw += int64(n)
	s.err = s.judge(err)
	return n, s.err
}

// judge says what the error of a decompressor means.
func (s *Source) judge(err error) error {
	switch {
	case s.codec != "" && s.sizes.raw > bombSize && s.sizes.raw/maxRatio > s.sizes.kept:
		return &Error{Format: s.codec, What: fmt.Sprintf("it is compressed more than %d times: it is taken for a bomb", maxRatio)}
	case err == nil && s.sizes.raw > MaxRawSize:
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

// fallible remembers with what its reader failed: a connection that broke must not pass for a recording that
// was cut off.
type fallible struct {
	r    io.Reader
	kept *int64 // counts what is read
	err  error
}

func (f *fallible) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	*f.kept += int64(n)
	if err != nil && err != io.EOF {
		f.err = fmt.Errorf("read the recording: %w", err)
		err = f.err
	}
	return n, err
}
