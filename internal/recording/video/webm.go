package video

import (
	"encoding/binary"
	"math"
	"math/bits"
	"time"
)

// Ids of elements (RFC 8794 EBML, RFC 9559 Matroska), with their length markers.
const (
	idEBML          = 0x1A45DFA3
	idDocType       = 0x4282
	idSegment       = 0x18538067
	idInfo          = 0x1549A966
	idTimestamp     = 0x2AD7B1
	idDuration      = 0x4489
	idCluster       = 0x1F43B675
	idClusterTime   = 0xE7
	idSimpleBlock   = 0xA3
	idBlockGroup    = 0xA0
	idBlock         = 0xA1
	defaultTimeUnit = 1_000_000 // nanoseconds
)

var ebmlID = []byte{0x1A, 0x45, 0xDF, 0xA3}

// readWebM reads elements in elements. What a browser records says no duration: then it is the time of the last block.
func readWebM(in *source) (f Film, err error) {
	f.Type = "video/webm"
	w := webm{in: in, unit: defaultTimeUnit}
	for {
		at := in.offset
		err := w.element()
		if err == errEnd {
			f.Truncated = in.offset > at
			break
		}
		if err != nil {
			return f, err
		}
	}
	if w.docType != "webm" && w.docType != "matroska" {
		return f, in.wrong("an EBML file that is no WebM")
	}
	length := w.duration
	if length == 0 {
		length = float64(w.last)
	}
	if ns := length * float64(w.unit); ns > 0 && ns < math.MaxInt64 {
		f.Duration = time.Duration(ns)
	}
	return f, nil
}

type webm struct {
	in       *source
	docType  string
	unit     uint64 // nanoseconds of a unit of time
	duration float64
	cluster  int64 // time of the cluster, in units
	last     int64 // time of the last block
}

// element reads one element. Those that hold others are entered: theirs follow as if they stood beside them, so that
// their size, which may be unknown, does not matter.
func (w *webm) element() error {
	id, _, err := w.number(4, false)
	if err != nil {
		return err
	}
	size, unknown, err := w.number(8, true)
	if err != nil {
		return err
	}
	switch id {
	case idEBML, idSegment, idInfo, idCluster, idBlockGroup:
		return nil
	}
	if unknown || size > 1<<62 {
		return w.in.wrong("an element %X of unknown size", id)
	}
	n := 0 // bytes of it that matter
	switch id {
	case idDocType, idTimestamp, idDuration, idClusterTime:
		if n = int(size); size > 64 {
			return w.in.wrong("an element %X of %d bytes", id, size)
		}
	case idSimpleBlock, idBlock:
		n = int(min(size, 12))
	}
	body, err := w.in.bytes(n)
	if err != nil {
		return err
	}
	w.take(id, body)
	return w.in.skip(int64(size) - int64(n))
}

func (w *webm) take(id uint64, body []byte) {
	switch id {
	case idDocType:
		w.docType = string(body)
	case idTimestamp:
		if u := unsigned(body); u > 0 {
			w.unit = u
		}
	case idDuration:
		switch len(body) {
		case 4:
			w.duration = float64(math.Float32frombits(binary.BigEndian.Uint32(body)))
		case 8:
			w.duration = math.Float64frombits(binary.BigEndian.Uint64(body))
		}
		if !(w.duration > 0) { // NaN too
			w.duration = 0
		}
	case idClusterTime:
		w.cluster = int64(min(unsigned(body), 1<<60))
	case idSimpleBlock, idBlock: // the track's number, and a time relative to the cluster's
		if len(body) == 0 {
			return
		}
		if at := bits.LeadingZeros8(body[0]) + 1; len(body) >= at+2 {
			w.last = max(w.last, w.cluster+int64(int16(binary.BigEndian.Uint16(body[at:]))))
		}
	}
}

// number reads a number of variable length (RFC 8794, section 4), at most so many bytes. All ones is unknown.
func (w *webm) number(most int, value bool) (n uint64, unknown bool, err error) {
	first, err := w.in.bytes(1)
	if err != nil {
		return 0, false, err
	}
	length := bits.LeadingZeros8(first[0]) + 1
	if length > most {
		return 0, false, w.in.wrong("a number of %d bytes", length)
	}
	rest, err := w.in.bytes(length - 1)
	if err != nil {
		return 0, false, err
	}
	n = unsigned(append(first, rest...))
	if value {
		mask := uint64(1)<<(7*length) - 1
		n &= mask
		unknown = n == mask
	}
	return n, unknown, nil
}

func unsigned(b []byte) (n uint64) {
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}
