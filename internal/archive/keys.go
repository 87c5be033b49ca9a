// Package archive keeps recordings in S3: object keys (pure), put-once writes, server-side copies that are
// hashed on their way, the commit files, and signed addresses of byte ranges.
package archive

import (
	"fmt"
	"slices"
	"strings"

	"tapedeck/internal/session"
)

// inboxPrefix is where gateways put recordings.
const inboxPrefix = "in/"

// ParseInboxKey splits `in/<gateway>/<folder...>/<name>`. A folder may have several levels; ok is false for
// keys of another form.
func ParseInboxKey(key string) (folder session.Folder, name string, ok bool) {
	rest, ok := strings.CutPrefix(key, inboxPrefix)
	if !ok {
		return session.Folder{}, "", false
	}
	gateway, rest, ok := strings.Cut(rest, "/")
	i := strings.LastIndexByte(rest, '/')
	if !ok || gateway == "" || i <= 0 || i == len(rest)-1 {
		return session.Folder{}, "", false
	}
	return session.Folder{Gateway: gateway, Name: rest[:i]}, rest[i+1:], true
}

// InboxKey is the key of an object in a folder of the inbox.
func InboxKey(f session.Folder, name string) string {
	return inboxPrefix + f.Gateway + "/" + f.Name + "/" + name
}

// Keys of the evidence and derived buckets.

const sessionsPrefix = "sessions/"

// SessionPrefix is where everything of a session lies, in both buckets.
func SessionPrefix(id string) string { return sessionsPrefix + id + "/" }

// CommitKey is archive.json: the put-once commit of a session's original.
func CommitKey(id string) string { return SessionPrefix(id) + "archive.json" }

// DerivedCommitKey is the put-once commit of one encoder's work.
func DerivedCommitKey(id string, encoder int) string {
	return fmt.Sprintf("%sderived-%d.json", SessionPrefix(id), encoder)
}

// IsCommit reports whether a key is that of a commit file.
func IsCommit(id, key string) bool {
	name, ok := strings.CutPrefix(key, SessionPrefix(id))
	return ok && !strings.Contains(name, "/") && (name == "archive.json" || strings.HasPrefix(name, "derived-"))
}

// AttemptPrefix is where one attempt writes, in both buckets.
func AttemptPrefix(id, attempt string) string { return SessionPrefix(id) + attempt + "/" }

// OriginalKey is the n-th object of the original. The name is for people: it is made safe, n makes it unique.
func OriginalKey(id, attempt string, n int, name string) string {
	return fmt.Sprintf("%soriginal/%d-%s", AttemptPrefix(id, attempt), n, safeName(name))
}

// VideoKey is OriginalKey for what may be a film: its ending says so, whatever the gateway called it, since the role that
// signs for players may read originals with these endings alone (template.yaml).
func VideoKey(id, attempt string, n int, name string) string {
	key := OriginalKey(id, attempt, n, name)
	if !IsVideo(key) {
		key += videoEndings[len(videoEndings)-1]
	}
	return key
}

// IsVideo reports whether a key is that of an original which may be given to players.
func IsVideo(key string) bool {
	return slices.ContainsFunc(videoEndings, func(end string) bool { return strings.HasSuffix(key, end) })
}

var videoEndings = []string{".mp4", ".webm", ".film"}

// What an encoder makes.
func PlayKey(id, attempt string) string       { return AttemptPrefix(id, attempt) + "play.cast.gz" }
func GraphicsKey(id, attempt string) string   { return AttemptPrefix(id, attempt) + "play.guac.gz" }
func FilesKey(id, attempt string) string      { return AttemptPrefix(id, attempt) + "play.files.gz" }
func IndexKey(id, attempt string) string      { return AttemptPrefix(id, attempt) + "index.json.gz" }
func TableKey(id, attempt string) string      { return AttemptPrefix(id, attempt) + "segments.bin" }
func TranscriptKey(id, attempt string) string { return AttemptPrefix(id, attempt) + "transcript.gz" }
func KeysKey(id, attempt string) string       { return AttemptPrefix(id, attempt) + "keys.gz" }

// ConflictKey is where a later manifest that says something else is kept.
func ConflictKey(id, digest string) string { return conflictPrefix(id) + digest + ".json" }

func conflictPrefix(id string) string { return SessionPrefix(id) + "conflicts/" }

// safeName keeps letters, digits, dot, dash and underscore of ASCII, the last 100 of them.
func safeName(name string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, name)
	return safe[max(0, len(safe)-100):]
}
