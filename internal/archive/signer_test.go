package archive_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// lender gives credentials that end after a time, each with a key of its own.
type lender struct {
	now     *time.Time
	life    time.Duration
	asked   int
	refuses bool
}

func (l *lender) AssumeRole(_ context.Context, in *sts.AssumeRoleInput, _ ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	if l.refuses {
		return nil, errors.New("AccessDenied")
	}
	l.asked++
	return &sts.AssumeRoleOutput{Credentials: &ststypes.Credentials{AccessKeyId: aws.String("key-" + string(rune('0'+l.asked))), SecretAccessKey: aws.String("secret"),
		SessionToken: aws.String("token"), Expiration: aws.Time(l.now.Add(l.life))}}, nil
}

// signedWith is the key that an address is signed with, and how long it is good for.
func signedWith(t *testing.T, address string) (key, life string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	key, _, _ = strings.Cut(u.Query().Get("X-Amz-Credential"), "/")
	return key, u.Query().Get("X-Amz-Expires")
}

func TestNoAddressIsSignedWithCredentialsThatEndSooner(t *testing.T) {
	now := time.Now()
	roles := &lender{now: &now, life: time.Hour}
	signer := archive.NewSigner(roles, s3With("http://127.0.0.1:1"), "role", "bucket", func() time.Time { return now })
	sign := func() (string, error) {
		return signer.SignRange(t.Context(), session.Person{Subject: "ada"}, "sessions/x/play", 2, 5, 5*time.Minute)
	}
	for _, c := range []struct {
		after time.Duration
		want  string
	}{{0, "key-1"}, {49 * time.Minute, "key-1"}, {51 * time.Minute, "key-2"}, {100 * time.Minute, "key-2"}, {102 * time.Minute, "key-3"}} {
		start := now
		now = start.Add(c.after)
		address, err := sign()
		if err != nil {
			t.Fatal(err)
		}
		if key, life := signedWith(t, address); key != c.want || life != "300" {
			t.Errorf("after %s: signed with %s for %s s, want %s", c.after, key, life, c.want)
		}
		now = start
	}
	now = now.Add(5 * time.Hour)
	roles.life = 9 * time.Minute // whoever lends them says so
	if address, err := sign(); err == nil || address != "" {
		t.Errorf("with credentials of nine minutes: %q", address)
	}
	roles.life = 11 * time.Minute
	if address, err := signer.SignRange(t.Context(), session.Person{Subject: "ada"}, "k", 2, 5, 12*time.Minute); err == nil || address != "" {
		t.Errorf("for longer than the credentials: %q", address)
	}
	roles.refuses = true
	if address, err := sign(); err == nil || address != "" {
		t.Errorf("without credentials: %q", address)
	}
}

func TestEachViewerHasCredentialsOfTheirOwn(t *testing.T) {
	now := time.Now()
	roles := &lender{now: &now, life: time.Hour}
	signer := archive.NewSigner(roles, s3With("http://127.0.0.1:1"), "role", "bucket", func() time.Time { return now })
	for _, c := range []struct{ subject, want string }{{"ada", "key-1"}, {"bob", "key-2"}, {"ada", "key-1"}} {
		address, err := signer.SignRange(t.Context(), session.Person{Subject: c.subject}, "k", 0, 1, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if key, _ := signedWith(t, address); key != c.want {
			t.Errorf("%s: signed with %s, want %s", c.subject, key, c.want)
		}
	}
}
