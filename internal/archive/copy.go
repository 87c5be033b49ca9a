package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tapedeck/internal/session"
)

const (
	smallCopy = 8 << 20   // up to here the bytes that were hashed are the bytes that are put
	copyPart  = 512 << 20 // above, S3 copies by itself in parts of this size (S3: 5 MiB to 5 GiB, 10,000 parts)
)

// Copy brings an arrived object to evidence, untouched, and hashes it on the way. The bytes that are hashed
// and those that are copied are the same: every read and every copy says If-Match, and ErrChanged ends it.
// A key that is already taken is ErrChanged, too: attempts never share keys.
func (a *Archive) Copy(ctx context.Context, src *Arrived, key string) (session.Stored, error) {
	ctx, cancel := context.WithCancel(ctx) // when copying fails, reading need not go on
	defer cancel()
	body, err := a.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &a.b.Inbox, Key: &src.Key, IfMatch: &src.ETag})
	if err != nil {
		return session.Stored{}, fmt.Errorf("copy %s: %w", src.Key, s3Error(err))
	}
	defer body.Body.Close()
	if src.Size <= smallCopy {
		return a.copySmall(ctx, src, body.Body, key)
	}
	return a.copyLarge(ctx, cancel, src, body.Body, key)
}

func (a *Archive) copySmall(ctx context.Context, src *Arrived, body io.Reader, key string) (session.Stored, error) {
	data, err := io.ReadAll(io.LimitReader(body, smallCopy+1))
	if err != nil {
		return session.Stored{}, fmt.Errorf("copy %s: %w", src.Key, err)
	}
	return a.PutOriginal(ctx, key, data)
}

// PutOriginal puts a small object of the original: a manifest, or what Copy has read.
func (a *Archive) PutOriginal(ctx context.Context, key string, data []byte) (session.Stored, error) {
	version, existed, err := a.putOnce(ctx, a.b.Evidence, key, data)
	if existed {
		err = fmt.Errorf("put %s: %w", key, ErrChanged)
	}
	sum := sha256.Sum256(data)
	return session.Stored{Key: key, VersionID: version, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}, err
}

func (a *Archive) copyLarge(ctx context.Context, cancel func(), src *Arrived, body io.Reader, key string) (session.Stored, error) {
	up, err := a.startUpload(ctx, a.b.Evidence, key)
	if err != nil {
		return session.Stored{}, err
	}
	hashed := make(chan error, 1)
	h := sha256.New()
	go func() {
		n, err := io.Copy(h, body)
		if err == nil && n != src.Size {
			err = io.ErrUnexpectedEOF
		}
		hashed <- err
	}()
	if err = a.copyParts(ctx, src, up); err != nil {
		cancel()
	}
	if hashErr := <-hashed; err == nil {
		err = hashErr
	}
	if err != nil {
		up.abort(ctx)
		return session.Stored{}, fmt.Errorf("copy %s: %w", src.Key, s3Error(err))
	}
	version, err := up.complete(ctx)
	return session.Stored{Key: key, VersionID: version, Size: src.Size, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

// copySource finishes what url.PathEscape does for the header x-amz-copy-source: S3 reads "+" there as a space.
var copySource = strings.NewReplacer("%2F", "/", "+", "%2B")

func (a *Archive) copyParts(ctx context.Context, src *Arrived, up *upload) error {
	source := a.b.Inbox + "/" + copySource.Replace(url.PathEscape(src.Key))
	for from := int64(0); from < src.Size; from += copyPart {
		to := min(from+copyPart, src.Size) - 1
		n := int32(len(up.parts) + 1)
		out, err := a.s3.UploadPartCopy(ctx, &s3.UploadPartCopyInput{Bucket: &up.bucket, Key: &up.key, UploadId: &up.id, PartNumber: &n,
			CopySource: &source, CopySourceIfMatch: &src.ETag, CopySourceRange: aws.String(fmt.Sprintf("bytes=%d-%d", from, to))})
		if err != nil {
			return err
		}
		up.parts = append(up.parts, types.CompletedPart{ETag: out.CopyPartResult.ETag, PartNumber: &n,
			ChecksumCRC32: out.CopyPartResult.ChecksumCRC32, ChecksumCRC64NVME: out.CopyPartResult.ChecksumCRC64NVME})
	}
	return nil
}

// upload is a multipart upload whose completion is put-once.
type upload struct {
	a           *Archive
	bucket, key string
	id          string
	parts       []types.CompletedPart
}

func (a *Archive) startUpload(ctx context.Context, bucket, key string) (*upload, error) {
	in := &s3.CreateMultipartUploadInput{Bucket: &bucket, Key: &key}
	in.ServerSideEncryption, in.SSEKMSKeyId, in.BucketKeyEnabled = a.encryption()
	out, err := a.s3.CreateMultipartUpload(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("start upload of %s: %w", key, err)
	}
	return &upload{a: a, bucket: bucket, key: key, id: aws.ToString(out.UploadId)}, nil
}

func (u *upload) put(ctx context.Context, data []byte) error {
	n := int32(len(u.parts) + 1)
	out, err := u.a.s3.UploadPart(ctx, &s3.UploadPartInput{Bucket: &u.bucket, Key: &u.key, UploadId: &u.id, PartNumber: &n, Body: bytes.NewReader(data)})
	if err != nil {
		return fmt.Errorf("upload part %d of %s: %w", n, u.key, err)
	}
	u.parts = append(u.parts, types.CompletedPart{ETag: out.ETag, PartNumber: &n, ChecksumCRC32: out.ChecksumCRC32, ChecksumCRC64NVME: out.ChecksumCRC64NVME})
	return nil
}

func (u *upload) complete(ctx context.Context) (version string, err error) {
	out, err := u.a.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: &u.bucket, Key: &u.key, UploadId: &u.id,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: u.parts}, IfNoneMatch: aws.String("*")})
	if err != nil {
		u.abort(ctx)
		return "", fmt.Errorf("complete %s: %w", u.key, s3Error(err))
	}
	return version0(out.VersionId), nil
}

// abort gives the parts back. What it cannot abort, the bucket's lifecycle does.
func (u *upload) abort(ctx context.Context) {
	_, _ = u.a.s3.AbortMultipartUpload(context.WithoutCancel(ctx), &s3.AbortMultipartUploadInput{Bucket: &u.bucket, Key: &u.key, UploadId: &u.id})
}
