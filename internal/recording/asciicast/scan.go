package asciicast

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"tapedeck/internal/recording"
)

// scanner reads the few forms of JSON (RFC 8259) that an event line has, without allocating. After its first
// error it gives zero values.
type scanner struct {
	b   []byte
	i   int
	bad bool
	err error  // what is wrong, where there is more to say than that the form is
	buf []byte // of the last text that had escapes
}

func (s *scanner) start(line []byte) { s.b, s.i, s.bad, s.err = line, 0, false, nil }

func (s *scanner) space() {
	for s.i < len(s.b) && isSpace(s.b[s.i]) {
		s.i++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (s *scanner) char(c byte) {
	s.space()
	if s.bad || s.i >= len(s.b) || s.b[s.i] != c {
		s.bad = true
		return
	}
	s.i++
}

// end reports whether everything was read and was right.
func (s *scanner) end() bool {
	s.space()
	return !s.bad && s.i == len(s.b)
}

// seconds reads a JSON number of seconds (RFC 8259, section 6), cut to microseconds.
func (s *scanner) seconds() time.Duration {
	s.space()
	from := s.i
	for s.i < len(s.b) && (s.b[s.i] >= '0' && s.b[s.i] <= '9' || s.b[s.i] == '.') {
		s.i++
	}
	plain := s.b[from:s.i]
	if s.i < len(s.b) && bytes.IndexByte([]byte("-+eE"), s.b[s.i]) >= 0 {
		return s.slowSeconds(from)
	}
	d, ok := recording.Seconds(plain)
	if s.bad || !ok || len(plain) > 1 && plain[0] == '0' && plain[1] != '.' {
		s.bad = true
		return 0
	}
	return d
}

// number reads the characters that a JSON number may have.
func (s *scanner) number() []byte {
	s.space()
	from := s.i
	for s.i < len(s.b) && bytes.IndexByte([]byte("0123456789+-.eE"), s.b[s.i]) >= 0 {
		s.i++
	}
	return s.b[from:s.i]
}

func (s *scanner) slowSeconds(from int) time.Duration {
	s.i = from
	f, err := strconv.ParseFloat(string(s.number()), 64)
	switch {
	case s.bad || s.b[from] == '+':
		s.bad = true
		return 0
	case err == nil && f > -1e9 && f < 1e9:
		return time.Duration(f*1e6) * time.Microsecond
	case err != nil && err.(*strconv.NumError).Err == strconv.ErrSyntax:
		s.bad = true
		return 0
	}
	s.bad, s.err = true, errTime
	return 0
}

// text reads a string (RFC 8259, section 7). The result is good until the next text.
func (s *scanner) text() []byte {
	s.char('"')
	if s.bad {
		return nil
	}
	from := s.i
	for ; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[from : s.i-1]
		case c == '\\':
			s.buf = s.escaped(append(s.buf[:0], s.b[from:s.i]...))
			return s.buf
		case c < 0x20:
			s.bad = true
			return nil
		}
	}
	s.bad = true
	return nil
}

var simple = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (s *scanner) escaped(buf []byte) []byte {
	for s.i < len(s.b) {
		c := s.b[s.i]
		s.i++
		switch {
		case c == '"':
			return buf
		case c < 0x20:
			s.bad = true
			return nil
		case c != '\\':
			buf = append(buf, c)
			continue
		case s.i == len(s.b):
			s.bad = true
			return nil
		}
		c = s.b[s.i]
		s.i++
		switch {
		case simple[c] != 0:
			buf = append(buf, simple[c])
		case c == 'u':
			buf = utf8.AppendRune(buf, s.unicode())
		default:
			s.bad = true
		}
		if s.bad {
			return nil
		}
	}
	s.bad = true
	return nil
}

// unicode reads the four digits after \u, and the second half of a surrogate pair. Half a pair is U+FFFD.
func (s *scanner) unicode() rune {
	r, ok := s.hex(s.i)
	if !ok {
		s.bad = true
		return 0
	}
	s.i += 4
	if !utf16.IsSurrogate(r) {
		return r
	}
	if s.i+1 < len(s.b) && s.b[s.i] == '\\' && s.b[s.i+1] == 'u' {
		if low, ok := s.hex(s.i + 2); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				s.i += 6
				return pair
			}
		}
	}
	return utf8.RuneError
}

func (s *scanner) hex(at int) (rune, bool) {
	if at+4 > len(s.b) {
		return 0, false
	}
	var r rune
	for _, c := range s.b[at : at+4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
