package recording

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindow is how far back a zstd frame may refer, which is the memory that it takes: what `zstd -d` reads
// without being told more.
const maxWindow = 128 << 20

// decompress looks at the first bytes and makes the reader that they ask for.
func decompress(in *bufio.Reader) (codec string, r io.Reader, err error) {
	magic, err := in.Peek(4)
	if err != nil && err != io.EOF {
		return "", nil, err
	}
	switch {
	case isGzip(magic):
		r, err := gzip.NewReader(in)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return "gzip", r, err
	case isZstd(magic):
		r, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		return "zstd", frames{r}, err
	}
	return "", in, nil
}

// isGzip looks at four bytes (RFC 1952, section 2.3.1), where there are so many: a ttyrec begins with a time,
// of which one in 65,536 has the first two.
func isGzip(magic []byte) bool {
	return begins(magic, "\x1f\x8b\x08") && (len(magic) < 4 || magic[3]&0xe0 == 0)
}

// isZstd looks for a frame, or one that is skipped (RFC 8878, sections 3.1.1 and 3.1.2).
func isZstd(magic []byte) bool {
	return begins(magic, "\x28\xb5\x2f\xfd") || len(magic) == 4 && magic[0]&0xf0 == 0x50 && string(magic[1:]) == "\x2a\x4d\x18"
}

// begins reports whether b begins with the magic bytes, or was cut off within them.
func begins(b []byte, magic string) bool {
	n := min(len(b), len(magic))
	return n >= 2 && string(b[:n]) == magic[:n]
}

// frames says in words what is wrong with a zstd stream besides damage.
type frames struct{ r io.Reader }

func (f frames) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	switch {
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded): // a frame of one segment is its own window
		err = &Error{Format: "zstd", What: fmt.Sprintf("it needs more than %d MiB of memory", maxWindow>>20)}
	case errors.Is(err, zstd.ErrUnknownDictionary):
		err = &Error{Format: "zstd", What: "it needs a dictionary"}
	}
	return n, err
}
