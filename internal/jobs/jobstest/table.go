package jobstest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// CreateTable makes the table of jobs as template.yaml does.
func CreateTable(t testing.TB, db *dynamodb.Client, name string) {
	t.Helper()
	if err := NewTable(t.Context(), db, name); err != nil {
		t.Fatal(err)
	}
}

// NewTable is CreateTable outside of tests.
func NewTable(ctx context.Context, db *dynamodb.Client, name string) error {
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: key("pk", "sk"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{IndexName: aws.String("byPerson"), KeySchema: key("person", "id"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll}}}}
	for _, attribute := range []string{"pk", "sk", "person", "id"} {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String(attribute), AttributeType: types.ScalarAttributeTypeS})
	}
	_, err := db.CreateTable(ctx, in)
	if _, again := errors.AsType[*types.ResourceInUseException](err); err != nil && !again { // the client tries again when an answer is lost
		return err
	}
	waiter := dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, 50*time.Millisecond
	})
	return waiter.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, time.Minute)
}

func key(hash, rng string) []types.KeySchemaElement {
	return []types.KeySchemaElement{{AttributeName: &hash, KeyType: types.KeyTypeHash}, {AttributeName: &rng, KeyType: types.KeyTypeRange}}
}
