// Package filelog reads logs of file operations (SFTP, FTP): JSON lines, or what OpenSSH's internal-sftp writes.
package filelog

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"time"

	"tapedeck/internal/recording"
)

// What was done. A log may name other operations; they are kept as they are named.
const (
	Get     = "get" // the server's file was read
	Put     = "put" // the server's file was written
	Mkdir   = "mkdir"
	Rmdir   = "rmdir"
	Remove  = "remove"
	Rename  = "rename"
	Symlink = "symlink" // Path points to To
	Link    = "link"
	Chmod   = "chmod" // mode, owner, times or length were set
	List    = "list"
	Stat    = "stat"
)

// OK is the result of what was done; any other says why it was not.
const OK = "ok"

// Operation is something that was done to a file, or that was refused.
type Operation struct {
	At     time.Duration // since the first line of the log, never less than that of the one before
	Op     string
	Path   string
	To     string // of Rename, Symlink and Link
	Bytes  *int64 // that were moved; nil where nothing is, or nobody counted
	SHA256 string // of what was moved, lower-case hex, where the gateway knows it
	Result string // OK, or the server's words
}

// Log is an opened log: when it begins, and its operations, that can be read once. The sequence ends after its first
// error, as that of a recording.
type Log struct {
	Start      time.Time
	Operations iter.Seq2[Operation, error]
	TimesBack  int // how many operations were earlier than the one before, as far as they were read; their time is that one's
}

// Bounds of what is read.
const (
	maxText  = 8 << 10   // bytes of a path, a name or a result; longer ones are cut
	maxOpen  = 1024      // files that are open at a time, as many as a process may; the rest are operations without a size
	MaxBytes = 1<<53 - 1 // of one operation: what JSON's numbers hold everywhere (RFC 8259, section 6)
)

// Format is what manifests call these logs.
const Format = "filelog"

// dialect reads one kind of log.
type dialect interface {
	// start is when the log begins: the time of its first line, zero where the log does not tell the year.
	start() (time.Time, error)
	// next is the next operation, its time counted from the start; io.EOF after the last.
	next() (Operation, error)
}

// Open reads the first line of a log, which tells which kind it is.
func Open(r io.Reader) (*Log, error) {
	in := &reader{in: recording.NewLines(r)}
	first, err := in.next()
	switch {
	case err == io.EOF:
		err = &recording.Error{Format: Format, What: "the log is empty"}
	case errors.Is(err, recording.ErrTruncated):
		err = cutInFirst
	}
	if err != nil {
		return nil, err
	}
	in.first = bytes.Clone(first)
	var d dialect = &openssh{in: in}
	if bytes.HasPrefix(bytes.TrimSpace(first), []byte("{")) {
		d = &jsonLines{in: in}
	}
	l := new(Log)
	if l.Start, err = d.start(); err != nil {
		return nil, err
	}
	l.Operations = func(yield func(Operation, error) bool) {
		var last time.Duration
		for {
			o, err := d.next()
			if err == io.EOF {
				return
			}
			switch {
			case err != nil:
			case o.At < last:
				l.TimesBack++
				o.At = last
			case o.At > recording.MaxLength:
				err = in.wrong("it is more than 366 days after the first")
			}
			last = o.At
			if !yield(o, err) || err != nil {
				return
			}
		}
	}
	return l, nil
}

// cutInFirst says that nothing of a log is whole.
var cutInFirst = &recording.Error{Format: Format, What: "the log is cut off in its first line"}

// reader reads a log line by line. Empty lines are passed over.
type reader struct {
	in    *recording.Lines
	first []byte // that was looked at, and is still to be read
	whole bool   // whether a newline ended the line that next gave
}

// next is the next line, valid until the one after it; io.EOF when there is none.
func (r *reader) next() (line []byte, err error) {
	if line = r.first; line != nil {
		r.first = nil
		return line, nil
	}
	for {
		line, r.whole, err = r.in.Next()
		if err == recording.ErrLongLine {
			return nil, r.wrong("the line is too long")
		}
		if err != nil || len(bytes.TrimSpace(line)) > 0 {
			return line, err
		}
	}
}

func (r *reader) wrong(what string) error {
	return &recording.Error{Format: Format, Line: r.in.N, What: what}
}

// cut bounds a text, and makes it valid UTF-8.
func cut(s string) string {
	if len(s) > maxText {
		s = s[:maxText] + "..."
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
