package tape

import (
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"

	"tapedeck/internal/recording"
)

const (
	segmentRaw = 256 << 10       // a segment ends with the event that reaches so many decompressed bytes
	idleFrom   = 2 * time.Second // shorter pauses are no gap
	level      = 5               // of compression: above, the size falls little and the time grows much
)

// Writer writes a play object as a stream, in bounded memory.
type Writer struct {
	out   counter
	z     *gzip.Writer
	raw   []byte // of the segment that grows
	start int64  // ms of its first event
	index Index
	last  time.Duration // of the last event
	shown time.Duration // of the last event that the terminal showed
}

// NewWriter makes a Writer for a terminal of the given size.
func NewWriter(w io.Writer, cols, rows int) (*Writer, error) {
	t := &Writer{out: counter{w: w}, index: Index{Version: indexVersion, Codec: codec, Cols: cols, Rows: rows,
		Segments: []Segment{}, Resizes: []Resize{}, Idle: []Gap{}, Markers: []Marker{}}}
	t.raw = fmt.Appendf(nil, `{"version":2,"width":%d,"height":%d}`+"\n", cols, rows)
	var err error
	t.z, err = gzip.NewWriterLevel(&t.out, level)
	return t, err
}

// Add appends an event.
func (t *Writer) Add(e recording.Event) error {
	ms := e.At.Milliseconds()
	switch {
	case e.Kind == recording.Resize && len(t.index.Resizes) < maxResizes:
		cols, rows, err := recording.ParseSize(e.Data)
		if err != nil {
			return err
		}
		t.index.Resizes = append(t.index.Resizes, Resize{ms, cols, rows})
	case e.Kind == recording.Marker && len(t.index.Markers) < maxMarkers:
		t.index.Markers = append(t.index.Markers, Marker{ms, label(e.Data)})
	}
	if e.Kind == recording.Output || e.Kind == recording.Resize {
		t.gap(e.At)
		t.shown = e.At
	}
	if len(t.raw) == 0 {
		t.start = ms
	}
	t.last = e.At
	t.raw = appendEvent(t.raw, e)
	if len(t.raw) < segmentRaw {
		return nil
	}
	return t.flush()
}

// Close ends the play object and returns its index. It does not close what it writes to.
func (t *Writer) Close() (*Index, error) {
	t.gap(t.last)
	t.index.DurationMs = t.last.Milliseconds()
	if len(t.raw) > 0 {
		if err := t.flush(); err != nil {
			return nil, err
		}
	}
	return &t.index, nil
}

func (t *Writer) gap(until time.Duration) {
	if until-t.shown >= idleFrom && len(t.index.Idle) < maxIdle {
		t.index.Idle = append(t.index.Idle, Gap{t.shown.Milliseconds(), until.Milliseconds()})
	}
}

func (t *Writer) flush() error {
	before := t.out.n
	t.z.Reset(&t.out)
	if _, err := t.z.Write(t.raw); err != nil {
		return err
	}
	if err := t.z.Close(); err != nil {
		return err
	}
	t.index.Segments = append(t.index.Segments, Segment{t.start, t.out.n - before, int64(len(t.raw))})
	t.raw = t.raw[:0]
	return nil
}

// appendEvent appends an event's line of asciicast v2.
func appendEvent(b []byte, e recording.Event) []byte {
	us := e.At.Microseconds()
	b = append(b, '[')
	b = strconv.AppendInt(b, us/1e6, 10)
	b = append(b, '.')
	for div := int64(1e5); div > 0; div /= 10 {
		b = append(b, byte('0'+us/div%10))
	}
	b = append(b, ',', ' ', '"', byte(e.Kind), '"', ',', ' ')
	b = appendString(b, e.Data)
	return append(b, ']', '\n')
}

const hex = "0123456789abcdef"

// appendString appends a JSON string (RFC 8259, section 7). What is not UTF-8 becomes U+FFFD.
func appendString(b, s []byte) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			if r, size = utf8.DecodeRune(s[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		b = append(b, s[from:i]...)
		switch {
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, "\ufffd"...)
		}
		i += size
		from = i
	}
	return append(append(b, s[from:]...), '"')
}

func label(data []byte) string {
	s := string(data)
	if len(s) <= maxLabel {
		return s
	}
	n := maxLabel
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// counter counts what is written through it.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
