package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/internal/archive"
	"tapedeck/internal/export/exporttest"
	"tapedeck/internal/jobs"
	"tapedeck/internal/jobs/jobstest"
	"tapedeck/internal/session"
)

// smallestPart is the least that S3 takes for a part that is not the last.
const smallestPart = 5 << 20

// engines are the addresses of versitygw and dynalite, which make test-contract starts.
func engines(t *testing.T) (gateway, dynalite string) {
	t.Helper()
	gateway, dynalite = os.Getenv("TAPEDECK_VERSITYGW"), os.Getenv("TAPEDECK_DYNALITE")
	if gateway == "" || dynalite == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("TAPEDECK_VERSITYGW and TAPEDECK_DYNALITE are not set: in CI this suite must run")
		}
		t.Skip("needs versitygw and dynalite: make test-contract")
	}
	return gateway, dynalite
}

func s3At(endpoint string) *s3.Client {
	return s3.New(s3.Options{BaseEndpoint: &endpoint, UsePathStyle: true, Region: "us-east-1", DisableLogOutputChecksumValidationSkipped: true,
		Credentials: credentials.NewStaticCredentialsProvider("tapedeck", "tapedeck-test", ""),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = 8, 100*time.Millisecond
			o.RateLimiter = noLimit{}
		})})
}

// noLimit lets every request be tried again: the faults here are many.
type noLimit struct{}

func (noLimit) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (noLimit) AddTokens(uint) error { return nil }

// bench is a recording on versitygw, and what makes a job of it.
type bench struct {
	t               *testing.T
	client          *s3.Client
	evidence, files string
	plain           []byte
	vault           *exporttest.Vault
}

func newBench(t *testing.T, gateway string, parts int) *bench {
	b := &bench{t: t, client: s3At(gateway), plain: noise((parts-1)*smallestPart + 77), vault: exporttest.NewVault([32]byte{9})}
	for i, name := range []*string{&b.evidence, &b.files} {
		*name = fmt.Sprintf("x%d-%d", i, time.Now().UnixNano())
		if _, err := b.client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: name}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &b.evidence, Key: aws.String("sessions/s/a/original/1-x.cast"), Body: bytes.NewReader(b.plain)}); err != nil {
		t.Fatal(err)
	}
	return b
}

// job is a new one of the recording.
func (b *bench) job(table Jobs, files *archive.Exports) *session.Export {
	b.t.Helper()
	s := &session.Session{ID: session.NewID(time.Now(), "gw", "s"), ActionAt: time.Now(), SessionRecord: "r"}
	sources := []session.Source{{Stored: session.Stored{Key: "sessions/s/a/original/1-x.cast", Size: int64(len(b.plain)), SHA256: "0"}, Name: "x.cast"}}
	x := Exports{Files: files, Now: time.Now, PartBytes: smallestPart}
	e, err := x.plan(b.t.Context(), ada, s, sources, true)
	if err != nil {
		b.t.Fatal(err)
	}
	header, key := sealedWith()
	e.Header = header
	if e.Wrapped, err = b.vault.Wrap(b.t.Context(), key[:], keyContext(e)); err != nil {
		b.t.Fatal(err)
	}
	plan(e)
	if err := table.Create(b.t.Context(), e); err != nil {
		b.t.Fatal(err)
	}
	return e
}

// whole checks that a job has come to one file, which is the recording, and that no upload is open.
func (b *bench) whole(table Jobs, id string) {
	b.t.Helper()
	e, err := table.Load(b.t.Context(), id)
	if err != nil || e.State != session.ExportReady || len(e.Wrapped) > 0 {
		b.t.Fatalf("%+v %v", e, err)
	}
	out, err := b.client.GetObject(b.t.Context(), &s3.GetObjectInput{Bucket: &b.files, Key: aws.String(archive.ExportKey(id))})
	if err != nil {
		b.t.Fatal(err)
	}
	defer out.Body.Close()
	if !bytes.Equal(unsealed(b.t, out.Body), b.plain) {
		b.t.Error("the file is another recording")
	}
	open, err := b.client.ListMultipartUploads(b.t.Context(), &s3.ListMultipartUploadsInput{Bucket: &b.files})
	if err != nil || len(open.Uploads) > 0 {
		b.t.Errorf("%d uploads are open, %v", len(open.Uploads), err)
	}
}

