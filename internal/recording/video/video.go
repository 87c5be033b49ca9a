// Package video reads the frame of recorded films, MP4 and WebM: what they are, and how long. Their pictures are the
// browser's matter.
package video

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"tapedeck/internal/recording"
)

// Film is what a file says of itself.
type Film struct {
	Type      string        // media type: video/mp4 or video/webm
	Duration  time.Duration // 0: it does not say
	Truncated bool          // the file ends before what it has begun
}

// Format is the name of films in manifests.
const Format = "video"

// Head is how many bytes tell a film.
const Head = 12

// Looks tells whether a file that begins so may be a film.
func Looks(head []byte) bool {
	return len(head) >= Head && (string(head[4:8]) == "ftyp" || bytes.HasPrefix(head, ebmlID))
}

// Read reads a file to its end, in bounded memory. What is no film, or none that can be played, is an *recording.Error.
func Read(r io.Reader) (Film, error) {
	in := &source{r: bufio.NewReaderSize(r, 64<<10)}
	head, err := in.r.Peek(Head)
	if err != nil && err != io.EOF {
		return Film{}, err
	}
	var f Film
	switch {
	case !Looks(head):
		return f, &recording.Error{Format: Format, What: "it is neither MP4 nor WebM"}
	case bytes.HasPrefix(head, ebmlID):
		f, err = readWebM(in)
	default:
		f, err = readMP4(in)
	}
	if err != nil {
		return f, err
	}
	f.Duration = min(max(f.Duration, 0), recording.MaxLength)
	return f, nil
}

// source counts what is read. At the file's end it fails with errEnd, whatever was asked for.
type source struct {
	r      *bufio.Reader
	offset int64
}

var errEnd = errors.New("video: the end of the file")

func (s *source) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	read, err := io.ReadFull(s.r, b)
	s.offset += int64(read)
	return b, end(err)
}

func (s *source) skip(n int64) error {
	skipped, err := io.CopyN(io.Discard, s.r, n)
	s.offset += skipped
	return end(err)
}

func end(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errEnd
	}
	return err
}

func (s *source) wrong(what string, args ...any) error {
	return &recording.Error{Format: Format, Offset: s.offset, What: fmt.Sprintf(what, args...)}
}

// seconds are units of so many a second.
func seconds(units, scale uint64) time.Duration {
	if scale == 0 {
		return 0
	}
	s := float64(units) / float64(scale)
	if s > recording.MaxLength.Seconds() {
		return recording.MaxLength
	}
	return time.Duration(s * float64(time.Second))
}
