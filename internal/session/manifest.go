package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds of a manifest. A longer text value is cut with a visible mark; anything else over its bound
// makes the manifest unreadable.
const (
	MaxManifestBytes = 16 << 20
	MaxTextBytes     = 1024
	MaxObjects       = 500
	MaxObjectKey     = 255
)

// cutMark ends a text value that was cut.
const cutMark = "…"

// ManifestName is the object that commits a folder of the inbox. It is put last.
const ManifestName = "session.json"

// Formats of a recording. The content decides the version.
var Formats = []string{"asciicast", "script", "ttyrec", "guacamole", "video", "filelog"}

// Parts an object of a recording may be.
const (
	PartRecording = "recording"
	PartTiming    = "timing" // when which bytes of the recording came
	PartInput     = "input"  // what was typed: kept, never shown
	PartLog       = "log"
)

var parts = []string{PartRecording, PartTiming, PartInput, PartLog}

// Object is one file of a recording, as the manifest names it.
type Object struct {
	Key    string `json:"key"`
	Part   string `json:"part"`
	Size   *int64 `json:"size,omitempty"`
	SHA256 string `json:"sha256,omitempty"` // lower-case hex, or ""
}

// Manifest announces a recorded session (docs/manifest.schema.json). Its texts are as the row will show
// them: bounded, free of control characters, closed lists and addresses in canonical form.
type Manifest struct {
	UUID     string
	ActionAt time.Time
	Row      Session // the columns; ID, No and ActionAt are set at registration
	Format   string
	Objects  []Object
}

type manifestJSON struct {
	Version   *int    `json:"version"`
	SessionID *string `json:"sessionId"`
	ActionAt  *string `json:"actionAt"`
	EndedAt   *string `json:"endedAt"`

	Name          string `json:"name"`
	Email         string `json:"email"`
	Role          string `json:"role"`
	Account       string `json:"account"`
	ServerName    string `json:"serverName"`
	ServerOS      string `json:"serverOs"`
	Host          string `json:"host"`
	Port          *int   `json:"port"`
	Protocol      string `json:"protocol"`
	ClientIP      string `json:"clientIp"`
	ClientName    string `json:"clientName"`
	ConnectedFrom string `json:"connectedFrom"`

	Format  *string   `json:"format"`
	Objects *[]Object `json:"objects"`
}

