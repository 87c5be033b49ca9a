package recording

import (
	"bufio"
	"errors"
	"io"
)

// Lines reads lines of bounded length.
type Lines struct {
	r   *bufio.Reader
	buf []byte
	N   int // the number of the line that Next gave, from 1
}

// ErrLongLine says that a line is longer than MaxLine.
var ErrLongLine = errors.New("recording: the line is too long")

// LineBuffer is how much of a recording Lines reads ahead.
const LineBuffer = 256 << 10

// NewLines makes Lines. A bufio.Reader of LineBuffer bytes is used as it is.
func NewLines(r io.Reader) *Lines { return &Lines{r: bufio.NewReaderSize(r, LineBuffer)} }

// Next is the next line without its end, valid until the next call. whole is false for a last line that no
// newline ends; then err is nil, and io.EOF comes with the next call. At ErrTruncated, line is what came before.
func (l *Lines) Next() (line []byte, whole bool, err error) {
	l.N++
	l.buf = l.buf[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		if err == nil && len(l.buf) == 0 {
			return trim(part), true, nil
		}
		if len(l.buf)+len(part) > MaxLine {
			return nil, false, ErrLongLine
		}
		l.buf = append(l.buf, part...)
		switch {
		case err == nil:
			return trim(l.buf), true, nil
		case err == bufio.ErrBufferFull:
		case err == io.EOF && len(l.buf) > 0:
			return l.buf, false, nil
		default:
			return l.buf, false, err
		}
	}
}

func trim(line []byte) []byte {
	line = line[:len(line)-1]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}
