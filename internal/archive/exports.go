package archive

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tapedeck/internal/session"
)

// ErrNoUpload says that a multipart upload is not there: it was completed or aborted.
var ErrNoUpload = errors.New("archive: no such upload")

// ExportKey is where an export's file lies in the exports bucket.
func ExportKey(id string) string { return "exports/" + id + "/file" }

// Exports writes the files of exports, each as one multipart upload that goes on after whoever worked at it has died.
type Exports struct {
	s3       *s3.Client
	bucket   string
	kmsKey   string // ARN; "" leaves encryption to the bucket's default
	evidence string
}

// NewExports makes Exports of originals that lie in the evidence bucket.
func NewExports(client *s3.Client, bucket, kmsKey, evidence string) *Exports {
	return &Exports{s3: client, bucket: bucket, kmsKey: kmsKey, evidence: evidence}
}

// UploadedPart is a part as S3 has it. Parts are numbered from 1.
type UploadedPart struct {
	N    int32
	Size int64
	ETag string
	CRC  string // base64 of the big-endian CRC-32 of its bytes; "" where the engine keeps none
}

// Tag is the entity tag of an original, for ReadOriginal.
func (x *Exports) Tag(ctx context.Context, o session.Stored) (etag string, err error) {
	in := &s3.HeadObjectInput{Bucket: &x.evidence, Key: &o.Key}
	if o.VersionID != "" {
		in.VersionId = &o.VersionID
	}
	out, err := x.s3.HeadObject(ctx, in)
	if err != nil {
		return "", fmt.Errorf("head %s: %w", o.Key, s3Error(err))
	}
	if size := aws.ToInt64(out.ContentLength); size != o.Size {
		return "", fmt.Errorf("head %s: it has %d bytes, not %d: %w", o.Key, size, o.Size, ErrChanged)
	}
	return aws.ToString(out.ETag), nil
}

// ReadOriginal streams bytes of an original. An object that is not the one of the entity tag is ErrChanged.
func (x *Exports) ReadOriginal(ctx context.Context, o session.Source, offset, length int64) (io.ReadCloser, error) {
	in := &s3.GetObjectInput{Bucket: &x.evidence, Key: &o.Key, IfMatch: &o.ETag, Range: aws.String(fmt.Sprintf("bytes=%d-%d", offset, offset+length-1))}
	if o.VersionID != "" {
		in.VersionId = &o.VersionID
	}
	out, err := x.s3.GetObject(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", o.Key, s3Error(err))
	}
	return out.Body, nil
}

// Begin starts the upload of an export's file.
func (x *Exports) Begin(ctx context.Context, id string) (uploadID string, err error) {
	in := &s3.CreateMultipartUploadInput{Bucket: &x.bucket, Key: aws.String(ExportKey(id)), ContentType: aws.String("application/octet-stream"),
		ChecksumAlgorithm: types.ChecksumAlgorithmCrc32}
	if x.kmsKey != "" {
		in.ServerSideEncryption, in.SSEKMSKeyId, in.BucketKeyEnabled = types.ServerSideEncryptionAwsKms, &x.kmsKey, aws.Bool(true)
	}
	out, err := x.s3.CreateMultipartUpload(ctx, in)
	if err != nil {
		return "", fmt.Errorf("start the upload of export %s: %w", id, err)
	}
	return aws.ToString(out.UploadId), nil
}

// Put uploads a part. The same part again takes the place of the one before.
func (x *Exports) Put(ctx context.Context, id, uploadID string, n int32, data []byte) error {
	_, err := x.s3.UploadPart(ctx, &s3.UploadPartInput{Bucket: &x.bucket, Key: aws.String(ExportKey(id)), UploadId: &uploadID, PartNumber: &n,
		Body: bytes.NewReader(data), ChecksumAlgorithm: types.ChecksumAlgorithmCrc32})
	if err != nil {
		return fmt.Errorf("upload part %d of export %s: %w", n, id, uploadError(err))
	}
	return nil
}

// Parts lists what an upload has, in order. ErrNoUpload when there is no such upload.
func (x *Exports) Parts(ctx context.Context, id, uploadID string) (parts []UploadedPart, err error) {
	for pages := s3.NewListPartsPaginator(x.s3, &s3.ListPartsInput{Bucket: &x.bucket, Key: aws.String(ExportKey(id)), UploadId: &uploadID}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the parts of export %s: %w", id, uploadError(err))
		}
		for _, p := range page.Parts {
			parts = append(parts, UploadedPart{N: aws.ToInt32(p.PartNumber), Size: aws.ToInt64(p.Size), ETag: aws.ToString(p.ETag), CRC: aws.ToString(p.ChecksumCRC32)})
		}
	}
	return parts, nil
}

