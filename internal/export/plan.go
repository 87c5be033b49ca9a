package export

import (
	"path"
	"strings"
	"unicode"

	"tapedeck/internal/seal"
	"tapedeck/internal/session"
)

const (
	minPartBytes = 16 << 20
	maxParts     = 9500 // S3 takes 10,000
	shardParts   = 256  // parts that one worker takes: 4 GiB of the smallest ones
)

// partBytes is how many bytes of plaintext a part has: whole chunks, and not too many parts.
func partBytes(size int64) int64 {
	part := (size + maxParts - 1) / maxParts
	return max(minPartBytes, (part+seal.ChunkSize-1)/seal.ChunkSize*seal.ChunkSize)
}

// plan divides a job into parts and shards. Size, SHA256 and PartBytes are set.
func plan(e *session.Export) {
	e.Parts = int(max(1, (e.Size+e.PartBytes-1)/e.PartBytes))
	per := shardParts
	if e.SHA256 == "" { // it is hashed on the way, so one worker reads all of it in order
		per = e.Parts
	}
	for first := 0; first < e.Parts; first += per {
		e.Shards = append(e.Shards, session.Shard{N: len(e.Shards), First: first, Count: min(per, e.Parts-first)})
	}
	e.FileSize = e.Size
	if e.Sealed() {
		e.FileSize = seal.Header(e.Header).SealedSize(e.Size)
	}
}

// extent is where the plaintext of the n-th part lies.
func extent(e *session.Export, n int) (offset, length int64) {
	offset = int64(n) * e.PartBytes
	return offset, min(e.PartBytes, e.Size-offset)
}

// fileSize is the size of the n-th part as it is uploaded.
func fileSize(e *session.Export, n int) int64 {
	offset, length := extent(e, n)
	if e.Sealed() {
		return seal.Header(e.Header).PartSize(offset, length)
	}
	return length
}

// fileName is `<session record>-<id>` and the original's extension, or .tar of several; .age when it is sealed.
func fileName(s *session.Session, sources []session.Source, sealed bool) string {
	name := safe(s.SessionRecord) + "-" + s.ID
	if len(sources) == 1 {
		name += extension(sources[0].Name)
	} else {
		name += ".tar"
	}
	if sealed {
		name += ".age"
	}
	return name
}

// extension is the one of a file's name, with the one before it when it says how the file is compressed.
func extension(name string) string {
	ext := path.Ext(name)
	if ext == ".gz" || ext == ".zst" {
		ext = path.Ext(strings.TrimSuffix(name, ext)) + ext
	}
	if len(ext) > 20 || strings.ContainsFunc(ext, func(r rune) bool { return r > unicode.MaxASCII || safe(string(r)) != string(r) }) {
		return ""
	}
	return ext
}

// safe keeps letters and digits of any script, and what no file system or shell takes for something else.
func safe(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.@+", r) {
			return r
		}
		return '_'
	}, name)
}
