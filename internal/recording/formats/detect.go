package formats

import (
	"bufio"
	"io"

	"tapedeck/internal/recording"
)

// headSize is how much of a recording is looked at to know its format.
const headSize = 512

// Detect tells the format of a recording by how it begins, and reads nothing of it. One that begins as none of the
// table does is a *recording.Error.
func Detect(in *bufio.Reader) (format string, err error) {
	head, err := in.Peek(headSize)
	switch {
	case len(head) == 0 && err == io.EOF:
		return "", &recording.Error{Format: "recording", What: "it is empty"}
	case len(head) == 0:
		return "", err
	case head[0] == '{':
		return "asciicast", nil
	}
	return "", &recording.Error{Format: "recording", Line: 1, What: "it begins as no known format does"}
}