// Complete puts the file together, once: ErrChanged when there is a file already, ErrNoUpload when the upload is gone.
// Some engines say yes to an upload that they have completed before.
func (x *Exports) Complete(ctx context.Context, id, uploadID string, parts []UploadedPart) error {
	list := make([]types.CompletedPart, len(parts))
	for i, p := range parts {
		list[i] = types.CompletedPart{PartNumber: &p.N, ETag: &p.ETag}
		if p.CRC != "" {
			list[i].ChecksumCRC32 = &p.CRC
		}
	}
	_, err := x.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: &x.bucket, Key: aws.String(ExportKey(id)), UploadId: &uploadID,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: list}, IfNoneMatch: aws.String("*")})
	if err != nil {
		return fmt.Errorf("complete export %s: %w", id, uploadError(err))
	}
	return nil
}

// File is an export's file as S3 has it.
type File struct {
	Size int64
	ETag string
	CRC  string // of its parts' CRC-32s, see Composite; "" where the engine keeps none
}

// Look looks at an export's file. ErrNotExist when there is none.
func (x *Exports) Look(ctx context.Context, id string) (File, error) {
	out, err := x.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &x.bucket, Key: aws.String(ExportKey(id)), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		return File{}, fmt.Errorf("head export %s: %w", id, s3Error(err))
	}
	return File{Size: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag), CRC: aws.ToString(out.ChecksumCRC32)}, nil
}

// Composite is the checksum that S3 gives an object of these parts ("Checking object integrity", composite checksums):
// the CRC-32 of the parts' CRC-32s, and their number. "" when a part has none.
func Composite(parts []UploadedPart) string {
	var all []byte
	for _, p := range parts {
		crc, err := base64.StdEncoding.DecodeString(p.CRC)
		if err != nil || len(crc) != crc32.Size {
			return ""
		}
		all = append(all, crc...)
	}
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(all))
	return fmt.Sprintf("%s-%d", base64.StdEncoding.EncodeToString(sum), len(parts))
}

// ReadFile reads bytes of the file of an entity tag. ErrChanged when it is another.
func (x *Exports) ReadFile(ctx context.Context, id, etag string, offset, length int64) ([]byte, error) {
	out, err := x.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &x.bucket, Key: aws.String(ExportKey(id)), IfMatch: &etag,
		Range: aws.String(fmt.Sprintf("bytes=%d-%d", offset, offset+length-1))})
	if err != nil {
		return nil, fmt.Errorf("read export %s: %w", id, s3Error(err))
	}
	defer out.Body.Close()
	data, err := io.ReadAll(io.LimitReader(out.Body, length+1))
	if err == nil && int64(len(data)) != length {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("read export %s: %w", id, err)
	}
	return data, nil
}

// Abort aborts an upload. One that is not there is no error.
func (x *Exports) Abort(ctx context.Context, id, uploadID string) error {
	_, err := x.s3.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &x.bucket, Key: aws.String(ExportKey(id)), UploadId: &uploadID})
	if err = uploadError(err); err != nil && !errors.Is(err, ErrNoUpload) {
		return fmt.Errorf("abort an upload of export %s: %w", id, err)
	}
	return nil
}

// AbortUploads aborts whatever uploads there are of an export's file.
func (x *Exports) AbortUploads(ctx context.Context, id string) error {
	key := ExportKey(id)
	for pages := s3.NewListMultipartUploadsPaginator(x.s3, &s3.ListMultipartUploadsInput{Bucket: &x.bucket, Prefix: &key}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the uploads of export %s: %w", id, err)
		}
		for _, u := range page.Uploads {
			if aws.ToString(u.Key) != key {
				continue
			}
			if err := x.Abort(ctx, id, aws.ToString(u.UploadId)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Delete deletes an export's file. One that is not there is no error.
func (x *Exports) Delete(ctx context.Context, id string) error {
	if _, err := x.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &x.bucket, Key: aws.String(ExportKey(id))}); err != nil {
		return fmt.Errorf("delete export %s: %w", id, err)
	}
	return nil
}

func uploadError(err error) error {
	if code(err) == "NoSuchUpload" {
		return fmt.Errorf("%w (%w)", ErrNoUpload, err)
	}
	return s3Error(err)
}
