package archive_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"tapedeck/internal/archive"
	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/session"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	m := archivetest.NewMemory()
	archivetest.Contract(t, archivetest.Engine{Archive: m, Sweeper: m, PutInbox: m.PutInbox, ReadObject: m.ReadObject})
}

const access, secret = "tapedeck", "tapedeck-test"

// versity is a client of the gateway that the suite was started with, and three new buckets.
func versity(t *testing.T) (*s3.Client, archive.Buckets) {
	t.Helper()
	endpoint := os.Getenv("TAPEDECK_VERSITYGW")
	if endpoint == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("TAPEDECK_VERSITYGW is not set: run this with make test-contract")
		}
		t.Skip("needs versitygw: make test-contract")
	}
	client := s3With(endpoint)(credentials.NewStaticCredentialsProvider(access, secret, ""))
	b := archive.Buckets{}
	for i, name := range []*string{&b.Inbox, &b.Evidence, &b.Derived} {
		*name = fmt.Sprintf("b%d-%d", i, time.Now().UnixNano())
		if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: name, ObjectLockEnabledForBucket: aws.Bool(name == &b.Evidence),
			ObjectOwnership: types.ObjectOwnershipBucketOwnerEnforced}); err != nil {
			t.Fatal(err)
		}
	}
	return client, b
}

func s3With(endpoint string) func(aws.CredentialsProvider) *s3.Client {
	return func(c aws.CredentialsProvider) *s3.Client {
		return s3.New(s3.Options{BaseEndpoint: &endpoint, UsePathStyle: true, Region: "us-east-1", Credentials: c,
			DisableLogOutputChecksumValidationSkipped: true})
	}
}

func TestS3KeepsTheContract(t *testing.T) {
	client, b := versity(t)
	a := archive.New(client, b)
	archivetest.Contract(t, archivetest.Engine{Archive: a, Sweeper: archive.NewSweeper(client, b),
		PutInbox: func(f session.Folder, name string, data []byte) {
			key := archive.InboxKey(f, name)
			if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &b.Inbox, Key: &key, Body: bytes.NewReader(data)}); err != nil {
				t.Fatal(err)
			}
		},
		ReadObject: func(ctx context.Context, key string) ([]byte, error) {
			out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.Derived, Key: &key})
			if err != nil {
				return nil, err
			}
			defer out.Body.Close()
			return io.ReadAll(out.Body)
		}})
}

// roles gives everyone the same credentials, for an hour.
type roles struct{ names []string }

func (r *roles) AssumeRole(_ context.Context, in *sts.AssumeRoleInput, _ ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	r.names = append(r.names, *in.RoleSessionName)
	return &sts.AssumeRoleOutput{Credentials: &ststypes.Credentials{AccessKeyId: aws.String(access), SecretAccessKey: aws.String(secret),
		Expiration: aws.Time(time.Now().Add(time.Hour))}}, nil
}

func TestContractOfSignedRanges(t *testing.T) {
	client, b := versity(t)
	a := archive.New(client, b)
	for _, key := range []string{"sessions/x/play", "sessions/y/play"} {
		w := a.NewDerived(t.Context(), key)
		if _, err := io.WriteString(w, "0123456789"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	sts := &roles{}
	signer := archive.NewSigner(sts, s3With(os.Getenv("TAPEDECK_VERSITYGW")), "role", b.Derived, time.Now)
	person := session.Person{Subject: "ada@example.test"}
	url, err := signer.SignRange(t.Context(), person, "sessions/x/play", 2, 5, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	short, err := signer.SignRange(t.Context(), person, "sessions/x/play", 2, 5, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if len(sts.names) != 1 || sts.names[0] != "ada@example.test" {
		t.Errorf("roles assumed: %q", sts.names)
	}
	get := func(url, bytes string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if bytes != "" {
			r.Header.Set("Range", bytes)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	if status, body := get(url, "bytes=2-5"); status != http.StatusPartialContent || body != "2345" {
		t.Errorf("the signed range: %d %q", status, body)
	}
	for _, other := range []string{"", "bytes=2-6", "bytes=0-5", "bytes=-4"} {
		if status, _ := get(url, other); status != http.StatusForbidden {
			t.Errorf("range %q: %d", other, status)
		}
	}
	for what, changed := range map[string]string{
		"another key":         strings.Replace(url, "sessions/x/play", "sessions/y/play", 1),
		"another expiry":      strings.Replace(url, "X-Amz-Expires=60", "X-Amz-Expires=3600", 1),
		"another bucket":      strings.Replace(url, b.Derived, b.Evidence, 1),
		"without its range":   strings.Replace(url, "X-Amz-SignedHeaders=host%3Brange", "X-Amz-SignedHeaders=host", 1),
		"another disposition": url + "&response-content-disposition=attachment",
		"a version":           url + "&versionId=null",
	} {
		if changed == url {
			t.Errorf("%s: %s does not have what is to be changed", what, url)
		}
		if status, _ := get(changed, "bytes=2-5"); status != http.StatusForbidden {
			t.Errorf("%s: %d", what, status)
		}
	}
	for status, end := 0, time.Now().Add(10*time.Second); status != http.StatusForbidden; {
		if status, _ = get(short, "bytes=2-5"); time.Now().After(end) {
			t.Fatalf("an address of a second is good after ten: %d", status)
		}
	}
}
