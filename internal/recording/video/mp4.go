package video

import (
	"encoding/binary"
	"math/bits"

	"tapedeck/internal/recording"
)

// readMP4 reads boxes in boxes (ISO/IEC 14496-12). moov describes the film and may come last, as recorders write it. A
// film in fragments is as long as they are, which a moof each describes.
func readMP4(in *source) (f Film, err error) {
	f.Type = "video/mp4"
	m := mp4{in: in, film: &f, tracks: map[uint32]*track{}}
	found := false
	for {
		at := in.offset
		kind, size, err := m.box()
		if err == errEnd {
			f.Truncated = in.offset > at
			break
		}
		if err != nil {
			return f, err
		}
		if kind == "moov" || kind == "moof" {
			found = found || kind == "moov"
			err = m.inside(size)
		} else {
			err = m.skip(size)
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

const (
	maxBody   = 1 << 10 // bytes of a box that is read
	maxTracks = 100     // of a film
)

type mp4 struct {
	in     *source
	film   *Film
	scale  uint32 // units of a second, of the film
	tracks map[uint32]*track
	at     *track // that is read about
}

type track struct {
	scale  uint32 // units of a second
	sample uint32 // length of a sample that does not say its own
	usual  uint32 // the same, where its fragment does not say either
	end    uint64 // of its last sample
}

// box reads the head of a box: its type, and the size of what follows; -1 is up to the end of the file.
func (m *mp4) box() (kind string, size int64, err error) {
	head, err := m.in.bytes(8)
	if err != nil {
		return "", 0, err
	}
	kind, size = string(head[4:]), int64(binary.BigEndian.Uint32(head))
	switch size {
	case 0:
		return kind, -1, nil
	case 1:
		large, err := m.in.bytes(8)
		if err != nil {
			return "", 0, err
		}
		n := binary.BigEndian.Uint64(large)
		if n < 16 || n > 1<<62 {
			return "", 0, m.in.wrong("a box of %d bytes", n)
		}
		return kind, int64(n) - 16, nil
	}
	if size < 8 {
		return "", 0, m.in.wrong("a box of %d bytes", size)
	}
	return kind, size - 8, nil
}

func (m *mp4) skip(size int64) error {
	if size < 0 {
		size = 1 << 62
	}
	return m.in.skip(size)
}

// inside reads the boxes of a moov or moof. Those that hold others are entered: theirs follow as if they stood beside
// them.
func (m *mp4) inside(size int64) error {
	for end := m.in.offset + size; size < 0 || m.in.offset < end; {
		kind, inner, err := m.box()
		if err != nil {
			return err
		}
		if size >= 0 && (inner < 0 || m.in.offset+inner > end) {
			return m.in.wrong("a box that is larger than the one that it is in")
		}
		switch kind {
		case "mvex", "trak", "mdia", "traf":
			continue
		case "trun":
			err = m.samples(inner)
		case "mvhd", "mehd", "tkhd", "mdhd", "trex", "tfhd", "tfdt":
			err = m.read(kind, inner)
		default:
			err = m.skip(inner)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads a box of numbers: its version, flags, and what is to be known of it.
func (m *mp4) read(kind string, size int64) error {
	if size < 4 || size > maxBody {
		return m.in.wrong("a %s of %d bytes", kind, size)
	}
	body, err := m.in.bytes(int(size))
	if err != nil {
		return err
	}
	n := numbers{rest: body[4:], wide: body[0] == 1}
	flags := binary.BigEndian.Uint32(body) & 0xFFFFFF
	switch kind {
	case "mvhd": // two times; then units of a second, and the length
		n.word()
		n.word()
		m.scale = n.next()
		m.lasts(n.length())
	case "mehd":
		m.lasts(n.length())
	case "tkhd":
		n.word()
		n.word()
		err = m.track(n.next())
	case "mdhd":
		n.word()
		n.word()
		if scale := n.next(); m.at != nil {
			m.at.scale = scale
		}
	case "trex": // the track, a number, and the usual length of a sample
		if err = m.track(n.next()); err == nil {
			n.next()
			m.at.usual = n.next()
		}
	case "tfhd":
		err = m.fragment(&n, flags)
	case "tfdt":
		if start := n.word(); m.at != nil {
			m.at.end = start
		}
	}
	if err == nil && n.short {
		err = m.in.wrong("a %s that ends early", kind)
	}
	return err
}

// track goes to a track, whose number has been read.
func (m *mp4) track(id uint32) error {
	if m.at = m.tracks[id]; m.at != nil {
		return nil
	}
	if len(m.tracks) == maxTracks {
		return m.in.wrong("more than %d tracks", maxTracks)
	}
	m.at = new(track)
	m.tracks[id] = m.at
	return nil
}

// fragment reads a tfhd: the track, and what its flags say of its samples.
func (m *mp4) fragment(n *numbers, flags uint32) error {
	if err := m.track(n.next()); err != nil {
		return err
	}
	if flags&1 != 0 { // where its data begins
		n.next()
		n.next()
	}
	if flags&2 != 0 { // which description is its own
		n.next()
	}
	m.at.sample = m.at.usual
	if flags&8 != 0 {
		m.at.sample = n.next()
	}
	return nil
}

// samples reads a trun: how long each sample is, or how many there are of the fragment's length.
func (m *mp4) samples(size int64) error {
	if size < 8 {
		return m.in.wrong("a trun of %d bytes", size)
	}
	end := m.in.offset + size
	head, err := m.in.bytes(8)
	if err != nil {
		return err
	}
	flags, count := binary.BigEndian.Uint32(head), binary.BigEndian.Uint32(head[4:])
	if m.at == nil {
		return m.in.skip(end - m.in.offset)
	}
	if flags&0x100 == 0 {
		m.at.end += uint64(count) * uint64(m.at.sample)
	} else {
		if err := m.in.skip(4 * int64(bits.OnesCount32(flags&5))); err != nil { // where its data begins, the first one's flags
			return err
		}
		rest := 4 * int64(bits.OnesCount32(flags&0xE00)) // size, flags and offset of a sample
		if m.in.offset+int64(count)*(4+rest) > end {
			return m.in.wrong("a trun that ends early")
		}
		for range count {
			length, err := m.in.bytes(4)
			if err != nil {
				return err
			}
			m.at.end += uint64(binary.BigEndian.Uint32(length))
			if err := m.in.skip(rest); err != nil {
				return err
			}
		}
	}
	m.film.Duration = max(m.film.Duration, seconds(m.at.end, uint64(m.at.scale)))
	if m.in.offset > end {
		return m.in.wrong("a trun that ends early")
	}
	return m.in.skip(end - m.in.offset)
}

// lasts takes the length of the film that a box tells, in its units; 0 is unknown.
func (m *mp4) lasts(units uint64) {
	m.film.Duration = max(m.film.Duration, seconds(units, uint64(m.scale)))
}

// numbers are those of a box, big-endian, one after the other.
type numbers struct {
	rest  []byte
	wide  bool // times and lengths have 64 bits
	short bool // there were too few
}

func (n *numbers) next() uint32 { return uint32(n.take(4)) }

// word is a time or a length.
func (n *numbers) word() uint64 {
	if n.wide {
		return n.take(8)
	}
	return n.take(4)
}

// length is a word, or 0 when it says that it is unknown.
func (n *numbers) length() uint64 {
	unknown := uint64(1<<32 - 1)
	if n.wide {
		unknown = 1<<64 - 1
	}
	if w := n.word(); w != unknown {
		return w
	}
	return 0
}

func (n *numbers) take(size int) uint64 {
	if len(n.rest) < size {
		n.rest, n.short = nil, true
		return 0
	}
	v := unsigned(n.rest[:size])
	n.rest = n.rest[size:]
	return v
}
