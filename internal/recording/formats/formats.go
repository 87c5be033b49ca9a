// Package formats is the table of the recording formats that can be replayed.
package formats

import (
	"io"

	"tapedeck/internal/recording"
	"tapedeck/internal/recording/asciicast"
)

// known maps a manifest's format to its reader. The reader gets the recording's parts in the manifest's order.
var known = map[string]func(parts []io.Reader) (*recording.Recording, error){
	"asciicast": func(parts []io.Reader) (*recording.Recording, error) {
		if len(parts) != 1 {
			return nil, &recording.Error{Format: "asciicast", What: "a recording has one part"}
		}
		return asciicast.Open(parts[0])
	},
}

// Open opens a recording. Besides the errors of its reader, a format that is not in the table is a
// *recording.Error.
func Open(format string, parts []io.Reader) (*recording.Recording, error) {
	open, ok := known[format]
	if !ok {
		return nil, &recording.Error{Format: format, What: "recordings of this format are kept, but cannot be replayed yet"}
	}
	return open(parts)
}
