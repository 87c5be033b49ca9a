package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// said runs the handler and returns what it logged.
func said(t *testing.T, e events.DynamoDBEvent) (lines []map[string]any) {
	t.Helper()
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	defer slog.SetDefault(before)
	if err := handler(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(&log); d.More(); {
		var line map[string]any
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestEntriesThatAreChangedOrDeletedAreSaid(t *testing.T) {
	data, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	var e events.DynamoDBEvent
	if err := json.Unmarshal(data, &e); err != nil {
		t.Fatal(err)
	}
	var days []string
	for _, line := range said(t, e) {
		if line["msg"] != changed || line["level"] != "ERROR" || line["entry"] == "" {
			t.Errorf("line %v", line)
		}
		days = append(days, line["day"].(string))
	}
	if want := []string{"2026-11-23#2", "2026-11-23#3"}; !slices.Equal(days, want) {
		t.Errorf("said of %q, want %q: not of what is new, nor of what is past its time", days, want)
	}
}

func TestNobodyElseCanPassForTheTimeToLive(t *testing.T) {
	for name, by := range map[string]*events.DynamoDBUserIdentity{
		"a person":        nil,
		"another service": {Type: "Service", PrincipalID: "s3.amazonaws.com"},
		"a user":          {Type: "IAMUser", PrincipalID: "dynamodb.amazonaws.com"},
	} {
		e := events.DynamoDBEvent{Records: []events.DynamoDBEventRecord{{EventName: "REMOVE", UserIdentity: by}}}
		if lines := said(t, e); len(lines) != 1 {
			t.Errorf("%s deletes, and %d lines are said", name, len(lines))
		}
	}
}

// A stream may come to have operations that are not known today.
func TestWhatIsNotKnownIsSaid(t *testing.T) {
	e := events.DynamoDBEvent{Records: []events.DynamoDBEventRecord{{EventName: "REPLACE",
		Change: events.DynamoDBStreamRecord{Keys: map[string]events.DynamoDBAttributeValue{"pk": events.NewNumberAttribute("7")}}}}}
	if lines := said(t, e); len(lines) != 1 || lines[0]["day"] != "" {
		t.Errorf("lines %v", lines)
	}
}
