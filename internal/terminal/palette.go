package terminal

import "bytes"

// palette are the colours that were changed: the indexed ones and the three special ones, as `changed` and red,
// green and blue, or 0.
type palette [256 + 3]uint32

const (
	foreground = 256 // then background and cursor
	changed    = 1 << 24
)

// setIndexed takes `index;colour;index;colour...`.
func (p *palette) setIndexed(text []byte) {
	for {
		index, rest, ok := bytes.Cut(text, []byte{';'})
		if !ok {
			return
		}
		var spec []byte
		spec, text, ok = bytes.Cut(rest, []byte{';'})
		if i := colourIndex(index); i >= 0 {
			p.set(i, spec)
		}
		if !ok {
			return
		}
	}
}

// setSpecial takes colours for the special slot `first` and the following ones.
func (p *palette) setSpecial(first int, text []byte) {
	for i := foreground + first; i < len(p); i++ {
		spec, rest, more := bytes.Cut(text, []byte{';'})
		p.set(i, spec)
		if !more {
			return
		}
		text = rest
	}
}

func (p *palette) set(i int, spec []byte) {
	if rgb, ok := parseColour(spec); ok {
		p[i] = changed | rgb
	}
}

func (p *palette) restoreIndexed(text []byte) {
	if len(text) == 0 {
		clear(p[:foreground])
	}
	for index := range bytes.SplitSeq(text, []byte{';'}) {
		if i := colourIndex(index); i >= 0 {
			p[i] = 0
		}
	}
}

// colourIndex reads the number of a colour; -1 when it is none.
func colourIndex(b []byte) int {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = min(n*10+int(c-'0'), foreground)
	}
	if len(b) == 0 || n >= foreground {
		return -1
	}
	return n
}

// parseColour reads `rgb:r/g/b` and `#rgb` with one to four hexadecimal digits per colour (XParseColor(3)).
func parseColour(spec []byte) (rgb uint32, ok bool) {
	var parts [3][]byte
	digits := 0
	if rest, is := cutPrefixFold(spec, "rgb:"); is {
		fields := bytes.Split(rest, []byte{'/'})
		if len(fields) != 3 {
			return 0, false
		}
		copy(parts[:], fields)
		digits = len(parts[0])
	} else if rest, is := cutPrefixFold(spec, "#"); is && len(rest)%3 == 0 {
		digits = len(rest) / 3
		parts = [3][]byte{rest[:digits], rest[digits : 2*digits], rest[2*digits:]}
	}
	if digits < 1 || digits > 4 {
		return 0, false
	}
	for _, part := range parts {
		v, is := hexadecimal(part)
		if !is || len(part) != digits {
			return 0, false
		}
		rgb = rgb<<8 | eightBits(v, digits, spec[0] == '#')
	}
	return rgb, true
}

// eightBits scales a colour of 1 to 4 digits; after # the missing bits are 0.
func eightBits(v uint32, digits int, hash bool) uint32 {
	bits := 4 * digits
	if hash {
		return v << 8 >> bits
	}
	most := uint32(1)<<bits - 1
	return (2*v*255 + most) / (2 * most)
}

func hexadecimal(b []byte) (v uint32, ok bool) {
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | uint32(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | uint32(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}

func cutPrefixFold(b []byte, prefix string) ([]byte, bool) {
	if len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix)) {
		return b[len(prefix):], true
	}
	return nil, false
}
