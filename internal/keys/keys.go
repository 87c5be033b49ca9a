// Package keys wraps file keys with KMS.
package keys

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"
)

// ErrRefused says that KMS will not do it, now or later: the right is missing, the key is disabled or deleted, or what
// is to be unwrapped was not wrapped with this context.
var ErrRefused = errors.New("keys: KMS refuses")

// Keys wraps with one key.
type Keys struct {
	kms *kms.Client
	key string
}

// New makes Keys of a KMS key's ARN.
func New(client *kms.Client, key string) *Keys { return &Keys{kms: client, key: key} }

// Wrap encrypts a file key. Unwrap needs the same context, and CloudTrail shows it.
func (k *Keys) Wrap(ctx context.Context, key []byte, encryptionContext map[string]string) ([]byte, error) {
	out, err := k.kms.Encrypt(ctx, &kms.EncryptInput{KeyId: &k.key, Plaintext: key, EncryptionContext: encryptionContext})
	if err != nil {
		return nil, fmt.Errorf("wrap a file key: %w", refused(err))
	}
	return out.CiphertextBlob, nil
}

// Unwrap decrypts what Wrap has made. Not every engine notices when it was tampered with: the caller checks the key.
func (k *Keys) Unwrap(ctx context.Context, wrapped []byte, encryptionContext map[string]string) ([]byte, error) {
	out, err := k.kms.Decrypt(ctx, &kms.DecryptInput{KeyId: &k.key, CiphertextBlob: wrapped, EncryptionContext: encryptionContext})
	if err != nil {
		return nil, fmt.Errorf("unwrap a file key: %w", refused(err))
	}
	return out.Plaintext, nil
}

func refused(err error) error {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		switch e.ErrorCode() {
		case "AccessDeniedException", "DisabledException", "NotFoundException", "KMSInvalidStateException", "InvalidCiphertextException", "IncorrectKeyException", "InvalidKeyUsageException":
			return fmt.Errorf("%w (%w)", ErrRefused, err)
		}
	}
	return err
}
