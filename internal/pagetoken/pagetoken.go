// Package pagetoken signs where a page of a list ends, so that the next one goes on there and nowhere else.
package pagetoken

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"tapedeck/internal/session"
)

// A page token is base64url of
//
//	version 1 byte | key id 1 byte | expiry 4 bytes (Unix, hours) | query hash 8 bytes | watermark 26 bytes | HMAC-SHA256 16 bytes
//
// The page goes on below the watermark, the id of the last row shown, so rows that arrive meanwhile neither
// double nor hide one. What was asked is the caller's hash: two lists that could ask the same must hash it differently.
const (
	tokenVersion = 1
	tokenLife    = 24 * time.Hour
	macLen       = 16
	bodyLen      = 1 + 1 + 4 + 8 + session.IDLen
)

// Tokens seals and opens page tokens. It signs with the current key and accepts the previous one, so that a
// key can be changed without breaking a page that someone is looking at.
type Tokens struct {
	current, previous []byte
	now               func() time.Time
}

// New makes Tokens; previous may be empty.
func New(current, previous []byte, now func() time.Time) *Tokens {
	if len(current) < 16 {
		panic("pagetoken: the key is shorter than 16 bytes")
	}
	return &Tokens{current: current, previous: previous, now: now}
}

// keyID tells keys apart without saying anything of them.
func keyID(key []byte) byte { return sha256.Sum256(append([]byte("key id\x00"), key...))[0] }

// Seal makes the token of a query that goes on below watermark.
func (t *Tokens) Seal(query [8]byte, watermark string) string {
	body := make([]byte, 0, bodyLen+macLen)
	body = append(body, tokenVersion, keyID(t.current))
	body = binary.BigEndian.AppendUint32(body, uint32(t.now().Add(tokenLife).Unix()/3600))
	body = append(body, query[:]...)
	body = append(body, watermark...)
	return base64.RawURLEncoding.EncodeToString(append(body, mac(t.current, body)...))
}

// Open returns the watermark of a token that Seal made for the same query. Each way it can be wrong is
// CodeInvalidPageToken with its own message.
func (t *Tokens) Open(token string, query [8]byte) (watermark string, err error) {
	bad := func(why string) (string, error) {
		return "", session.Errorf(session.CodeInvalidPageToken, "the page token %s; start again from the first page", why)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != bodyLen+macLen || raw[0] != tokenVersion {
		return bad("is not one of this archive")
	}
	body, sum := raw[:bodyLen], raw[bodyLen:]
	if !hmac.Equal(sum, mac(t.current, body)) && (len(t.previous) == 0 || !hmac.Equal(sum, mac(t.previous, body))) {
		return bad("was changed, or its key is no longer in use")
	}
	if int64(binary.BigEndian.Uint32(body[2:]))*3600+3600 <= t.now().Unix() {
		return bad("has expired")
	}
	if [8]byte(body[6:14]) != query {
		return bad("belongs to another query")
	}
	watermark = string(body[14:])
	if !session.ValidID(watermark) {
		return bad("is not one of this archive")
	}
	return watermark, nil
}

func mac(key, body []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("tapedeck page token\x00"))
	h.Write(body)
	return h.Sum(nil)[:macLen]
}
