package seal

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"strings"
	"testing"

	vectors "c2sp.org/CCTV/age"
	"filippo.io/age"
)

// vector is one of C2SP's test vectors: a file, its key, and what becomes of it.
type vector struct {
	fields map[string]string
	header Header
	chunks []byte
	key    FileKey
}

// readVector reads one; ok is false when it has no header that could be used, or is armored.
func readVector(t *testing.T, name string) (v vector, ok bool) {
	t.Helper()
	data, err := fs.ReadFile(vectors.Vectors, name)
	if err != nil {
		t.Fatal(err)
	}
	v.fields = map[string]string{}
	var line string
	for {
		var rest string
		line, rest, _ = strings.Cut(string(data), "\n")
		data = []byte(rest)
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ": ")
		v.fields[name] = value
	}
	if v.fields["compressed"] == "zlib" {
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err == nil {
			data, err = io.ReadAll(z)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	bare, err := age.ExtractHeader(bytes.NewReader(data))
	keyBytes, _ := hex.DecodeString(v.fields["file key"])
	if err != nil || v.fields["armored"] == "yes" || len(data) < len(bare)+nonceSize || len(keyBytes) != len(v.key) {
		return v, false
	}
	v.header, v.chunks, v.key = data[:len(bare)+nonceSize], data[len(bare)+nonceSize:], FileKey(keyBytes)
	return v, true
}

// open opens chunk after chunk; ok is false when one of them is not what was sealed, or they are no whole file.
func (v vector) open(s *Sealer) (plain []byte, ok bool) {
	chunks := (int64(len(v.chunks)) + ChunkSize + overhead - 1) / (ChunkSize + overhead)
	total := int64(len(v.chunks)) - overhead*chunks
	if total < 0 || v.header.SealedSize(total) != int64(len(v.header)+len(v.chunks)) {
		return nil, false
	}
	for n := range Chunks(total) {
		at, length := v.header.Chunk(n, total)
		at -= int64(len(v.header))
		var err error
		if plain, err = s.Open(plain, v.chunks[at:at+length], n, total); err != nil {
			return plain, false
		}
	}
	return plain, true
}

func TestTheVectorsOfC2SP(t *testing.T) {
	entries, err := fs.ReadDir(vectors.Vectors, ".")
	if err != nil {
		t.Fatal(err)
	}
	opened, refused := 0, 0
	for _, entry := range entries {
		v, ok := readVector(t, entry.Name())
		if !ok {
			continue
		}
		expect := v.fields["expect"]
		s, err := NewSealer(v.header, v.key)
		switch {
		case expect == "HMAC failure" && err == nil:
			t.Errorf("%s: the key is taken though the MAC is wrong", entry.Name())
		case err != nil && (expect == "success" || expect == "payload failure"):
			t.Errorf("%s: %v", entry.Name(), err)
		case err != nil || expect != "success" && expect != "payload failure":
			continue
		}
		plain, ok := v.open(s)
		if ok != (expect == "success") {
			t.Errorf("%s: that all chunks open is %v, expected is a %s", entry.Name(), ok, expect)
		}
		if !ok {
			refused++
			continue
		}
		opened++
		if sum := sha256.Sum256(plain); hex.EncodeToString(sum[:]) != v.fields["payload"] {
			t.Errorf("%s: something else was in it", entry.Name())
		}
		again, err := s.Part(nil, bytes.NewReader(plain), 0, int64(len(plain)), int64(len(plain)))
		if err != nil || !bytes.Equal(again, append(bytes.Clone(v.header), v.chunks...)) {
			t.Errorf("%s: sealed again it is another file, %v", entry.Name(), err)
		}
	}
	if opened < 15 || refused < 15 {
		t.Errorf("%d were opened, %d refused: this test looks at the wrong files", opened, refused)
	}
}