// faulty stands before a storage: a tenth of the requests is answered 503, and the connection of another tenth breaks, before
// the storage has seen it or while it answers.
func faulty(t *testing.T, storage string) (address string, faults *int) {
	to, err := url.Parse(storage)
	if err != nil {
		t.Fatal(err)
	}
	faults = new(int)
	chance := make(chan *rand.Rand, 1)
	chance <- rand.New(rand.NewPCG(1, 2))
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host }, // the signature holds the host
		FlushInterval: -1,
		ErrorHandler:  func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := <-chance
		n := c.IntN(100)
		if n < 20 {
			*faults++
		}
		chance <- c
		switch {
		case n < 10:
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`))
		case n < 15:
			panic(http.ErrAbortHandler)
		case n < 20:
			proxy.ServeHTTP(&breaking{w, 1000}, r)
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	s.Config.ErrorLog = nil
	t.Cleanup(s.Close)
	return s.URL, faults
}

// breaking breaks the connection after so many bytes of an answer, or at its end.
type breaking struct {
	http.ResponseWriter
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		panic(http.ErrAbortHandler)
	}
	return b.ResponseWriter.Write(p)
}

func TestAFaultyStorageKeepsTheContract(t *testing.T) {
	gateway, _ := engines(t)
	b := newBench(t, gateway, 10)
	table, log, queue := jobstest.NewMemory(), &exporttest.Log{}, &exporttest.Queue{}
	e := b.job(table, archive.NewExports(b.client, b.files, "", b.evidence))
	address, faults := faulty(t, gateway)
	w := Worker{Jobs: table, Slots: table, Files: archive.NewExports(s3At(address), b.files, "", b.evidence), Keys: b.vault, Queue: queue, Audit: log, Now: time.Now, InFlight: 3}
	var err error
	for range 8 { // a message comes again
		if err = w.Run(t.Context(), Message{ExportID: e.ID}); err == nil {
			break
		}
	}
	if b.whole(table, e.ID); err != nil || *faults < 5 {
		t.Errorf("%d faults, %v", *faults, err)
	}
	t.Logf("%d faults", *faults)
}

// A worker that is killed with SIGKILL after each of its parts: the next one, when the lease is over, goes on.
func TestAKilledProcessKeepsTheContract(t *testing.T) {
	gateway, dynalite := engines(t)
	const parts = 6
	b := newBench(t, gateway, parts)
	db := dynamoAt(dynalite)
	name := fmt.Sprint("killed-", time.Now().UnixNano())
	jobstest.CreateTable(t, db, name)
	table := jobs.New(db, name)
	files := archive.NewExports(b.client, b.files, "", b.evidence)
	for after := 1; after <= parts; after++ {
		e := b.job(table, files)
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "EXPORT_WORKER_ID="+e.ID, "EXPORT_WORKER_TABLE="+name, "EXPORT_WORKER_BUCKETS="+b.files+" "+b.evidence, "EXPORT_WORKER_KILL="+strconv.Itoa(after))
		out, err := cmd.CombinedOutput()
		status, ok := errors.AsType[*exec.ExitError](err)
		if !ok || status.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("the worker was not killed: %v\n%s", err, out)
		}
		later := func() time.Time { return time.Now().Add(leaseFor + time.Second) }
		put := 0
		next := Worker{Jobs: table, Slots: table, Files: &counting{files, func() { put++ }}, Keys: b.vault, Queue: &exporttest.Queue{}, Audit: &exporttest.Log{}, Now: later, InFlight: 2}
		if err := next.Run(t.Context(), Message{ExportID: e.ID}); err != nil {
			t.Fatal(err)
		}
		if b.whole(table, e.ID); put > parts-after {
			t.Errorf("killed after %d parts: the next made %d of %d", after, put, parts)
		}
	}
}

// counting says when a part was uploaded.
type counting struct {
	*archive.Exports
	uploaded func()
}

func (c *counting) Put(ctx context.Context, id, uploadID string, n int32, data []byte) error {
	err := c.Exports.Put(ctx, id, uploadID, n, data)
	if err == nil {
		c.uploaded()
	}
	return err
}

func TestMain(m *testing.M) {
	if id := os.Getenv("EXPORT_WORKER_ID"); id != "" {
		fmt.Fprintln(os.Stderr, "the worker lived on:", workUntilKilled(id))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// workUntilKilled is a worker in a process of its own, which kills itself after some parts.
func workUntilKilled(id string) error {
	var made, evidence string
	if _, err := fmt.Sscan(os.Getenv("EXPORT_WORKER_BUCKETS"), &made, &evidence); err != nil {
		return err
	}
	left, err := strconv.Atoi(os.Getenv("EXPORT_WORKER_KILL"))
	if err != nil {
		return err
	}
	table := jobs.New(dynamoAt(os.Getenv("TAPEDECK_DYNALITE")), os.Getenv("EXPORT_WORKER_TABLE"))
	files := &counting{archive.NewExports(s3At(os.Getenv("TAPEDECK_VERSITYGW")), made, "", evidence), func() {
		if left--; left == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}}
	w := Worker{Jobs: table, Slots: table, Files: files, Keys: exporttest.NewVault([32]byte{9}), Queue: &exporttest.Queue{}, Audit: &exporttest.Log{}, Now: time.Now, InFlight: 1}
	return w.Run(context.Background(), Message{ExportID: id})
}

func dynamoAt(endpoint string) *dynamodb.Client {
	return dynamodb.NewFromConfig(aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint, HTTPClient: http.DefaultClient,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})
}
