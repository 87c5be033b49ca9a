package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tapedeck/internal/archive"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/ingest"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
)

// The gateway of with-versitygw.sh: an S3 that keeps objects in files.
const gatewayKey, gatewaySecret = "tapedeck", "tapedeck-test"

func gateway(c aws.CredentialsProvider) *s3.Client {
	return s3.New(s3.Options{BaseEndpoint: aws.String(os.Getenv("TAPEDECK_VERSITYGW")), UsePathStyle: true, Region: "us-east-1", Credentials: c,
		DisableLogOutputChecksumValidationSkipped: true})
}

func gatewayClient() *s3.Client {
	return gateway(credentials.NewStaticCredentialsProvider(gatewayKey, gatewaySecret, ""))
}

var gatewayBuckets = archive.Buckets{Inbox: "inbox", Evidence: "evidence", Derived: "derived"}

// makeBuckets makes the three, which pages of an origin may read as template.yaml says.
func makeBuckets(ctx context.Context, c *s3.Client, origin string) error {
	b := gatewayBuckets
	for _, name := range []string{b.Inbox, b.Evidence, b.Derived} {
		if _, err := c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name, ObjectLockEnabledForBucket: aws.Bool(name == b.Evidence),
			ObjectOwnership: types.ObjectOwnershipBucketOwnerEnforced}); err != nil {
			return err
		}
		if _, err := c.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: &name, CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{{
			AllowedOrigins: []string{origin}, AllowedMethods: []string{"GET", "HEAD"}, AllowedHeaders: []string{"range"},
			ExposeHeaders: []string{"Content-Range", "Content-Length", "ETag"}}}}}); err != nil {
			return err
		}
	}
	return nil
}

const recordingName = "recording"

// putRecording puts a recording and its manifest into the inbox, as a gateway does.
func putRecording(ctx context.Context, c *s3.Client, f session.Folder, format string, r io.Reader) error {
	key := archive.InboxKey(f, recordingName)
	b := &gatewayBuckets.Inbox
	up, err := c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: b, Key: &key})
	if err != nil {
		return err
	}
	var parts []types.CompletedPart
	buf := make([]byte, 16<<20)
	for n := int32(1); ; n++ {
		k, readErr := io.ReadFull(r, buf)
		if k > 0 {
			out, err := c.UploadPart(ctx, &s3.UploadPartInput{Bucket: b, Key: &key, UploadId: up.UploadId, PartNumber: &n, Body: bytes.NewReader(buf[:k])})
			if err != nil {
				return err
			}
			parts = append(parts, types.CompletedPart{ETag: out.ETag, PartNumber: &n, ChecksumCRC32: out.ChecksumCRC32})
		}
		if readErr == io.EOF || readErr == io.ErrUnexpectedEOF {
			break
		}
		if readErr != nil {
			return readErr
		}
	}
	if _, err := c.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: b, Key: &key, UploadId: up.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}}); err != nil {
		return err
	}
	manifest := fmt.Sprintf(`{"version":1,"sessionId":"0b7e0000-0000-4000-8000-%012d","actionAt":"2026-11-23T06:04:05Z","account":"bench",
		"format":%q,"objects":[{"key":%q,"part":"recording"}]}`, time.Now().UnixMicro()%1e12, format, recordingName)
	key = archive.InboxKey(f, session.ManifestName)
	_, err = c.PutObject(ctx, &s3.PutObjectInput{Bucket: b, Key: &key, Body: strings.NewReader(manifest)})
	return err
}

// archived is what became of a recording.
type archived struct {
	Session   *session.Session
	Recording *session.Recording
	Took, CPU time.Duration
	BaseKiB   int64 // of memory before it began
	PeakKiB   int64
}

// archiveFolder archives what lies in a folder of the inbox, from the gateway to the gateway, and prints what
// became of it. It is a process of its own, so that its memory and its processor time can be told.
func archiveFolder(name string) error {
	ctx := context.Background()
	a, x := archive.New(gatewayClient(), gatewayBuckets), indextest.NewMemory()
	g := &ingest.Ingest{Registry: x, Rows: x, Work: x, Inbox: a, Evidence: anyEvidence{a}, Derived: a, Audit: nothing{}, Handover: nothing{},
		Settings: settings.Fixed{TimeZone: "UTC", RetentionDays: 1}, InlineBytes: 1 << 40, Now: time.Now}
	f := session.Folder{Gateway: "bench", Name: name}
	base, err := peakMemory()
	if err != nil {
		return err
	}
	start := time.Now()
	if failed := g.Arrive(ctx, []session.Folder{f}); len(failed) > 0 {
		return failed[f]
	}
	done := archived{Took: time.Since(start), BaseKiB: base}
	page, err := x.List(ctx, session.Query{To: session.EndOfTime, PageSize: 1})
	if err != nil || len(page.Items) != 1 || page.Items[0].State != session.Ready {
		return fmt.Errorf("not archived: %+v, %w", page, err)
	}
	if done.Session, done.Recording, err = x.Session(ctx, page.Items[0].ID); err != nil {
		return err
	}
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return err
	}
	done.CPU = time.Duration(used.Utime.Nano() + used.Stime.Nano())
	if done.PeakKiB, err = peakMemory(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(done)
}

// anyEvidence is an archive to which each recording is the first: every process here begins with an empty index.
type anyEvidence struct{ *archive.Archive }

func (anyEvidence) Empty(context.Context) (bool, error) { return true, nil }

// peakMemory is the most that this process had in memory, in KiB. Rusage would count what the parent had, too.
func peakMemory() (int64, error) {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
		}
	}
	return 0, errors.New("/proc/self/status has no VmHWM")
}
