package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"filippo.io/age"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/internal/archive"
	"tapedeck/internal/export"
	"tapedeck/internal/jobs"
	"tapedeck/internal/jobs/jobstest"
	"tapedeck/internal/passphrase"
	"tapedeck/internal/session"
)

// killedMB is the recording of a job of 64 parts of their full size.
const killedMB = 1 << 10

// afterLease is how much later each worker comes than the one that was killed: its lease is over by then.
const afterLease = 3 * time.Minute

// killing is one job of full-size parts whose worker is killed (SIGKILL) after each part that it uploads, so that
// every part is made by a process of its own. What comes out is opened with age's own reader, and hashed.
func killing(ctx context.Context, client *s3.Client) error {
	key := "sessions/killed/original/1-recording.cast"
	if err := putNoise(ctx, client, gatewayBuckets.Evidence, key, killedMB<<20); err != nil {
		return err
	}
	plain, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &gatewayBuckets.Evidence, Key: &key})
	if err != nil {
		return err
	}
	defer plain.Body.Close()
	want, err := hashOf(plain.Body)
	if err != nil {
		return err
	}
	db := dynamo()
	if err := jobstest.NewTable(ctx, db, "jobs"); err != nil {
		return err
	}
	table, phrase := jobs.New(db, "jobs"), passphrase.Generate()
	t, err := startJob(ctx, table, session.Stored{Key: key, Size: killedMB << 20, SHA256: want}, phrase)
	if err != nil {
		return err
	}
	kills := 0
	for ; ; kills++ {
		cmd, err := self(ctx, "export-killed", "jobs", t.Job.ID, strconv.Itoa(kills))
		if err != nil {
			return err
		}
		cmd.Stderr = os.Stderr
		err = cmd.Run()
		if err == nil {
			break
		}
		if status, ok := errors.AsType[*exec.ExitError](err); !ok || status.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			return fmt.Errorf("worker %d: %w", kills, err)
		}
		if kills > 2*t.Job.Parts {
			return fmt.Errorf("%d workers have not made %d parts", kills, t.Job.Parts)
		}
	}
	e, err := table.Load(ctx, t.Job.ID)
	if err != nil {
		return err
	}
	uploads, err := client.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: aws.String(exportsBucket)})
	if err != nil {
		return err
	}
	made, err := opened(ctx, client, e.ID, phrase)
	if err != nil {
		return err
	}
	if made != want || e.State != session.ExportReady || len(e.Wrapped) > 0 || len(uploads.Uploads) > 0 || kills != e.Parts {
		return fmt.Errorf("killed %d times in %d parts: %s, %d open uploads, wrapped key of %d bytes, opens to %s instead of %s", kills, e.Parts, e.State, len(uploads.Uploads), len(e.Wrapped), made, want)
	}
	fmt.Printf("\nKilled: a recording of %d MB in %d parts of %d MB, whose worker was killed (SIGKILL) after each part, %d times in all: READY,\n"+
		"no upload open, no wrapped key left; age's own reader opens it to the SHA-256 of the recording.\n", killedMB, e.Parts, e.PartBytes>>20, kills)
	return nil
}

// opened is the SHA-256 of what a file opens to.
func opened(ctx context.Context, client *s3.Client, id, phrase string) (string, error) {
	file, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(exportsBucket), Key: aws.String(archive.ExportKey(id))})
	if err != nil {
		return "", err
	}
	defer file.Body.Close()
	identity, err := age.NewScryptIdentity(phrase)
	if err != nil {
		return "", err
	}
	r, err := age.Decrypt(file.Body, identity)
	if err != nil {
		return "", err
	}
	return hashOf(r)
}

func hashOf(r io.Reader) (string, error) {
	h := newHash()
	_, err := io.Copy(h, r)
	return h.sum(), err
}

// workOnce is the process that is killed after its first part. The number of those before it tells its time.
func workOnce(ctx context.Context, table, id, before string) error {
	n, err := strconv.Atoi(before)
	if err != nil {
		return err
	}
	files := &mortal{archive.NewExports(gatewayClient(), exportsBucket, "", gatewayBuckets.Evidence)}
	kept := jobs.New(dynamo(), table)
	w := &export.Worker{Jobs: kept, Slots: kept, Files: files, Keys: vault(), Queue: nothing{}, Audit: nothing{}, InFlight: 1,
		Now: func() time.Time { return time.Now().Add(time.Duration(n) * afterLease) }}
	return w.Run(ctx, export.Message{ExportID: id})
}

// mortal dies when it has put a part.
type mortal struct{ *archive.Exports }

func (m *mortal) Put(ctx context.Context, id, uploadID string, n int32, data []byte) error {
	err := m.Exports.Put(ctx, id, uploadID, n, data)
	if err == nil {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // until it is done
	}
	return err
}

// dynamo is the dynalite of with-dynalite.sh.
func dynamo() *dynamodb.Client {
	return dynamodb.NewFromConfig(aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(os.Getenv("TAPEDECK_DYNALITE")),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})
}
