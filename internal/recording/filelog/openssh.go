package filelog

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapedeck/internal/recording"
)

// openssh is what sftp-server(8) logs at level VERBOSE through syslog (sftp-server.c of OpenSSH): a line for each
// request, and one with the status where it failed. A file that is opened and closed is one operation, at its closing;
// lines of other programs are passed over. Every line ends with a newline: a last one that does not was cut off.
type openssh struct {
	in      *reader
	begin   time.Time
	waiting *Operation // its status may be the next line
	opened  *opening   // whether waiting is of a file that was opened
	open    []opening  // files that are not closed yet
	rest    []Operation
	ended   error // once it did: io.EOF, or recording.ErrTruncated
}

// opening is a file that was opened.
type opening struct {
	path  string
	write bool
}

func (s *openssh) start() (time.Time, error) {
	at, _, ok := syslogTime(s.in.first)
	if !ok {
		return at, s.in.wrong("it is neither a JSON object nor a line of syslog")
	}
	s.begin = at
	if at.Year() == 0 { // syslog's old form has no year
		return time.Time{}, nil
	}
	return at, nil
}

func (s *openssh) next() (Operation, error) {
	for {
		if len(s.rest) > 0 {
			o := s.rest[0]
			s.rest = s.rest[1:]
			return o, nil
		}
		if s.ended != nil {
			return Operation{}, s.ended
		}
		line, err := s.in.next()
		switch {
		case err == nil && !s.in.whole, errors.Is(err, recording.ErrTruncated):
			s.settle("the log was cut off before its result")
			s.end(recording.ErrTruncated)
			continue
		case err == io.EOF:
			s.settle(OK)
			s.end(err)
			continue
		case err != nil:
			return Operation{}, err
		}
		at, rest, ok := syslogTime(line)
		message, ours := sftpMessage(rest)
		if !ok || !ours {
			continue
		}
		if s.begin.Year() == 0 && at.Before(s.begin.AddDate(0, -6, 0)) {
			at = at.AddDate(1, 0, 0) // the year of a log that does not say it has ended
		}
		s.line(at.Sub(s.begin), message)
	}
}

// line takes a message of sftp-server.
func (s *openssh) line(at time.Duration, message string) {
	if status, ok := strings.CutPrefix(message, "sent status "); ok {
		s.settle(status)
		return
	}
	s.settle(OK)
	word, arguments, _ := strings.Cut(message, " ")
	word = strings.TrimPrefix(word, "forced ") // "forced close" of what was open at the end
	if word == "forced" {
		word, arguments, _ = strings.Cut(arguments, " ")
	}
	path, to, after, ok := paths(arguments)
	if !ok || word == "" {
		return // "session opened ...", "received client version 3"
	}
	o := Operation{At: at, Op: cut(word), Path: cut(path), To: cut(to)}
	switch word {
	case "open":
		flags, _, _ := strings.Cut(strings.TrimPrefix(after, " flags "), " ")
		s.opened = &opening{o.Path, slices.Contains(strings.Split(flags, ","), "WRITE")}
		if o.Op = Get; s.opened.write {
			o.Op = Put
		}
	case "close":
		s.close(at, o.Path, after)
		return
	case "closedir":
		return
	case "opendir":
		o.Op = List
	case "set", "fset":
		o.Op = Chmod
	case "lstat", "fstat", "stat", "realpath", "readlink":
		o.Op = Stat
	case "rename", "posix-rename":
		o.Op = Rename
	case "hardlink":
		o.Op = Link
	}
	if o.Op == Symlink { // "old" is what it points to
		o.Path, o.To = o.To, o.Path
	}
	s.waiting = &o
}

// settle gives the waiting operation its result. A file that could be opened is an operation when it is closed.
func (s *openssh) settle(result string) {
	o, opened := s.waiting, s.opened
	s.waiting, s.opened = nil, nil
	switch {
	case o == nil:
	case opened != nil && result == OK && len(s.open) < maxOpen:
		s.open = append(s.open, *opened)
	default:
		o.Result = cut(result)
		s.rest = append(s.rest, *o)
	}
}

// close ends the operation on a file: `bytes read 172 written 0`.
func (s *openssh) close(at time.Duration, path, after string) {
	var read, written int64
	for i, words := 0, strings.Fields(after); i+1 < len(words); i++ {
		n, err := strconv.ParseInt(words[i+1], 10, 64)
		switch {
		case err != nil || n < 0 || n > MaxBytes:
		case words[i] == "read":
			read = n
		case words[i] == "written":
			written = n
		}
	}
	write := written > 0
	if i := slices.IndexFunc(s.open, func(f opening) bool { return f.path == path }); i >= 0 {
		write = write || s.open[i].write && read == 0
		s.open = slices.Delete(s.open, i, i+1)
	}
	o := Operation{At: at, Op: Get, Path: path, Bytes: &read, Result: OK}
	if write {
		o.Op, o.Bytes = Put, &written
	}
	s.rest = append(s.rest, o)
}

// end is that of the log: what is still open was never seen to be closed.
func (s *openssh) end(how error) {
	s.ended = how
	for _, f := range s.open {
		o := Operation{Op: Get, Path: f.path, Result: "not closed before the log ends"}
		if f.write {
			o.Op = Put
		}
		s.rest = append(s.rest, o) // its time becomes that of the operation before
	}
	s.open = nil
}

// syslogTime splits a line of syslog into its time and the rest: RFC 3339 (RFC 5424's), or "Nov 23 15:36:21" (RFC
// 3164, section 4.1.2), in the year 0.
func syslogTime(line []byte) (at time.Time, rest []byte, ok bool) {
	first, rest, _ := bytes.Cut(line, []byte(" "))
	if at, err := time.Parse(time.RFC3339Nano, string(first)); err == nil {
		return at, rest, true
	}
	if len(line) > len(time.Stamp) {
		if at, err := time.Parse(time.Stamp, string(line[:len(time.Stamp)])); err == nil {
			return at, line[len(time.Stamp)+1:], true
		}
	}
	return at, nil, false
}

// sftpMessage is the message of a line "web-01 internal-sftp[7905]: ...".
func sftpMessage(rest []byte) (message string, ok bool) {
	_, tagged, _ := strings.Cut(string(rest), " ")
	tag, message, ok := strings.Cut(tagged, ": ")
	program, _, _ := strings.Cut(tag, "[")
	return message, ok && (program == "internal-sftp" || program == "sftp-server")
}

// paths are the one or two paths of a message, and what follows them: `name "/a" mode 0755`, `old "/a" new "/b"`.
// Quotes in a path are not escaped, so the last one ends it.
func paths(arguments string) (path, to, after string, ok bool) {
	_, inner, ok := strings.Cut(arguments, `"`)
	end := strings.LastIndexByte(inner, '"')
	if !ok || end < 0 {
		return "", "", "", false
	}
	inner, after = inner[:end], inner[end+1:]
	path, to, _ = strings.Cut(inner, `" new "`)
	return unescaped(path), unescaped(to), after, true
}

// unescaped undoes vis(3): OpenSSH logs what cannot be printed in C's style or in octal.
func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if octal := s[i:min(i+3, len(s))]; len(octal) == 3 {
			if n, err := strconv.ParseUint(octal, 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		if k := strings.IndexByte("abfnrtvs0", s[i]); k >= 0 {
			b.WriteByte("\a\b\f\n\r\t\v \x00"[k])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
