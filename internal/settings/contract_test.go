package settings_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/settings"
	"tapedeck/internal/settings/settingstest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	settingstest.Contract(t, func(*testing.T) settings.Store { return settingstest.NewMemory(settingstest.Deployed) })
}

// deaf loses the answer to the next request, once it has been done.
type deaf struct{ lose bool }

func (d *deaf) Do(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultClient.Do(r)
	if err == nil && d.lose {
		d.lose = false
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body = io.NopCloser(bytes.NewReader(nil))
		res.StatusCode, res.ContentLength = http.StatusInternalServerError, 0
	}
	return res, err
}

func dynalite(t *testing.T, client aws.HTTPClient, name string) settings.Store {
	t.Helper()
	endpoint := os.Getenv("TAPEDECK_DYNALITE")
	if endpoint == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("TAPEDECK_DYNALITE is not set: in CI this suite must run")
		}
		t.Skip("TAPEDECK_DYNALITE is not set: run make test-contract")
	}
	db := dynamodb.NewFromConfig(aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint, HTTPClient: client,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		})})
	_, err := db.CreateTable(t.Context(), &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}}})
	if _, again := errors.AsType[*types.ResourceInUseException](err); err != nil && !again {
		t.Fatal(err)
	}
	waiter := dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, 50*time.Millisecond
	})
	if err := waiter.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}, time.Minute); err != nil {
		t.Fatal(err)
	}
	return settings.NewTable(db, name, settingstest.Deployed, time.Now)
}

func TestDynamoDBKeepsTheContract(t *testing.T) {
	n := 0
	settingstest.Contract(t, func(t *testing.T) settings.Store {
		n++
		return dynalite(t, http.DefaultClient, fmt.Sprint("settings-", n))
	})
}

func TestContractOfAChangeWhoseAnswerWasLost(t *testing.T) {
	client := &deaf{}
	s := dynalite(t, client, "settings-lost")
	next := settingstest.Deployed
	for next.Version = 1; next.Version <= 2; next.Version++ {
		client.lose = true
		if err := s.Replace(t.Context(), next); err != nil {
			t.Errorf("version %d: %v", next.Version, err)
		}
		if client.lose {
			t.Error("no answer was lost")
		}
	}
}
