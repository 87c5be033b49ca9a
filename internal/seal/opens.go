package seal

import (
	"bytes"

	"filippo.io/age"
)

// OpensWith reports whether the passphrase opens what was sealed with the header. It takes a second and 256 MiB.
func (h Header) OpensWith(passphrase string) bool {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return false
	}
	_, err = age.Decrypt(bytes.NewReader(h), identity)
	return err == nil
}
