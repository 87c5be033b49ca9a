// Package video reads the frame of recorded films, MP4 and WebM: what they are, and how long. Their pictures are the
// browser's matter.
package video

import (
	"bufio"
	"bytes"
	"encoding/binary"
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

	scale uint32 // of MP4: units of a second
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

// MP4 (ISO/IEC 14496-12): boxes in boxes. moov describes the film and may come last, as recorders write it.
func readMP4(in *source) (f Film, err error) {
	f.Type = "video/mp4"
	found := false
	for {
		at := in.offset
		kind, size, err := box(in)
		if err == errEnd {
			f.Truncated = in.offset > at
			break
		}
		if err != nil {
			return f, err
		}
		if kind == "moov" {
			found = true
			err = moov(in, size, &f)
		} else {
			err = skipBox(in, size)
		}
		if err == errEnd {
			f.Truncated = size >= 0
			break
		}
		if err != nil {
			return f, err
		}
	}
	if !found {
		return f, &recording.Error{Format: Format, What: "it lacks what describes the film (moov): it was probably cut off"}
	}
	return f, nil
}

// box reads the head of a box: its type, and the size of what follows; -1 is up to the end of the file.
func box(in *source) (kind string, size int64, err error) {
	head, err := in.bytes(8)
	if err != nil {
		return "", 0, err
	}
	kind, size = string(head[4:]), int64(binary.BigEndian.Uint32(head))
	switch size {
	case 0:
		return kind, -1, nil
	case 1:
		large, err := in.bytes(8)
		if err != nil {
			return "", 0, err
		}
		n := binary.BigEndian.Uint64(large)
		if n < 16 || n > 1<<62 {
			return "", 0, in.wrong("a box of %d bytes", n)
		}
		return kind, int64(n) - 16, nil
	}
	if size < 8 {
		return "", 0, in.wrong("a box of %d bytes", size)
	}
	return kind, size - 8, nil
}

func skipBox(in *source, size int64) error {
	if size < 0 {
		size = 1 << 62
	}
	return in.skip(size)
}

// moov reads the film's length: of mvhd, or of the mehd of a film in fragments.
func moov(in *source, size int64, f *Film) error {
	for end := in.offset + size; size < 0 || in.offset < end; {
		kind, inner, err := box(in)
		if err != nil {
			return err
		}
		if size >= 0 && (inner < 0 || in.offset+inner > end) {
			return in.wrong("a box that is larger than the one that it is in")
		}
		switch kind {
		case "mvex": // its own boxes follow
			continue
		case "mvhd", "mehd":
			if inner < 4 || inner > 1<<10 {
				return in.wrong("a %s of %d bytes", kind, inner)
			}
			body, err := in.bytes(int(inner))
			if err != nil {
				return err
			}
			if !f.length(kind, body) {
				return in.wrong("a %s that ends early", kind)
			}
		default:
			if err := skipBox(in, inner); err != nil {
				return err
			}
		}
	}
	return nil
}

// length takes the length out of mvhd, or of mehd, whose units mvhd has said before.
func (f *Film) length(kind string, b []byte) bool {
	at, wide := 4, b[0] == 1 // version and flags are before
	if kind == "mvhd" {
		if at += 8; wide {
			at += 8
		}
	}
	need := at + 4
	if kind == "mvhd" {
		need += 4
	}
	if wide {
		need += 4
	}
	if len(b) < need {
		return false
	}
	scale := uint64(f.scale)
	if kind == "mvhd" {
		scale = uint64(binary.BigEndian.Uint32(b[at:]))
		f.scale = uint32(scale)
		at += 4
	}
	units := uint64(binary.BigEndian.Uint32(b[at:]))
	unknown := uint64(1<<32 - 1)
	if wide {
		units, unknown = binary.BigEndian.Uint64(b[at:]), 1<<64-1
	}
	if units != unknown {
		f.Duration = max(f.Duration, seconds(units, scale))
	}
	return true
}
