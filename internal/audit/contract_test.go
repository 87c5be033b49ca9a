package audit_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/audit"
	"tapedeck/internal/audit/audittest"
	"tapedeck/internal/session"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	audittest.Contract(t, func(_ *testing.T, now func() time.Time) audittest.Log { return audittest.NewMemory(now) })
}

// table is a log in dynalite.
type table struct {
	*audit.Log
	*audit.Reader
}

var tables int

func dynalite(t *testing.T, now func() time.Time) table {
	t.Helper()
	endpoint := os.Getenv("TAPEDECK_DYNALITE")
	if endpoint == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("TAPEDECK_DYNALITE is not set: in CI this suite must run")
		}
		t.Skip("TAPEDECK_DYNALITE is not set: run make test-contract")
	}
	db := dynamodb.NewFromConfig(aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		})})
	tables++
	name := fmt.Sprint("audit-", tables)
	key := func(hash string) []types.KeySchemaElement {
		return []types.KeySchemaElement{{AttributeName: &hash, KeyType: types.KeyTypeHash}, {AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange}}
	}
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: key("pk")}
	for _, attr := range []string{"pk", "sk", "session", "person"} {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: &attr, AttributeType: types.ScalarAttributeTypeS})
	}
	for index, attr := range map[string]string{"bySession": "session", "byPerson": "person"} {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{IndexName: &index, KeySchema: key(attr),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll}})
	}
	_, err := db.CreateTable(t.Context(), in)
	if _, again := errors.AsType[*types.ResourceInUseException](err); err != nil && !again {
		t.Fatal(err)
	}
	waiter := dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, 50*time.Millisecond
	})
	if err := waiter.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}, time.Minute); err != nil {
		t.Fatal(err)
	}
	return table{audit.New(db, name, now), audit.NewReader(db, name, audittest.Tokens(now), now)}
}

func TestDynamoDBKeepsTheContract(t *testing.T) {
	audittest.Contract(t, func(t *testing.T, now func() time.Time) audittest.Log { return dynalite(t, now) })
}

func TestDynamoDBKeepsTheContractWithHardlyAnyBudget(t *testing.T) {
	audittest.Contract(t, func(t *testing.T, now func() time.Time) audittest.Log {
		d := dynalite(t, now)
		return table{d.Log, audit.Poor(d.Reader)}
	})
}

func TestContractOfAPageWhoseBudgetEnds(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	d := dynalite(t, func() time.Time { return now })
	if err := d.Record(t.Context(), session.Event{Action: session.ActList}); err != nil {
		t.Fatal(err)
	}
	q := session.EntryQuery{From: now.AddDate(0, 0, -90), To: now.AddDate(0, 0, 1), PageSize: 10}
	page, err := d.Entries(t.Context(), q)
	if err != nil || len(page.Items) != 1 || page.Complete || page.NextToken == "" || !page.SearchedBackTo.Equal(time.Date(2026, 9, 22, 0, 0, 0, 0, time.UTC)) {
		t.Fatalf("90 days, of which one has an entry: %+v, %v", page, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // what a page leaves to its caller
	defer cancel()
	page, err = d.Entries(ctx, q)
	if err != nil || len(page.Items) != 1 || page.Complete || !page.SearchedBackTo.Equal(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)) {
		t.Fatalf("hardly any time: %+v, %v", page, err)
	}
}
