package index_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/index"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/pagetoken"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	indextest.Contract(t, func(*testing.T) indextest.Index { return indextest.NewMemory() })
}

func TestDynamoDBKeepsTheContract(t *testing.T) {
	db := dynalite(t)
	n := 0
	indextest.Contract(t, func(t *testing.T) indextest.Index {
		n++
		sessions, values := createTables(t, db, fmt.Sprint("t", n))
		tokens := pagetoken.New([]byte("a key of more than sixteen bytes"), nil, time.Now)
		return index.New(db, sessions, values, 24*time.Hour*365*100, tokens)
	})
}

// dynalite is a client of the engine at TAPEDECK_DYNALITE (`make test-contract` starts one).
func dynalite(t testing.TB) *dynamodb.Client {
	t.Helper()
	endpoint := os.Getenv("TAPEDECK_DYNALITE")
	if endpoint == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("TAPEDECK_DYNALITE is not set: in CI this suite must run")
		}
		t.Skip("TAPEDECK_DYNALITE is not set: run make test-contract")
	}
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint, HTTPClient: http.DefaultClient,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		})}
	return dynamodb.NewFromConfig(cfg, contractGuard.install)
}

// contractGuard watches every call of these suites.
var contractGuard = &guard{expressions: map[string]bool{}}

// createTables makes the two tables as template.yaml does.
func createTables(t testing.TB, db *dynamodb.Client, name string) (sessions, values string) {
	t.Helper()
	sessions, values = name+"-sessions", name+"-values"
	attr := func(names ...string) (defs []types.AttributeDefinition) {
		for _, n := range names {
			defs = append(defs, types.AttributeDefinition{AttributeName: aws.String(n), AttributeType: types.ScalarAttributeTypeS})
		}
		return defs
	}
	key := func(hash, rng string) (schema []types.KeySchemaElement) {
		schema = append(schema, types.KeySchemaElement{AttributeName: &hash, KeyType: types.KeyTypeHash})
		if rng != "" {
			schema = append(schema, types.KeySchemaElement{AttributeName: &rng, KeyType: types.KeyTypeRange})
		}
		return schema
	}
	var indexes []types.GlobalSecondaryIndex
	for _, ix := range []string{"by-time gt", "by-facet f", "by-name name", "by-email email", "by-account account", "by-server server", "by-host host", "by-client-ip clientIp", "by-client-name clientName"} {
		ixName, hash, _ := strings.Cut(ix, " ")
		indexes = append(indexes, types.GlobalSecondaryIndex{IndexName: &ixName, KeySchema: key(hash, "id"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{"row", "f"}}})
	}
	inputs := []*dynamodb.CreateTableInput{
		{TableName: &sessions, BillingMode: types.BillingModePayPerRequest, KeySchema: key("pk", ""), GlobalSecondaryIndexes: indexes,
			AttributeDefinitions: attr("pk", "id", "gt", "f", "name", "email", "account", "server", "host", "clientIp", "clientName")},
		{TableName: &values, BillingMode: types.BillingModePayPerRequest, KeySchema: key("pk", "sk"), AttributeDefinitions: attr("pk", "sk")},
	}
	for _, in := range inputs {
		_, err := db.CreateTable(t.Context(), in)
		if _, again := errors.AsType[*types.ResourceInUseException](err); err != nil && !again { // the client tries again when an answer is lost
			t.Fatal(err)
		}
		if err := dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
			o.MinDelay = 50 * time.Millisecond
			o.MaxDelay = 50 * time.Millisecond
		}).
			Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: in.TableName}, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	return sessions, values
}
