package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"tapedeck/internal/session"
)

func event(t *testing.T) events.SQSEvent {
	t.Helper()
	data, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	var e events.SQSEvent
	if err := json.Unmarshal(data, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestFoldersAreReadFromS3Events(t *testing.T) {
	var got []session.Folder
	arrive := func(_ context.Context, folders []session.Folder) map[session.Folder]error {
		got = folders
		return nil
	}
	answer, err := handler(arrive)(context.Background(), event(t))
	if err != nil || answer.BatchItemFailures == nil || len(answer.BatchItemFailures) != 0 {
		t.Errorf("answered %+v, %v", answer, err)
	}
	want := []session.Folder{{Gateway: "gw-1", Name: "a session"}, {Gateway: "gw+2", Name: "2026/11/b"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOnlyTheMessagesOfFailedFoldersComeAgain(t *testing.T) {
	arrive := func(context.Context, []session.Folder) map[session.Folder]error {
		return map[session.Folder]error{{Gateway: "gw+2", Name: "2026/11/b"}: errors.New("no")}
	}
	answer, err := handler(arrive)(context.Background(), event(t))
	want := []events.SQSBatchItemFailure{{ItemIdentifier: "two"}}
	if err != nil || !reflect.DeepEqual(answer.BatchItemFailures, want) {
		t.Errorf("answered %+v, %v", answer, err)
	}
}
