// Package tape makes and reads the play object: a recording in segments that can be fetched and shown one by one,
// its index, its table and its transcript (docs/format.md). It knows readers and writers only.
package tape

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// EncoderVersion names what is made of a recording: the same version makes the same bytes. Version 3 reads more
// recordings than version 2, and compares some keyframes more often, which is no reason to make all anew; version 4 reads
// those of graphics, version 5 logs of file operations, version 6 films.
const EncoderVersion = 6

// sameSince is the oldest encoder whose work this one would hardly make otherwise.
const sameSince = 2

// Outdated reports whether this encoder may make more of a recording than an earlier one did, that could read it or
// could not.
func Outdated(encoder int, read bool) bool {
	return encoder < sameSince || !read && encoder < EncoderVersion
}

// indexVersion and codec are the forms that this package writes, and the only ones that it reads.
const (
	indexVersion  = 2
	formatVersion = 3 // of an index that names its format
	codec         = "gzip"
)

// Formats of an index; that of text has none.
const (
	Guacamole = "guacamole"
	Filelog   = "filelog"
)

// Bounds of an index. A play object holds every event whatever their number; its index holds so many of each.
const (
	maxResizes  = 5000
	maxIdle     = 5000
	maxMarkers  = 1000
	maxLabel    = 200 // bytes of a marker's label
	maxIndexRaw = 64 << 20
	maxMember   = 64 << 20 // bytes of a segment, compressed or not
)

// Index tells where in a play object which part of the recording is. Times are milliseconds since its start.
type Index struct {
	Version    int      `json:"version"`
	Codec      string   `json:"codec"`
	DurationMs int64    `json:"durationMs"`
	Cols       int      `json:"cols"`
	Rows       int      `json:"rows"`
	Segments   segments `json:"segments"`
	Resizes    resizes  `json:"resizes"`
	Idle       gaps     `json:"idle"`
	Markers    []Marker `json:"markers"`

	// Of graphics, where columns and rows are pixels, and of logs of file operations, which have none:
	Format    string         `json:"format,omitempty"` // Guacamole or Filelog; "" is text
	Activity  *Activity      `json:"activity,omitempty"`
	LeftOut   map[string]int `json:"leftOut,omitempty"`   // how much of what was not drawn, and why
	TimesBack int            `json:"timesBack,omitempty"` // how often the clock went back

	// Of logs of file operations:
	Operations []int   `json:"operations,omitempty"` // how many are in each segment
	Totals     []Total `json:"totals,omitempty"`
}

// NewIndex is the index of a recording of nothing, of a format.
func NewIndex(format string, cols, rows int) Index {
	x := Index{Version: indexVersion, Codec: codec, Format: format, Cols: cols, Rows: rows,
		Segments: segments{}, Resizes: []Resize{}, Idle: []Gap{}, Markers: []Marker{}}
	if format != "" {
		x.Version = formatVersion
	}
	return x
}

// Graphics reports whether the play object is one of graphics.
func (x *Index) Graphics() bool { return x.Format == Guacamole }

// Files reports whether the play object is a log of file operations.
func (x *Index) Files() bool { return x.Format == Filelog }

// Total is what all operations of one name come to. The name "" stands for those beyond the bounds of an index.
type Total struct {
	Op      string `json:"op"`
	Count   int    `json:"count"`
	Refused int    `json:"refused"` // of them, how many have another result than "ok"
	Bytes   int64  `json:"bytes"`   // that were moved, where that is known
}

// Segment is one member of the play object: the start of its first event, its length there and decompressed.
type Segment struct {
	StartMs, Bytes, RawBytes int64

	// Blind says that the keyframe at its start would show another screen than the recording: who comes here goes on
	// from an earlier segment.
	Blind bool

	// Keyframe says that, in a recording of graphics, this makes what all before it made.
	Keyframe bool
}

// Resize is a new size of the terminal.
type Resize struct {
	AtMs       int64
	Cols, Rows int
}

// Gap is a time in which the terminal showed nothing new.
type Gap struct{ FromMs, ToMs int64 }

// Marker is a labelled moment.
type Marker struct {
	AtMs  int64
	Label string
}

// WriteIndex writes an index as it is stored: gzip of JSON.
func WriteIndex(w io.Writer, x *Index) error {
	data, err := json.Marshal(x)
	if err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(data); err != nil {
		return err
	}
	return z.Close()
}

// ErrIndex says that an index is damaged, or of a version or codec that is not known here.
var ErrIndex = errors.New("tape: the index cannot be read")

// ReadIndex reads an index.
func ReadIndex(r io.Reader) (*Index, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIndex, err)
	}
	data, err := io.ReadAll(io.LimitReader(z, maxIndexRaw))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIndex, err)
	}
	x := new(Index)
	if err := json.Unmarshal(data, x); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIndex, err)
	}
	if known := NewIndex(x.Format, 0, 0); x.Version != known.Version || x.Codec != codec || x.Format != "" && !x.Graphics() && !x.Files() {
		return nil, fmt.Errorf("%w: version %d, codec %q", ErrIndex, x.Version, x.Codec)
	}
	return x, nil
}
