package pagetoken

import (
	"strings"
	"testing"
	"time"

	"tapedeck/internal/session"
)

var (
	keyA = []byte("a key of more than sixteen bytes")
	keyB = []byte("another key of more than sixteen")
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
)

func TestTokenOpensWithTheSameQueryAndEitherKey(t *testing.T) {
	now := func() time.Time { return noon }
	mark, q := session.NewID(noon, "gw", "u"), [8]byte{1}
	token := New(keyA, nil, now).Seal(q, mark)
	for _, keys := range []*Tokens{New(keyA, nil, now), New(keyB, keyA, now)} {
		if got, err := keys.Open(token, q); err != nil || got != mark {
			t.Errorf("Open = %q, %v", got, err)
		}
	}
}

func TestEachWayATokenCanBeWrong(t *testing.T) {
	at := noon
	tokens := New(keyA, nil, func() time.Time { return at })
	q := [8]byte{1}
	token := tokens.Seal(q, session.NewID(noon, "gw", "u"))
	refused := func(name string, k *Tokens, token string, q [8]byte, want string) {
		t.Helper()
		_, err := k.Open(token, q)
		if session.CodeOf(err) != session.CodeInvalidPageToken || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	for i := range len(token) {
		changed := []byte(token)
		changed[i] = 'A' + (changed[i]-'A'+1)%26
		if string(changed) != token {
			refused("a changed character", tokens, string(changed), q, "")
		}
	}
	refused("rubbish", tokens, "rubbish", q, "not one of this archive")
	refused("cut", tokens, token[:len(token)-2], q, "not one of this archive")
	refused("another key", New(keyB, nil, tokens.now), token, q, "changed")
	refused("another query", tokens, token, [8]byte{2}, "another query")
	at = noon.Add(26 * time.Hour)
	refused("expired", tokens, token, q, "expired")
}
