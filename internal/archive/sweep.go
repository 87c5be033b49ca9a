package archive

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/internal/session"
)

// Sweeper deletes. Only the retention role may: give it a client with that role's credentials.
type Sweeper struct {
	s3 *s3.Client
	b  Buckets

	// Bypass deletes also what Object Lock (governance mode) still keeps. No function sets it.
	Bypass bool
}

// NewSweeper makes a Sweeper.
func NewSweeper(client *s3.Client, b Buckets) *Sweeper { return &Sweeper{s3: client, b: b} }

// SweepAttempt deletes all that an attempt wrote. Nobody may read from that attempt any more.
func (s *Sweeper) SweepAttempt(ctx context.Context, id, attempt string) error {
	if !session.ValidID(id) || attempt == "" || strings.Contains(attempt, "/") {
		return fmt.Errorf("sweep %q %q: this names no attempt", id, attempt)
	}
	return s.sweep(ctx, AttemptPrefix(id, attempt), "")
}

// SweepSession deletes a session's recording and all that was made of it. archive.json stays: it says that
// there was a session.
func (s *Sweeper) SweepSession(ctx context.Context, id string) error {
	if !session.ValidID(id) {
		return fmt.Errorf("sweep %q: this names no session", id)
	}
	return s.sweep(ctx, "sessions/"+id+"/", CommitKey(id))
}

// sweep deletes every version of every object below a prefix but one.
func (s *Sweeper) sweep(ctx context.Context, prefix, but string) error {
	for _, bucket := range []string{s.b.Derived, s.b.Evidence} {
		pages := s3.NewListObjectVersionsPaginator(s.s3, &s3.ListObjectVersionsInput{Bucket: &bucket, Prefix: &prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return fmt.Errorf("list %s: %w", prefix, err)
			}
			for _, v := range page.Versions {
				if err := s.delete(ctx, bucket, aws.ToString(v.Key), v.VersionId, but); err != nil {
					return err
				}
			}
			for _, m := range page.DeleteMarkers {
				if err := s.delete(ctx, bucket, aws.ToString(m.Key), m.VersionId, but); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Sweeper) delete(ctx context.Context, bucket, key string, version *string, but string) error {
	if key == but {
		return nil
	}
	in := &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}
	if version0(version) != "" {
		in.VersionId = version
	}
	if s.Bypass {
		in.BypassGovernanceRetention = &s.Bypass
	}
	if _, err := s.s3.DeleteObject(ctx, in); err != nil {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return nil
}
