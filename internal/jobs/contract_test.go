package jobs_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tapedeck/internal/jobs"
	"tapedeck/internal/jobs/jobstest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	jobstest.Contract(t, func(*testing.T) jobstest.Jobs { return jobstest.NewMemory() })
}

func TestDynamoDBKeepsTheContract(t *testing.T) {
	endpoint := os.Getenv("TAPEDECK_DYNALITE")
	if endpoint == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("TAPEDECK_DYNALITE is not set: in CI this suite must run")
		}
		t.Skip("TAPEDECK_DYNALITE is not set: run make test-contract")
	}
	db := dynamodb.NewFromConfig(aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint, HTTPClient: http.DefaultClient,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		})})
	n := 0
	jobstest.Contract(t, func(t *testing.T) jobstest.Jobs {
		n++
		name := fmt.Sprint("exports-", n)
		jobstest.CreateTable(t, db, name)
		return jobs.New(db, name)
	})
}
