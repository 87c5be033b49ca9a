// Package formats is the table of the recording formats that can be replayed.
package formats

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"tapedeck/internal/recording"
	"tapedeck/internal/recording/asciicast"
	"tapedeck/internal/recording/filelog"
	"tapedeck/internal/recording/guac"
	"tapedeck/internal/recording/script"
	"tapedeck/internal/recording/ttyrec"
	"tapedeck/internal/recording/video"
)

// Roles that a part may have, as manifests name them. Logs are kept, and read by no format.
const (
	main   = "recording"
	timing = "timing"
	input  = "input"
)

// Part is one object of a recording: its role, and its bytes, decompressed.
type Part struct {
	Role   string
	Reader io.Reader
}

// format is a family of recordings, whose content decides the version.
type format struct {
	name  string                                           // in manifests
	split bool                                             // several main parts are pieces of one file, in order
	open  func(parts []Part) (*recording.Recording, error) // nil when it has no events
	looks func(head []byte) bool                           // whether a main part that begins so may be of it; no two say so of the same
}

var known = []format{
	{"asciicast", true, openAsciicast, func(head []byte) bool { return asciicast.Looks(head) && !filelog.Looks(head) }},
	{"script", false, openScript, script.Looks}, // its pieces could be typescripts of their own, with lines that have no time
	{"ttyrec", true, openTtyrec, ttyrec.Looks},
	{guac.Format, true, nil, guac.Looks},
	{filelog.Format, true, nil, filelog.Looks},
	{video.Format, false, openFilm, video.Looks},
}

// Pieces reports whether several parts with a role are one file that was cut into pieces: gateways that upload while
// they record write it so. Their bytes, as they are kept, are put together.
func Pieces(name, role string) bool {
	return role == main && slices.ContainsFunc(known, func(f format) bool { return f.name == name && f.split })
}

// Open opens a recording of the parts in any order. What was typed is never read: it may hold passwords. Besides
// the errors of its reader, a format that is not in the table, and a part too few or too many, is a *recording.Error.
func Open(name string, parts []Part) (*recording.Recording, error) {
	for _, f := range known {
		if f.name == name && f.open != nil {
			return f.open(parts)
		}
	}
	return nil, &recording.Error{Format: name, What: "recordings of this format are kept, but cannot be replayed yet"}
}

// OpenGraphics opens a recording of graphics, which has no events: ok is false when a format is one of text.
func OpenGraphics(name string, parts []Part) (r io.Reader, ok bool, err error) {
	if name != guac.Format {
		return nil, false, nil
	}
	r, err = only(name, parts, main)
	return r, true, err
}

// OpenFiles opens a log of file operations, which has no events either: ok is false when a format is another.
func OpenFiles(name string, parts []Part) (log *filelog.Log, ok bool, err error) {
	if name != filelog.Format {
		return nil, false, nil
	}
	r, err := only(name, parts, main)
	if err == nil {
		log, err = filelog.Open(r)
	}
	return log, true, err
}

func openAsciicast(parts []Part) (*recording.Recording, error) {
	r, err := only("asciicast", parts, main)
	if err != nil {
		return nil, err
	}
	return asciicast.Open(r)
}

func openScript(parts []Part) (*recording.Recording, error) {
	typescript, err := only("script", parts, main)
	if err != nil {
		return nil, err
	}
	times, err := only("script", parts, timing)
	if err != nil {
		return nil, err
	}
	return script.Open(typescript, times, len(having(parts, input)) > 0)
}

func openTtyrec(parts []Part) (*recording.Recording, error) {
	r, err := only("ttyrec", parts, main)
	if err != nil {
		return nil, err
	}
	return ttyrec.Open(r)
}

// openFilm refuses: a film is replayed as it is, and has no events.
func openFilm([]Part) (*recording.Recording, error) {
	return nil, &recording.Error{Format: video.Format, What: "it is a film: a browser, or any player of films, plays it as it is, and nothing is made of it"}
}

// only is the one part with a role.
func only(format string, parts []Part, role string) (io.Reader, error) {
	found := having(parts, role)
	if len(found) != 1 {
		return nil, &recording.Error{Format: format, What: fmt.Sprintf("%d parts are %q; one belongs there", len(found), role)}
	}
	return found[0].Reader, nil
}

func having(parts []Part, role string) (found []Part) {
	for _, p := range parts {
		if p.Role == role {
			found = append(found, p)
		}
	}
	return found
}

// Head is how many bytes of a recording tell its format.
const Head = 64

// Looks tells the format of a recording by how its main part begins, decompressed; "" is one that is not in the
// table.
func Looks(head []byte) (name string) {
	for _, f := range known {
		if f.looks(head) {
			return f.name
		}
	}
	return ""
}

// Detect tells the format of a recording by the first bytes of its main part, as it is kept; "" is one that
// is not in the table.
func Detect(r io.Reader) (name string, err error) {
	head := make([]byte, Head)
	n, err := io.ReadFull(recording.NewSource(r), head)
	short := err == io.EOF || err == io.ErrUnexpectedEOF || n > 0 && errors.Is(err, recording.ErrTruncated)
	if err != nil && !short {
		return "", err
	}
	return Looks(head[:n]), nil
}
