package filelog

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// programs write logs of OpenSSH, the session's own lines before the first operation included.
var programs = []string{"sshd", "sshd-session", "internal-sftp", "sftp-server"}

// Looks reports whether a log may begin so. A JSON object has a time or an op among its first members; a line of syslog is
// of one of OpenSSH's programs, as far as it can be seen.
func Looks(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	if bytes.HasPrefix(head, []byte("{")) {
		return looksJSON(head)
	}
	line, _, whole := bytes.Cut(head, []byte("\n"))
	_, rest, ok := syslogTime(line)
	if !ok {
		return false
	}
	_, tagged, _ := strings.Cut(string(rest), " ")
	end := strings.IndexAny(tagged, "[: ")
	if end >= 0 {
		return slices.Contains(programs, tagged[:end])
	}
	return !whole && slices.ContainsFunc(programs, func(p string) bool { return strings.HasPrefix(p, tagged) })
}

// looksJSON looks at the object's own members, up to where the head ends.
func looksJSON(head []byte) bool {
	d := json.NewDecoder(bytes.NewReader(head))
	for depth, key := 0, false; ; {
		token, err := d.Token()
		if err != nil {
			return false
		}
		switch v := token.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				depth++
			} else {
				depth--
			}
			key = depth == 1 // the next one is a name, or ends the object
			continue
		case string:
			if depth == 1 && key && (v == "time" || v == "op") {
				return true
			}
			if depth == 1 && key && (v == "version" || v == "width" || v == "height") {
				return false // an asciicast
			}
		}
		key = depth == 1 && !key
	}
}
