// Package seal seals a recording as an age v1 file (c2sp.org/age) in parts that can be made in any order.
package seal

import (
	"bytes"
	"errors"
	"fmt"

	"filippo.io/age"
)

// WorkFactor is the base-2 logarithm of scrypt's cost: a second and 256 MiB for a guess. Some programs refuse more
// than 20.
const WorkFactor = 18

// Header is a file up to its first chunk: the age header and the nonce of the payload. It is no secret. It is made once
// and kept, so that every part, also after a worker was killed, is sealed with the same payload key.
type Header []byte

const nonceSize = 16

// New makes the header of a file that the passphrase opens, and the key that its parts are sealed with. The passphrase
// is taken as it is: passphrase.Rule comes before. It takes a second and 256 MiB.
//
// The stock library makes the header, and this only takes the file key on its way into it: its scrypt, its MAC and its
// encoding are those that every reader was tested with.
func New(passphrase string) (Header, FileKey, error) { return newHeader(passphrase, WorkFactor) }

func newHeader(passphrase string, workFactor int) (Header, FileKey, error) {
	scrypt, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, FileKey{}, err
	}
	scrypt.SetWorkFactor(workFactor)
	r := &recipient{ScryptRecipient: scrypt}
	var header bytes.Buffer
	// The writer that is thrown away has written header and nonce, and never a chunk.
	if _, err := age.Encrypt(&header, r); err != nil {
		return nil, FileKey{}, err
	}
	return header.Bytes(), r.key, nil
}

// recipient is a passphrase's that keeps the file key.
type recipient struct {
	*age.ScryptRecipient
	key FileKey
}

func (r *recipient) WrapWithLabels(key []byte) (stanzas []*age.Stanza, labels []string, err error) {
	if r.key, err = ToFileKey(key); err != nil {
		return nil, nil, err
	}
	return r.ScryptRecipient.WrapWithLabels(key)
}

// ErrKey says that a key is not the one of a header.
var ErrKey = errors.New("seal: this is not the file key of this header")

// nonce is the payload's, once it is known that the key is that of the header: its MAC is made with it.
func (h Header) nonce(key FileKey) ([]byte, error) {
	if len(h) < nonceSize {
		return nil, errors.New("seal: the header is cut off")
	}
	mark := len(h) - nonceSize
	bare, err := age.ExtractHeader(bytes.NewReader(h))
	if err != nil || !bytes.Equal(bare, h[:mark]) {
		return nil, errors.New("seal: this is no header and nonce of an age file")
	}
	if _, err := age.DecryptHeader(bare, age.NewInjectedFileKeyIdentity(key[:])); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return h[mark:], nil
}
