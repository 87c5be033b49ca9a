package index_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"tapedeck/internal/index"
	"tapedeck/internal/pagetoken"
	"tapedeck/internal/session"
)

// Prices of on-demand DynamoDB in us-east-1, 2026-11, US dollars for a million.
const (
	writeUnitPrice = 0.625
	readUnitPrice  = 0.125
)

const tableRows = 100_000

// BenchmarkTables asks the questions of BenchmarkSearch of real tables, and counts what indexing a session costs.
func BenchmarkTables(b *testing.B) {
	ctx := context.Background()
	db := dynalite(b)
	sessions, values := createTables(b, db, "bench")
	x := index.New(db, sessions, values, 5*365*24*time.Hour, pagetoken.New([]byte("a key of more than sixteen bytes"), nil, time.Now))
	rows := index.Company(tableRows)
	for part := range slices.Chunk(rows, 2000) {
		if _, err := x.Cover(ctx, part); err != nil {
			b.Fatal(err)
		}
	}
	fill(ctx, b, db, sessions, rows)
	entries, err := index.At(x, func() time.Time { return time.Now().Add(time.Hour) }).Pack(ctx)
	if err != nil {
		b.Fatal(err)
	}
	fmt.Printf("\n%d sessions on dynalite, over the wire, read units as it reports them; %d values in the dictionary.\n\n", len(rows), entries)
	index.PrintTable(index.At(x, time.Now), rows, 60)
	writes(ctx, b, db, x, sessions, values)
}

func fill(ctx context.Context, b *testing.B, db *dynamodb.Client, table string, rows []session.Session) {
	var wg sync.WaitGroup
	work := make(chan []session.Session)
	for range 4 {
		wg.Go(func() {
			for part := range work {
				var puts []types.WriteRequest
				for i := range part {
					it, err := index.Item(&part[i])
					if err != nil {
						b.Error(err)
					}
					puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
				}
				for request := map[string][]types.WriteRequest{table: puts}; len(request) > 0; {
					out, err := db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: request})
					if err != nil {
						b.Error(err)
						break
					}
					request = out.UnprocessedItems
				}
			}
		})
	}
	for part := range slices.Chunk(rows, 25) {
		work <- part
	}
	close(work)
	wg.Wait()
}

// writes registers and lists sessions as ingest does, in batches of ten, and counts the units.
func writes(ctx context.Context, b *testing.B, db *dynamodb.Client, x *index.Index, sessions, values string) {
	var count meter
	metered := index.New(dynamodb.NewFromConfig(aws.Config{Region: db.Options().Region, Credentials: db.Options().Credentials, BaseEndpoint: db.Options().BaseEndpoint}, count.install),
		sessions, values, 5*365*24*time.Hour, nil)
	if err := x.StartNumbers(ctx, tableRows); err != nil {
		b.Fatal(err)
	}
	if _, err := metered.Values(ctx, "name", "x", 1); err != nil { // loads the dictionary
		b.Fatal(err)
	}
	count.units = 0
	const n = 500
	rows := index.Company(tableRows + n)[tableRows:]
	for part := range slices.Chunk(rows, 10) {
		if _, err := metered.TakeNumbers(ctx, len(part)); err != nil {
			b.Fatal(err)
		}
		for i := range part {
			s := &part[i]
			r := &session.Registration{Identity: session.Identity("gw", fmt.Sprint("w", s.No)), UUID: "0b7e0000-0000-4000-8000-000000000001", Folder: session.Folder{Gateway: "gw", Name: "f"},
				Session: *s, RawActionAt: s.ActionAt, Format: "asciicast", Objects: []session.Object{{Key: "recording.cast", Part: "recording"}}}
			if _, _, err := metered.Register(ctx, r); err != nil {
				b.Fatal(err)
			}
			if err := metered.PutRow(ctx, s, nil); err != nil {
				b.Fatal(err)
			}
		}
	}
	// dynalite counts the tables; each entry of an index is a unit more, since it is below 1 KB.
	perSession := count.units/n + float64(2+len(index.Fields))
	fmt.Printf("\nIndexing a session that is archived at once: %.1f write units (number, registration, dictionary, row and its nine index entries), "+
		"%.2f dollars for a million sessions. 1,000 searches of 10 read units: %.4f dollars. (%.3f dollars for a million write units, %.3f for a million read units; us-east-1, 2026-11.)\n",
		perSession, perSession*writeUnitPrice, 10*1000*readUnitPrice/1e6, writeUnitPrice, readUnitPrice)
}

// meter asks DynamoDB what each write costs.
type meter struct {
	mu    sync.Mutex
	units float64
}

func (m *meter) install(o *dynamodb.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("meter",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				switch in := in.Parameters.(type) {
				case *dynamodb.PutItemInput:
					in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
				case *dynamodb.UpdateItemInput:
					in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
				}
				out, metadata, err := next.HandleInitialize(ctx, in)
				var c *types.ConsumedCapacity
				switch out := out.Result.(type) {
				case *dynamodb.PutItemOutput:
					c = out.ConsumedCapacity
				case *dynamodb.UpdateItemOutput:
					c = out.ConsumedCapacity
				}
				if c != nil {
					m.mu.Lock()
					m.units += aws.ToFloat64(c.CapacityUnits)
					m.mu.Unlock()
				}
				return out, metadata, err
			}), middleware.Before)
	})
}
