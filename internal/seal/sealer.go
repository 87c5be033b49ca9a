package seal

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"
)

// Sealer seals the parts of one file. It may be used by many at once.
//
// A chunk's nonce is its number. So everything is lost when two different chunks are sealed as the same one: whoever
// seals makes sure that the recording is the same at every read (If-Match), and takes a new header when it is not.
type Sealer struct {
	header Header
	aead   cipher.AEAD
}

// NewSealer makes the sealer of a header. A key that is not the header's is ErrKey.
func NewSealer(h Header, key FileKey) (*Sealer, error) {
	nonce, err := h.nonce(key)
	if err != nil {
		return nil, err
	}
	payloadKey, err := hkdf.Key(sha256.New, key[:], nonce, "payload", chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.New(payloadKey)
	if err != nil {
		return nil, err
	}
	return &Sealer{slices.Clone(h), aead}, nil
}

// What can be wrong with the bytes that a part is to be made of.
var (
	ErrShort = errors.New("seal: there are fewer bytes than the part has")
	ErrLong  = errors.New("seal: there are more bytes than the part has")
)

// Part appends to dst what becomes of the part of a recording of total bytes that has length bytes at offset: r gives
// these and then io.EOF, otherwise it is ErrShort or ErrLong. The header is before the first part, so parts one after
// another are the file. The offset is a multiple of ChunkSize; so is the length, except at the end.
//
// The bytes are read into dst and sealed there. With room for PartSize nothing is allocated for them. After an error
// dst is as long as it was.
func (s *Sealer) Part(dst []byte, r io.Reader, offset, length, total int64) ([]byte, error) {
	if err := checkPart(offset, length, total); err != nil {
		return dst, err
	}
	out := slices.Grow(dst, int(s.header.PartSize(offset, length)))
	if offset == 0 {
		out = append(out, s.header...)
	}
	nonce := new([chacha20poly1305.NonceSize]byte)
	first := offset / ChunkSize
	for n := first; n < first+Chunks(length); n++ {
		plain := out[len(out) : len(out)+int(min(ChunkSize, offset+length-n*ChunkSize))]
		if err := readFull(r, plain); err != nil {
			return dst, fmt.Errorf("read chunk %d: %w", n, err)
		}
		setNonce(nonce, n, total)
		// G407 (a nonce that is not random): age's nonces are the chunks' numbers, and the payload key is of this file alone.
		out = s.aead.Seal(out, nonce[:], plain, nil) // #nosec G407
	}
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return dst, ErrLong
	case err != io.EOF:
		return dst, fmt.Errorf("read the end of the part: %w", err)
	}
	return out, nil
}

func readFull(r io.Reader, b []byte) error {
	_, err := io.ReadFull(r, b)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return ErrShort
	}
	return err
}

// setNonce sets the nonce of the n-th chunk: 11 bytes of its number, and 1 in the last chunk (c2sp.org/age, "Payload").
func setNonce(nonce *[chacha20poly1305.NonceSize]byte, n, total int64) {
	binary.BigEndian.PutUint64(nonce[3:11], uint64(n))
	nonce[11] = 0
	if n == Chunks(total)-1 {
		nonce[11] = 1
	}
}

// ErrChunk says that a chunk is not what was sealed as this one.
var ErrChunk = errors.New("seal: the chunk is not what was sealed")

// Open appends to dst what was sealed as the n-th chunk of a recording of total bytes.
func (s *Sealer) Open(dst, chunk []byte, n, total int64) ([]byte, error) {
	if _, length := s.header.Chunk(n, total); n < 0 || int64(len(chunk)) != length {
		return dst, ErrChunk
	}
	nonce := new([chacha20poly1305.NonceSize]byte)
	setNonce(nonce, n, total)
	out, err := s.aead.Open(dst, nonce[:], chunk, nil)
	if err != nil {
		return dst, ErrChunk
	}
	return out, nil
}
