// Package exporttest holds small engines for tests of exports, and finds what must have left no trace.
package exporttest

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"tapedeck/internal/keys"
	"tapedeck/internal/session"
)

// Vault wraps file keys as KMS does.
type Vault struct {
	Fail    func(call string, after bool) error // nil, or called before and after each call; an error from it is the call's
	Lenient bool                                // give something back for what was tampered with, as an emulator does

	aead cipher.AEAD
}

// NewVault makes one of a key of 32 bytes.
func NewVault(key [32]byte) *Vault {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return &Vault{aead: aead}
}

func (v *Vault) call(name string, effect func() error) error {
	if v.Fail != nil {
		if err := v.Fail(name, false); err != nil {
			return err
		}
	}
	err := effect()
	if err == nil && v.Fail != nil {
		err = v.Fail(name, true)
	}
	return err
}

// bound is an encryption context as bytes: maps are encoded in the order of their keys.
func bound(encryptionContext map[string]string) []byte {
	b, err := json.Marshal(encryptionContext)
	if err != nil {
		panic(err)
	}
	return b
}

func (v *Vault) Wrap(_ context.Context, key []byte, encryptionContext map[string]string) (wrapped []byte, err error) {
	err = v.call("wrap", func() error {
		wrapped = v.aead.Seal(nil, nil, key, bound(encryptionContext))
		return nil
	})
	return wrapped, err
}

func (v *Vault) Unwrap(_ context.Context, wrapped []byte, encryptionContext map[string]string) (key []byte, err error) {
	err = v.call("unwrap", func() error {
		key, err = v.aead.Open(nil, nil, wrapped, bound(encryptionContext))
		if err != nil && v.Lenient {
			key, err = wrapped[:16], nil
		}
		if err != nil {
			return fmt.Errorf("%w (%w)", keys.ErrRefused, err)
		}
		return nil
	})
	return key, err
}

// Queue keeps messages until they are taken.
type Queue struct {
	Fail func(call string, after bool) error

	mu   sync.Mutex
	list []string
	all  []string
}

func (q *Queue) Send(_ context.Context, message string) error {
	if q.Fail != nil {
		if err := q.Fail("send", false); err != nil {
			return err
		}
	}
	q.mu.Lock()
	q.list, q.all = append(q.list, message), append(q.all, message)
	q.mu.Unlock()
	if q.Fail != nil {
		return q.Fail("send", true)
	}
	return nil
}

// Take takes the oldest message; ok is false when there is none.
func (q *Queue) Take() (message string, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		return "", false
	}
	message, q.list = q.list[0], q.list[1:]
	return message, true
}

// All are the messages that there ever were.
func (q *Queue) All() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.all)
}

// Log is an audit log; or one that is down.
type Log struct {
	Fail func(call string, after bool) error
	Down bool

	mu     sync.Mutex
	events []session.Event
}

func (l *Log) Record(_ context.Context, e session.Event) error {
	if l.Down {
		return session.Errorf(session.CodeUnavailable, "the audit log cannot be written")
	}
	if l.Fail != nil {
		if err := l.Fail("record", false); err != nil {
			return err
		}
	}
	l.mu.Lock()
	l.events = append(l.events, e)
	l.mu.Unlock()
	if l.Fail != nil {
		return l.Fail("record", true)
	}
	return nil
}

// Events are what was recorded.
func (l *Log) Events() []session.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.events)
}

// Count counts the events of an action.
func (l *Log) Count(a session.Act) (n int) {
	for _, e := range l.Events() {
		if e.Action == a {
			n++
		}
	}
	return n
}

// Signer makes addresses that tell what was signed.
type Signer string

func (s Signer) SignFile(_ context.Context, p session.Person, key, version, name string, life time.Duration) (string, error) {
	return fmt.Sprintf("%s/%s?version=%s&name=%s&for=%s&person=%s&r=%s", s, key, version, name, life, p.Subject, rand.Text()), nil
}
