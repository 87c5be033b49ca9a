package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"tapedeck/internal/session"
)

// ErrNotExist says that an object is not there.
var ErrNotExist = errors.New("archive: no such object")

// ErrChanged says that an object is not the one that was looked at before: it was overwritten meanwhile.
var ErrChanged = errors.New("archive: the object was overwritten meanwhile")

// Buckets names the three buckets and the key of what is written to them.
type Buckets struct {
	Inbox, Evidence, Derived string
	KMSKey                   string // ARN; "" leaves encryption to the buckets' default
}

// Archive reads and writes recordings.
type Archive struct {
	s3 *s3.Client
	b  Buckets
}

// New makes an Archive.
func New(client *s3.Client, b Buckets) *Archive { return &Archive{s3: client, b: b} }

// Arrived is an object of the inbox as it was found.
type Arrived struct {
	Key     string
	ETag    string
	Size    int64
	Created time.Time
}

// Head looks at an object of the inbox. ErrNotExist when it is not there.
func (a *Archive) Head(ctx context.Context, f session.Folder, name string) (*Arrived, error) {
	key := InboxKey(f, name)
	out, err := a.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &a.b.Inbox, Key: &key})
	if err != nil {
		return nil, fmt.Errorf("head %s: %w", key, s3Error(err))
	}
	return &Arrived{Key: key, ETag: aws.ToString(out.ETag), Size: aws.ToInt64(out.ContentLength), Created: aws.ToTime(out.LastModified)}, nil
}

// ReadManifest reads at most limit bytes of a folder's manifest, and when it was put. ErrNotExist when it is
// not there.
func (a *Archive) ReadManifest(ctx context.Context, f session.Folder, limit int64) ([]byte, time.Time, error) {
	key := InboxKey(f, session.ManifestName)
	out, err := a.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &a.b.Inbox, Key: &key})
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read %s: %w", key, s3Error(err))
	}
	defer out.Body.Close()
	data, err := io.ReadAll(io.LimitReader(out.Body, limit))
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read %s: %w", key, err)
	}
	return data, aws.ToTime(out.LastModified), nil
}

// archivedTag is on what may go from the inbox; template.yaml's lifecycle rule names it.
var archivedTag = types.Tag{Key: aws.String("tapedeck"), Value: aws.String("archived")}

// MarkArchived tags an object of the inbox so that it expires there. An object that is gone is no error.
func (a *Archive) MarkArchived(ctx context.Context, f session.Folder, name string) error {
	key := InboxKey(f, name)
	_, err := a.s3.PutObjectTagging(ctx, &s3.PutObjectTaggingInput{Bucket: &a.b.Inbox, Key: &key,
		Tagging: &types.Tagging{TagSet: []types.Tag{archivedTag}}})
	if err = s3Error(err); err != nil && !errors.Is(err, ErrNotExist) {
		return fmt.Errorf("tag %s: %w", key, err)
	}
	return nil
}

// MarkedArchived reports whether MarkArchived was done to an object. ErrNotExist when it is not there.
func (a *Archive) MarkedArchived(ctx context.Context, f session.Folder, name string) (bool, error) {
	key := InboxKey(f, name)
	out, err := a.s3.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: &a.b.Inbox, Key: &key})
	if err != nil {
		return false, fmt.Errorf("read tags of %s: %w", key, s3Error(err))
	}
	return slices.ContainsFunc(out.TagSet, func(t types.Tag) bool {
		return aws.ToString(t.Key) == *archivedTag.Key && aws.ToString(t.Value) == *archivedTag.Value
	}), nil
}

// OpenOriginal streams an object that archive.json names, in the version that it names.
func (a *Archive) OpenOriginal(ctx context.Context, o session.Stored) (io.ReadCloser, error) {
	in := &s3.GetObjectInput{Bucket: &a.b.Evidence, Key: &o.Key}
	if o.VersionID != "" {
		in.VersionId = &o.VersionID
	}
	out, err := a.s3.GetObject(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", o.Key, s3Error(err))
	}
	return out.Body, nil
}

// ReadRange reads bytes of a derived object.
func (a *Archive) ReadRange(ctx context.Context, key string, offset, bytes int64) ([]byte, error) {
	out, err := a.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &a.b.Derived, Key: &key, Range: aws.String(fmt.Sprintf("bytes=%d-%d", offset, offset+bytes-1))})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, s3Error(err))
	}
	defer out.Body.Close()
	data, err := io.ReadAll(io.LimitReader(out.Body, bytes+1))
	if err == nil && int64(len(data)) != bytes {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return data, nil
}

// Lock keeps an object of evidence from deletion until a time (Object Lock, governance mode). ErrNotExist when it
// is not there.
func (a *Archive) Lock(ctx context.Context, o session.Stored, until time.Time) error {
	in := &s3.PutObjectRetentionInput{Bucket: &a.b.Evidence, Key: &o.Key,
		Retention: &types.ObjectLockRetention{Mode: types.ObjectLockRetentionModeGovernance, RetainUntilDate: aws.Time(until.UTC().Truncate(time.Second))}}
	if o.VersionID != "" {
		in.VersionId = &o.VersionID
	}
	if _, err := a.s3.PutObjectRetention(ctx, in); err != nil {
		return fmt.Errorf("lock %s: %w", o.Key, s3Error(err))
	}
	return nil
}

// putOnce writes a whole object unless there is one. existed says that there was; it is left as it is.
func (a *Archive) putOnce(ctx context.Context, bucket, key string, data []byte) (version string, existed bool, err error) {
	in := &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(data), IfNoneMatch: aws.String("*")}
	in.ServerSideEncryption, in.SSEKMSKeyId, in.BucketKeyEnabled = a.encryption()
	out, err := a.s3.PutObject(ctx, in)
	if code(err) == "PreconditionFailed" {
		return "", true, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("put %s: %w", key, err)
	}
	return version0(out.VersionId), false, nil
}

func (a *Archive) read(ctx context.Context, bucket, key string) ([]byte, error) {
	out, err := a.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, s3Error(err))
	}
	defer out.Body.Close()
	return io.ReadAll(io.LimitReader(out.Body, maxCommitBytes))
}

func (a *Archive) encryption() (types.ServerSideEncryption, *string, *bool) {
	if a.b.KMSKey == "" {
		return "", nil, nil
	}
	return types.ServerSideEncryptionAwsKms, &a.b.KMSKey, aws.Bool(true)
}

// version0 is the version id, or "" where the bucket keeps none.
func version0(v *string) string {
	if s := aws.ToString(v); s != "null" {
		return s
	}
	return ""
}

func code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return ""
}

// s3Error names the two conditions that callers act on.
func s3Error(err error) error {
	switch code(err) {
	case "NoSuchKey", "NoSuchVersion", "NotFound":
		return fmt.Errorf("%w (%w)", ErrNotExist, err)
	case "PreconditionFailed":
		return fmt.Errorf("%w (%w)", ErrChanged, err)
	}
	return err
}