var (
	uuidForm   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// ParseManifest reads a manifest. Its errors are Errors with CodeInvalid whose message says what is wrong in
// words for the person who runs the gateway.
func ParseManifest(data []byte) (*Manifest, error) {
	if len(data) > MaxManifestBytes {
		return nil, Errorf(CodeInvalid, "the manifest is larger than %d MiB", MaxManifestBytes>>20)
	}
	if !utf8.Valid(data) {
		return nil, Errorf(CodeInvalid, "the manifest is not valid UTF-8")
	}
	var in manifestJSON
	if err := json.Unmarshal(data, &in); err != nil {
		if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field != "" {
			return nil, Errorf(CodeInvalid, "the manifest's %s has the wrong type", t.Field)
		}
		return nil, Errorf(CodeInvalid, "the manifest is not a JSON object")
	}
	if err := in.required(); err != nil {
		return nil, err
	}
	at, err := ParseTime(*in.ActionAt)
	if err != nil {
		return nil, Errorf(CodeInvalid, "the manifest's actionAt: %s", err)
	}
	m := &Manifest{UUID: strings.ToLower(*in.SessionID), ActionAt: at, Format: *in.Format, Objects: *in.Objects, Row: in.columns()}
	if in.EndedAt != nil && *in.EndedAt != "" {
		end, err := ParseTime(*in.EndedAt)
		if err != nil {
			return nil, Errorf(CodeInvalid, "the manifest's endedAt: %s", err)
		}
		if d := end.Sub(at).Milliseconds(); d >= 0 {
			m.Row.DurationMs = &d
		}
	}
	return m, nil
}

func (in *manifestJSON) required() error {
	missing := map[string]bool{"version": in.Version == nil, "sessionId": in.SessionID == nil, "actionAt": in.ActionAt == nil,
		"format": in.Format == nil, "objects": in.Objects == nil}
	for _, name := range []string{"version", "sessionId", "actionAt", "format", "objects"} {
		if missing[name] {
			return Errorf(CodeInvalid, "the manifest has no %s", name)
		}
	}
	if *in.Version != 1 {
		return Errorf(CodeInvalid, "the manifest's version is %d; this archive reads version 1", *in.Version)
	}
	if !uuidForm.MatchString(strings.ToLower(*in.SessionID)) {
		return Errorf(CodeInvalid, "the manifest's sessionId is not a UUID")
	}
	if !slices.Contains(Formats, *in.Format) {
		return Errorf(CodeInvalid, "the manifest's format is none of %s", strings.Join(Formats, ", "))
	}
	if in.Port != nil && (*in.Port < 0 || *in.Port > 65535) {
		return Errorf(CodeInvalid, "the manifest's port is out of bounds")
	}
	return checkObjects(*in.Objects)
}

func checkObjects(objects []Object) error {
	if len(objects) == 0 || len(objects) > MaxObjects {
		return Errorf(CodeInvalid, "the manifest names %d objects; 1 to %d are possible", len(objects), MaxObjects)
	}
	seen := map[string]bool{}
	for i, o := range objects {
		bad := func(what string) error { return Errorf(CodeInvalid, "the manifest's objects[%d]: %s", i, what) }
		switch {
		case !validObjectKey(o.Key):
			return bad("the key must be the name of an object in the manifest's own folder")
		case seen[o.Key]:
			return bad("the key is named twice")
		case !slices.Contains(parts, o.Part):
			return bad("the part is none of " + strings.Join(parts, ", "))
		case o.Size != nil && *o.Size < 0:
			return bad("the size is negative")
		case o.SHA256 != "" && !sha256Form.MatchString(o.SHA256):
			return bad("sha256 is not 64 lower-case hexadecimal digits")
		}
		seen[o.Key] = true
	}
	return nil
}

// validObjectKey reports whether key is a plain name: nothing that could leave the manifest's folder.
func validObjectKey(key string) bool {
	return key != "" && key != "." && key != ".." && key != ManifestName && len(key) <= MaxObjectKey &&
		!strings.ContainsFunc(key, func(r rune) bool { return r == '/' || r == '\\' || unicode.IsControl(r) })
}

func (in *manifestJSON) columns() Session {
	s := Session{
		Name: Text(in.Name), Email: Text(in.Email), Role: Text(in.Role), Account: Text(in.Account),
		ServerName: Text(in.ServerName), Host: Text(in.Host), Port: in.Port,
		ClientIP: CanonicalIP(in.ClientIP), ClientName: Text(in.ClientName),
	}
	s.ServerOS, s.ServerOSRaw = ServerOS.Pick(in.ServerOS)
	s.Protocol, s.ProtocolRaw = Protocol.Pick(in.Protocol)
	s.ConnectedFrom, s.ConnectedFromRaw = ConnectedFrom.Pick(in.ConnectedFrom)
	return s
}

// Text makes hostile text fit to be shown and indexed: control characters become U+FFFD, blanks at both
// ends go, and what is longer than MaxTextBytes is cut at a character with a visible mark.
func Text(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.TrimSpace(s))
	return Cut(s, MaxTextBytes)
}

// Cut shortens s to at most n bytes, the mark included, without splitting a character.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n -= len(cutMark)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + cutMark
}

// CanonicalIP is the canonical text of an address (RFC 5952; IPv4-mapped addresses as IPv4), or "" for
// anything that is none. Zones are dropped.
func CanonicalIP(s string) string {
	a, err := netip.ParseAddr(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	return a.Unmap().WithZone("").String()
}

// List is one of the closed lists of the columns.
type List []string

// ETC stands for every value that a list does not know.
const ETC = "ETC"

var (
	ServerOS      = List{"Ubuntu", "CentOS", "RHEL", "Amazon Linux", "Windows", "macOS", ETC}
	Protocol      = List{"SSH", "SFTP", "TELNET", "FTP", "RDP", "VNC", ETC}
	ConnectedFrom = List{"Web", "Proxy", ETC}
)

// Pick finds s in the list, whatever its case; raw is the gateway's own word where it is not there.
// Absent stays "".
func (l List) Pick(s string) (value, raw string) {
	s = Text(s)
	if s == "" {
		return "", ""
	}
	for _, v := range l {
		if strings.EqualFold(v, s) {
			return v, ""
		}
	}
	return ETC, s
}

// Index is the place of a value: 0 for "", i+1 for the i-th of the list.
func (l List) Index(value string) int {
	if value == "" {
		return 0
	}
	i := slices.Index(l, value)
	if i < 0 {
		panic(fmt.Sprintf("session: %q is in no closed list", value))
	}
	return i + 1
}
