package home

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"testing"

	"filippo.io/age"
)

func TestWhatTheExporterSealsOpensWithItsPassphraseOnly(t *testing.T) {
	file, err := os.ReadFile("../../testdata/sealed/session.cast.age")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../../testdata/sealed/session.json")
	var facts struct{ Passphrase, SHA256 string }
	if err == nil {
		err = json.Unmarshal(data, &facts)
	}
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Unseal(bytes.NewReader(file), int64(len(file)), facts.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.New()
	if n, err := io.Copy(hash, plain); err != nil || n != plain.Size() || hex.EncodeToString(hash.Sum(nil)) != facts.SHA256 {
		t.Errorf("%d bytes with SHA-256 %x, %v", n, hash.Sum(nil), err)
	}
	if _, err := Unseal(bytes.NewReader(file), int64(len(file)), facts.Passphrase+"."); !errors.Is(err, ErrPassphrase) {
		t.Errorf("with another passphrase: %v", err)
	}
}

func TestADamagedFileIsSaidToBeOne(t *testing.T) {
	var file bytes.Buffer
	r, err := age.NewScryptRecipient("any passphrase")
	if err != nil {
		t.Fatal(err)
	}
	r.SetWorkFactor(2)
	w, err := age.Encrypt(&file, r)
	if err == nil {
		_, err = w.Write(make([]byte, 100_000))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, back := range []int{1, 50_000} { // in the last chunk, and in the one before
		damaged := bytes.Clone(file.Bytes())
		damaged[len(damaged)-back] ^= 1
		plain, err := Unseal(bytes.NewReader(damaged), int64(len(damaged)), "any passphrase")
		if err == nil {
			_, err = io.Copy(io.Discard, plain)
		}
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%d bytes before the end: %v", back, err)
		}
	}
}

func TestWhatIsSealedWithAKeyIsToldFromAWrongPassphrase(t *testing.T) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w, err := age.Encrypt(&file, key.Recipient())
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unseal(bytes.NewReader(file.Bytes()), int64(file.Len()), "any passphrase"); !errors.Is(err, ErrOtherKey) {
		t.Errorf("%v", err)
	}
}
