package main

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/internal/export"
	"tapedeck/internal/reconcile"
	"tapedeck/localstack/bench/cost"
)

const (
	hoursInMonth  = 730
	sweepsInHour  = 12                        // of the exporter, every 5 minutes
	pollsInMonth  = 5 * 3 * 60 * hoursInMonth // Lambda asks each queue with five pollers that wait for 20 s: as AWS describes it, and not measured
	keyUsesInHour = 12                        // of a table's key by who uses the table all the time: DynamoDB keeps it for 5 minutes
)

// reconciledHour is a run of the reconciler in which there is nothing to do, an hour after one.
func (m *metered) reconciledHour(ctx context.Context) (cost.Usage, error) {
	ahead := 3 * time.Hour // what has just been archived is old by then
	r := &reconcile.Reconciler{Work: m.index, Inbox: m.archive, Commits: m.archive, Rows: m.index, Values: m.index, Numbers: m.index, Marks: m.index, Ingest: m.ingest,
		Sweeper: m.sweeper, Settings: m.settings, RowLife: rowLife, Workers: 16, Now: func() time.Time { return time.Now().Add(ahead) }}
	var used cost.Usage
	for range 2 {
		var err error
		if used, err = m.invoke("reconciler", 0, func() error {
			report, err := r.Run(ctx, reconcile.Options{})
			if err == nil {
				err = report.Err()
			}
			return err
		}); err != nil {
			return nil, err
		}
		ahead += time.Hour
	}
	return used, nil
}

// sweep is a run of the exporter's sweeper when there are no jobs.
func (m *metered) sweep(ctx context.Context) (cost.Usage, error) {
	w := &export.Worker{Jobs: m.jobs, Slots: m.jobs, Files: m.exports, Keys: m.keys(), Queue: m, Audit: m.audit, Now: time.Now}
	return m.invoke("exporter", 0, func() error { return w.Sweep(ctx) })
}

// idle is a month in which nobody does anything.
func (m *metered) idle(ctx context.Context) (cost.Usage, error) {
	hour, err := m.reconciledHour(ctx)
	if err != nil {
		return nil, err
	}
	sweep, err := m.sweep(ctx)
	if err != nil {
		return nil, err
	}
	kinds := m.deployed.Kinds // and the starts of the two functions, which are counted
	standing := cost.Usage{cost.KMSKey: float64(kinds["AWS::KMS::Key"]), cost.Secret: float64(kinds["AWS::SecretsManager::Secret"]),
		cost.Metric: 2, cost.Alarm: float64(kinds["AWS::CloudWatch::Alarm"]), cost.Dashboard: float64(kinds["AWS::CloudWatch::Dashboard"]),
		cost.SQSRequest: float64(m.deployed.Queues * pollsInMonth), cost.KMSRequest: keyUsesInHour * hoursInMonth}
	return hour.Plus(sweep.Times(sweepsInHour)).Times(hoursInMonth).Plus(standing), nil
}

// metricsInUse are the metrics that each have a value in every hour of a month: those that were seen, and the starts of
// each function.
func (m *metered) metricsInUse() cost.Usage {
	return cost.Usage{cost.Metric: float64(len(m.counted) + len(m.deployed.Memory))}
}

func deleteObject(ctx context.Context, c *s3.Client, bucket, key string) error {
	_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	return err
}
