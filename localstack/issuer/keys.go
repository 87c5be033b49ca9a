package issuer

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// keys is the one signing key, made at start and never stored.
type keys struct {
	id      string
	private *rsa.PrivateKey
}

func newKeys() (keys, error) {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return keys{}, fmt.Errorf("make the issuer's key: %w", err)
	}
	return keys{id: rand.Text(), private: k}, nil
}

func (k keys) SigningKey(context.Context) (op.SigningKey, error) { return signingKey{k}, nil }
func (k keys) KeySet(context.Context) ([]op.Key, error)          { return []op.Key{publicKey{k}}, nil }
func (k keys) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

type signingKey struct{ k keys }

func (s signingKey) ID() string                                  { return s.k.id }
func (s signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (s signingKey) Key() any                                    { return s.k.private }

type publicKey struct{ k keys }

func (p publicKey) ID() string                         { return p.k.id }
func (p publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (p publicKey) Use() string                        { return "sig" }
func (p publicKey) Key() any                           { return &p.k.private.PublicKey }
