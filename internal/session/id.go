package session

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// crockford is the ULID alphabet (github.com/ulid/spec, "Encoding"): byte order is numeric order.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// IDLen is the length of a session id in characters.
const IDLen = 26

// Identity is the key of a registration: hex SHA-256 of `gateway|uuid`. The gateway is the first element of
// the object's path, never the manifest's word, so that no gateway can speak for another.
func Identity(gateway, uuid string) string {
	h := sha256.Sum256([]byte(gateway + "|" + uuid))
	return hex.EncodeToString(h[:])
}

// NewID is the session's id: a ULID of the start in milliseconds and the first 80 bits of the identity. The
// same session always gets the same id; ids sort by start.
func NewID(actionAt time.Time, gateway, uuid string) string {
	h := sha256.Sum256([]byte(gateway + "|" + uuid))
	return ulid(uint64(actionAt.UnixMilli()), h[:10])
}

// MinID is the smallest id of a recording that started at t: the bound of a time range.
func MinID(t time.Time) string { return ulid(uint64(max(t.UnixMilli(), 0)), make([]byte, 10)) }

// PrevID is the largest id below id; "" when there is none. Key ranges are inclusive at both ends, so an
// exclusive upper bound is written with it.
func PrevID(id string) string {
	b := []byte(id)
	for i := len(b) - 1; i >= 0; i-- {
		if v := decode(b[i]); v > 0 {
			b[i] = crockford[v-1]
			return string(b)
		}
		b[i] = 'Z'
	}
	return ""
}

// IDTime is the start that an id carries. It panics on anything that ValidID refuses.
func IDTime(id string) time.Time {
	var ms int64
	for i := range 10 {
		v := decode(id[i])
		if v < 0 {
			panic("session: not an id: " + id)
		}
		ms = ms<<5 | int64(v)
	}
	return time.UnixMilli(ms).UTC()
}

// ValidID reports whether s has the form of an id.
func ValidID(s string) bool {
	if len(s) != IDLen || s[0] > '7' {
		return false
	}
	for i := range len(s) {
		if decode(s[i]) < 0 {
			return false
		}
	}
	return true
}

func ulid(ms uint64, entropy []byte) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], ms<<16)
	copy(b[6:], entropy)
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	var out [IDLen]byte
	for i := IDLen - 1; i >= 0; i-- {
		out[i] = crockford[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out[:])
}

var crockfordValue = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range len(crockford) {
		t[crockford[i]] = int8(i)
	}
	return t
}()

func decode(c byte) int { return int(crockfordValue[c]) }
