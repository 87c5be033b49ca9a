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

// SweepOriginal deletes what an attempt wrote to evidence: archive.json names another.
func (s *Sweeper) SweepOriginal(ctx context.Context, id, attempt string) error {
	return s.sweepAttempt(ctx, s.b.Evidence, id, attempt)
}

// SweepDerived deletes what an attempt wrote to the derived bucket: no derived commit names it.
func (s *Sweeper) SweepDerived(ctx context.Context, id, attempt string) error {
	return s.sweepAttempt(ctx, s.b.Derived, id, attempt)
}

func (s *Sweeper) sweepAttempt(ctx context.Context, bucket, id, attempt string) error {
	if !session.ValidID(id) || attempt == "" || strings.Contains(attempt, "/") {
		return fmt.Errorf("sweep %q %q: this names no attempt", id, attempt)
	}
	return s.sweep(ctx, bucket, AttemptPrefix(id, attempt), func(string) bool { return true })
}

// SweepSession deletes a session's recording and all that was made of it. The commit files stay: they say that
// there was a session, and are what its row can be made of again.
func (s *Sweeper) SweepSession(ctx context.Context, id string) error {
	if !session.ValidID(id) {
		return fmt.Errorf("sweep %q: this names no session", id)
	}
	for _, bucket := range []string{s.b.Derived, s.b.Evidence} {
		if err := s.sweep(ctx, bucket, SessionPrefix(id), func(key string) bool { return !IsCommit(id, key) }); err != nil {
			return err
		}
	}
	return nil
}

// sweep deletes every version of the objects below a prefix that are doomed.
func (s *Sweeper) sweep(ctx context.Context, bucket, prefix string, doomed func(key string) bool) error {
	pages := s3.NewListObjectVersionsPaginator(s.s3, &s3.ListObjectVersionsInput{Bucket: &bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list %s: %w", prefix, err)
		}
		for _, v := range page.Versions {
			if key := aws.ToString(v.Key); doomed(key) {
				if err := s.delete(ctx, bucket, key, v.VersionId); err != nil {
					return err
				}
			}
		}
		for _, m := range page.DeleteMarkers {
			if key := aws.ToString(m.Key); doomed(key) {
				if err := s.delete(ctx, bucket, key, m.VersionId); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Sweeper) delete(ctx context.Context, bucket, key string, version *string) error {
	in := &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}
	if version0(version) != "" {
		in.VersionId = version
	}
	if s.Bypass && bucket == s.b.Evidence { // S3 refuses the word where there is no Object Lock
		in.BypassGovernanceRetention = &s.Bypass
	}
	if _, err := s.s3.DeleteObject(ctx, in); err != nil {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return nil
}
