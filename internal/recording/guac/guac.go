// Package guac reads recordings of graphical sessions as Apache guacd writes them: instructions of the Guacamole protocol.
package guac

import (
	"bytes"
	"encoding/binary"
	"io"
	"iter"
	"strconv"
	"unicode/utf8"

	"tapedeck/internal/recording"
)

// Format is what manifests call these recordings.
const Format = "guacamole"

// Bounds of what is read.
const (
	MaxInstruction = 16 << 20 // bytes of one instruction
	MaxElements    = 1024     // of one instruction: the opcode and its arguments
	maxDigits      = 8        // of a length
)

// Instruction is an opcode with its arguments. All its bytes are valid until the next one is asked for.
type Instruction struct {
	Opcode []byte
	Args   [][]byte
	Raw    []byte // as it was read
	Offset int64  // where it begins in the recording
}

// Instructions are those of a recording, once. The sequence ends after its first error: recording.ErrTruncated when the
// recording ends within an instruction, a *recording.Error where there is none, anything else when the source failed.
func Instructions(from io.Reader) iter.Seq2[*Instruction, error] {
	return func(yield func(*Instruction, error) bool) {
		r := &reader{from: from}
		for {
			i, err := r.next()
			if err == io.EOF || !yield(i, err) || err != nil {
				return
			}
		}
	}
}

// Append appends an instruction as it is stored.
func Append[T string | []byte](b []byte, opcode string, args ...T) []byte {
	b = appendElement(b, opcode)
	for _, a := range args {
		b = appendElement(append(b, ','), a)
	}
	return append(b, ';')
}

func appendElement[T string | []byte](b []byte, element T) []byte {
	characters := 0
	for i := range len(element) {
		if utf8.RuneStart(element[i]) {
			characters++
		}
	}
	b = strconv.AppendInt(b, int64(characters), 10)
	return append(append(b, '.'), element...)
}

// Looks reports whether a recording that begins so may be one: a length, an opcode of that length, and what ends it.
func Looks(head []byte) bool {
	digits, rest, ok := bytes.Cut(head, []byte("."))
	n, err := strconv.Atoi(string(digits))
	if !ok || err != nil || n < 2 || n > 20 || len(digits) > 2 || len(rest) <= n {
		return false
	}
	for _, c := range rest[:n] {
		if c < 'a' || c > 'z' {
			return false
		}
	}
	return rest[n] == ',' || rest[n] == ';'
}

// reader holds what was read and not yet given out.
type reader struct {
	from   io.Reader
	buf    []byte
	at     int   // where the next instruction begins in buf
	offset int64 // of buf in the recording
	ended  error // what the source ended with
	now    Instruction
	ends   []int // where each element of the instruction begins and ends, from at on
}

// next is the next instruction; io.EOF after the last one.
func (r *reader) next() (*Instruction, error) {
	r.ends = r.ends[:0]
	n := 0
	for {
		if len(r.ends) == 2*MaxElements {
			return nil, r.wrong(n, "an instruction has more than "+strconv.Itoa(MaxElements)+" elements")
		}
		from, to, err := r.element(n)
		if err != nil {
			return nil, r.cut(err, n)
		}
		r.ends = append(r.ends, from, to)
		n = to + 1
		if r.buf[r.at+to] == ';' {
			break
		}
	}
	i := &r.now
	i.Raw, i.Offset, i.Args = r.buf[r.at:r.at+n:r.at+n], r.offset+int64(r.at), i.Args[:0]
	i.Opcode = i.Raw[r.ends[0]:r.ends[1]:r.ends[1]]
	for e := 2; e < len(r.ends); e += 2 {
		i.Args = append(i.Args, i.Raw[r.ends[e]:r.ends[e+1]:r.ends[e+1]])
	}
	r.at += n
	return i, nil
}

// cut says what the end of the source means within an instruction of which n bytes are read.
func (r *reader) cut(err error, n int) error {
	if err == io.EOF && (n > 0 || r.at < len(r.buf)) {
		return recording.ErrTruncated
	}
	return err
}

// element reads an element from n on: where its value begins and ends. What follows is a comma or a semicolon.
func (r *reader) element(n int) (from, to int, err error) {
	length := 0
	for from = n; ; from++ {
		if err := r.have(from + 1); err != nil {
			return 0, 0, err
		}
		c := r.buf[r.at+from]
		if c == '.' && from > n {
			break
		}
		if c < '0' || c > '9' {
			return 0, 0, r.wrong(from, "the length of an element is missing")
		}
		if from-n == maxDigits {
			return 0, 0, r.wrong(n, "an element has a length of more than "+strconv.Itoa(maxDigits)+" digits")
		}
		length = length*10 + int(c-'0')
	}
	from++
	if to, err = r.characters(from, length); err != nil {
		return 0, 0, err
	}
	if c := r.buf[r.at+to]; c != ',' && c != ';' {
		return 0, 0, r.wrong(to, "an element does not end where its length says")
	}
	return from, to, nil
}

// characters is where so many characters end that begin at n: lengths count code points, not bytes. The byte after
// them is there.
func (r *reader) characters(n, length int) (int, error) {
	for end := n; ; {
		if end+length+1 > MaxInstruction {
			return 0, r.wrong(n, "an instruction is longer than "+strconv.Itoa(MaxInstruction>>20)+" MiB")
		}
		if err := r.have(end + length + 1); err != nil {
			return 0, err
		}
		more := continuations(r.buf[r.at+end : r.at+end+length])
		end += length
		for length = more; length == 0 && !utf8.RuneStart(r.buf[r.at+end]); end++ {
			if err := r.have(end + 2); err != nil {
				return 0, err
			}
		}
		if length == 0 {
			return end, nil
		}
	}
}

// have reads until n bytes of the instruction are there.
func (r *reader) have(n int) error {
	for len(r.buf)-r.at < n {
		if r.ended != nil {
			return r.ended
		}
		if r.at > 0 {
			r.buf = r.buf[:copy(r.buf, r.buf[r.at:])]
			r.offset, r.at = r.offset+int64(r.at), 0
		}
		if len(r.buf) == cap(r.buf) {
			r.buf = append(make([]byte, 0, max(64<<10, 2*cap(r.buf))), r.buf...)
		}
		k, err := r.from.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf, r.ended = r.buf[:len(r.buf)+k], err
	}
	return nil
}

func (r *reader) wrong(n int, what string) error {
	return &recording.Error{Format: Format, Offset: r.offset + int64(r.at+n), What: what}
}

// continuations counts the bytes that begin no character.
func continuations(b []byte) (n int) {
	for ; len(b) >= 8 && binary.LittleEndian.Uint64(b)&0x8080808080808080 == 0; b = b[8:] {
	}
	for _, c := range b {
		if !utf8.RuneStart(c) {
			n++
		}
	}
	return n
}
