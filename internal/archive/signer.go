package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tapedeck/internal/session"
)

const (
	signerSession = time.Hour        // AWS's limit for a role assumed by a role
	signerRenew   = 10 * time.Minute // credentials with less left are not signed with
	maxSigners    = 1000
)

// Signer signs addresses with a role that it assumes for each viewer under the viewer's name, so that S3's own
// log says who fetched. No address outlives the credentials that signed it.
type Signer struct {
	sts    AssumeRole
	client func(aws.CredentialsProvider) *s3.Client
	role   string
	bucket string
	now    func() time.Time

	mu      sync.Mutex
	viewers map[string]viewer
}

// AssumeRole is the part of STS that a Signer needs.
type AssumeRole interface {
	AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, options ...func(*sts.Options)) (*sts.AssumeRoleOutput, error)
}

type viewer struct {
	presign *s3.PresignClient
	expires time.Time
}

// NewSigner makes a Signer for one bucket. client makes an S3 client with given credentials.
func NewSigner(roles AssumeRole, client func(aws.CredentialsProvider) *s3.Client, role, bucket string, now func() time.Time) *Signer {
	return &Signer{sts: roles, client: client, role: role, bucket: bucket, now: now, viewers: map[string]viewer{}}
}

// SignRange signs a GET of bytes [from, to] of one object. The Range header is part of the signature: the
// address is good for exactly that range.
func (s *Signer) SignRange(ctx context.Context, p session.Person, key string, from, to int64, life time.Duration) (string, error) {
	out, err := s.sign(ctx, p, &s3.GetObjectInput{Key: &key, Range: aws.String(fmt.Sprintf("bytes=%d-%d", from, to))}, life)
	if err != nil {
		return "", err
	}
	if out.SignedHeader.Get("Range") == "" {
		return "", errors.New("archive: the range is not part of the signature")
	}
	return out.URL, nil
}

// SignFile signs a GET of a whole object, in one version where version is not "", that a browser saves under a name.
// The version and the name are part of the signature.
func (s *Signer) SignFile(ctx context.Context, p session.Person, key, version, name string, life time.Duration) (string, error) {
	in := &s3.GetObjectInput{Key: &key, ResponseContentDisposition: aws.String(Attachment(name))}
	return s.signVersion(ctx, p, in, version, life)
}

// SignVideo signs a GET of an object, in one version where version is not "", that a browser plays while it fetches: of
// which ranges is the browser's matter, so no Range is part of the signature. The version and the media type are.
func (s *Signer) SignVideo(ctx context.Context, p session.Person, key, version, mediaType string, life time.Duration) (string, error) {
	in := &s3.GetObjectInput{Key: &key, ResponseContentType: &mediaType, ResponseContentDisposition: aws.String("inline")}
	return s.signVersion(ctx, p, in, version, life)
}

func (s *Signer) signVersion(ctx context.Context, p session.Person, in *s3.GetObjectInput, version string, life time.Duration) (string, error) {
	if version != "" {
		in.VersionId = &version
	}
	out, err := s.sign(ctx, p, in, life)
	if err != nil {
		return "", err
	}
	return out.URL, nil
}

func (s *Signer) sign(ctx context.Context, p session.Person, in *s3.GetObjectInput, life time.Duration) (*v4.PresignedHTTPRequest, error) {
	if life > signerRenew {
		return nil, errors.New("archive: the address would outlive the credentials that it is signed with")
	}
	presign, err := s.viewer(ctx, SessionName(p))
	if err != nil {
		return nil, err
	}
	in.Bucket = &s.bucket
	return presign.PresignGetObject(ctx, in, s3.WithPresignExpires(life))
}

// Attachment is the Content-Disposition that saves a file under a name (RFC 6266, with RFC 5987 for what is not ASCII).
func Attachment(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	value := fmt.Sprintf(`attachment; filename="%s"`, plain)
	if plain != name {
		value += "; filename*=UTF-8''" + attrChars(name)
	}
	return value
}

// attrChars percent-encodes all but the attr-char of RFC 5987, section 3.2.1.
func attrChars(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func (s *Signer) viewer(ctx context.Context, name string) (*s3.PresignClient, error) {
	s.mu.Lock()
	v, ok := s.viewers[name]
	s.mu.Unlock()
	if ok && v.expires.Sub(s.now()) > signerRenew {
		return v.presign, nil
	}
	out, err := s.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &s.role, RoleSessionName: &name, DurationSeconds: aws.Int32(int32(signerSession.Seconds()))})
	if err != nil {
		return nil, fmt.Errorf("assume the signer role: %w", err)
	}
	c := aws.Credentials{AccessKeyID: aws.ToString(out.Credentials.AccessKeyId), SecretAccessKey: aws.ToString(out.Credentials.SecretAccessKey),
		SessionToken: aws.ToString(out.Credentials.SessionToken), Source: "AssumeRole", CanExpire: true, Expires: aws.ToTime(out.Credentials.Expiration)}
	if c.Expires.Sub(s.now()) <= signerRenew {
		return nil, errors.New("the signer role's credentials end too soon")
	}
	v = viewer{expires: c.Expires, presign: s3.NewPresignClient(s.client(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil })))}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.viewers) >= maxSigners {
		clear(s.viewers)
	}
	s.viewers[name] = v
	return v.presign, nil
}

var sessionNameForm = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// SessionName is the name under which a person's addresses are signed: the subject where AWS allows it as a
// role session name, otherwise a hash that the audit entry repeats.
func SessionName(p session.Person) string {
	if sessionNameForm.MatchString(p.Subject) {
		return p.Subject
	}
	sum := sha256.Sum256([]byte(p.Subject))
	return "sha256-" + hex.EncodeToString(sum[:20])
}
