package tape

import (
	"strconv"
	"time"
	"unicode/utf8"

	"tapedeck/internal/recording"
)

// appendEvent appends an event's line of asciicast v2.
func appendEvent(b []byte, e recording.Event) []byte {
	return appendLine(b, e.At, byte(e.Kind), e.Data)
}

func appendLine(b []byte, at time.Duration, code byte, data []byte) []byte {
	us := at.Microseconds()
	b = append(b, '[')
	b = strconv.AppendInt(b, us/1e6, 10)
	b = append(b, '.')
	for div := int64(1e5); div > 0; div /= 10 {
		b = append(b, byte('0'+us/div%10))
	}
	b = append(b, ',', ' ', '"', code, '"', ',', ' ')
	b = appendString(b, data)
	return append(b, ']', '\n')
}

// tail is the begin of a character at the end of an output, without its end. It is put before the next output:
// recorders of bytes cut where their buffer ends.
type tail struct{ held, joined []byte }

// whole is data with what was held back before, and without what is held back now.
func (t *tail) whole(data []byte) []byte {
	if len(t.held) > 0 {
		t.joined = append(append(t.joined[:0], t.held...), data...)
		data = t.joined
	}
	n := len(data)
	for i := n - 1; i >= max(0, n-utf8.UTFMax); i-- {
		if utf8.RuneStart(data[i]) {
			if !utf8.FullRune(data[i:]) {
				n = i
			}
			break
		}
	}
	t.held = append(t.held[:0], data[n:]...)
	return data[:n]
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
