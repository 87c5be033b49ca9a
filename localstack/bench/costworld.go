package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"

	"tapedeck/internal/archive"
	"tapedeck/internal/audit"
	"tapedeck/internal/export"
	"tapedeck/internal/index"
	"tapedeck/internal/ingest"
	"tapedeck/internal/jobs"
	"tapedeck/internal/metrics"
	"tapedeck/internal/pagetoken"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
	"tapedeck/localstack/bench/cost"
)

// metered is the application in one process, on dynalite and versitygw, with a meter between them.
type metered struct {
	meter    *cost.Meter
	deployed *cost.Deployed

	plain    *s3.Client // without the meter: gateways and browsers
	archive  *archive.Archive
	exports  *archive.Exports
	index    *index.Index
	audit    *audit.Log
	settings *settings.Table
	jobs     *jobs.Jobs
	ingest   *ingest.Ingest
	sweeper  *archive.Sweeper
	sent     []string        // messages to queues
	counted  map[string]bool // metrics, each of a function
}

var (
	rowLife = 5 * 365 * 24 * time.Hour
	asSet   = session.Settings{RequireEncryption: true, TimeZone: "UTC", RetentionDays: 400}
)

// newMetered makes the tables of template.yaml, and the buckets.
func newMetered(ctx context.Context) (*metered, error) {
	d, err := cost.ReadTemplate("template.yaml")
	if err != nil {
		return nil, err
	}
	var tables []*dynamodb.CreateTableInput
	for name, in := range d.Tables {
		in.TableName = &name
		if err := createTable(ctx, dynamo(), in); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		tables = append(tables, in)
	}
	m := &metered{counted: map[string]bool{}, meter: cost.NewMeter(tables...), deployed: d, plain: gatewayClient()}
	if err := makeBuckets(ctx, m.plain, "http://127.0.0.1"); err != nil {
		return nil, err
	}
	if _, err := m.plain.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(exportsBucket), ObjectOwnership: types.ObjectOwnershipBucketOwnerEnforced}); err != nil {
		return nil, err
	}
	cfg := aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(gatewayKey, gatewaySecret, ""),
		APIOptions: []func(*middleware.Stack) error{m.meter.Install}}
	db := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.BaseEndpoint = aws.String(os.Getenv("TAPEDECK_DYNALITE")) })
	store := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.BaseEndpoint, o.UsePathStyle, o.DisableLogOutputChecksumValidationSkipped = aws.String(os.Getenv("TAPEDECK_VERSITYGW")), true, true
	})
	m.archive, m.sweeper = archive.New(store, gatewayBuckets), archive.NewSweeper(store, gatewayBuckets)
	m.exports = archive.NewExports(store, exportsBucket, "", gatewayBuckets.Evidence)
	m.index = index.New(db, "SessionsTable", "ValuesTable", rowLife, pagetoken.New([]byte("a key of more than sixteen bytes"), nil, time.Now))
	m.audit, m.jobs = audit.New(db, "AuditTable", time.Now), jobs.New(db, "ExportsTable")
	m.settings = settings.NewTable(db, "SettingsTable", asSet, time.Now)
	m.ingest = &ingest.Ingest{Registry: m.index, Rows: m.index, Work: m.index, Inbox: m.archive, Evidence: m.archive, Derived: m.archive, Audit: m.audit,
		Handover: m, Settings: m.settings, InlineBytes: 32 << 20, Now: time.Now}
	return m, nil
}

func createTable(ctx context.Context, db *dynamodb.Client, in *dynamodb.CreateTableInput) error {
	if _, err := db.CreateTable(ctx, in); err != nil {
		return err
	}
	return dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, 50*time.Millisecond
	}).
		Wait(ctx, &dynamodb.DescribeTableInput{TableName: in.TableName}, time.Minute)
}

// Send stands for the queues.
func (m *metered) Send(_ context.Context, message string) error {
	m.sent = append(m.sent, message)
	return nil
}

// countedKeys stand for KMS.
type countedKeys struct {
	export.Keys
	meter *cost.Meter
}

func (k countedKeys) Wrap(ctx context.Context, key []byte, about map[string]string) ([]byte, error) {
	k.meter.Count(cost.KMSRequest, 1)
	return k.Keys.Wrap(ctx, key, about)
}

func (k countedKeys) Unwrap(ctx context.Context, wrapped []byte, about map[string]string) ([]byte, error) {
	k.meter.Count(cost.KMSRequest, 1)
	return k.Keys.Unwrap(ctx, wrapped, about)
}

// invoke is one invocation of a function: what it asks of AWS, and what Lambda asks for it. moved is how many bytes
// of objects go through it.
func (m *metered) invoke(function string, moved int64, do func() error) (cost.Usage, error) {
	metrics.To(metricsOf{m.counted, function}, function, time.Now)
	before := processorSeconds()
	if err := do(); err != nil {
		return nil, fmt.Errorf("%s: %w", function, err)
	}
	used, waited := m.meter.Take()
	return used.Plus(m.deployed.Invocation(function, processorSeconds()-before, waited+float64(moved)/s3BytesPerSecond)), nil
}

// metricsOf notes which metrics a function has.
type metricsOf struct {
	counted  map[string]bool
	function string
}

func (o metricsOf) Write(line []byte) (int, error) {
	var emf struct {
		AWS struct {
			CloudWatchMetrics []struct{ Metrics []struct{ Name string } }
		} `json:"_aws"`
	}
	if err := json.Unmarshal(line, &emf); err != nil {
		return 0, err
	}
	for _, group := range emf.AWS.CloudWatchMetrics {
		for _, metric := range group.Metrics {
			o.counted[o.function+" "+metric.Name] = true
		}
	}
	return len(line), nil
}

// s3BytesPerSecond is how fast a function reads or writes objects: assumed, and not measured.
const s3BytesPerSecond = 75e6

// message is a message from its sender to its function: sent, received, deleted.
var message = cost.Usage{cost.SQSRequest: 3}

func processorSeconds() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err) // it is always there
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()).Seconds()
}

// stored is how many bytes the objects of a bucket have.
func (m *metered) stored(ctx context.Context, bucket string) (bytes int64, err error) {
	pages := s3.NewListObjectsV2Paginator(m.plain, &s3.ListObjectsV2Input{Bucket: &bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, err
		}
		for _, o := range page.Contents {
			bytes += aws.ToInt64(o.Size)
		}
	}
	return bytes, nil
}
