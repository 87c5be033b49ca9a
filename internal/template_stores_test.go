package internal_test

import (
	"slices"
	"strings"
	"testing"
)

func TestTablesAreEncryptedAndCanBeRestored(t *testing.T) {
	tables := ofType(load(t), "AWS::DynamoDB::Table")
	if len(tables) != 5 {
		t.Fatalf("%d tables", len(tables))
	}
	for name, table := range tables {
		p := table["Properties"]
		if text(p, "SSESpecification", "SSEType") != "KMS" || text(p, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") != "true" ||
			text(p, "BillingMode") != "PAY_PER_REQUEST" || text(p, "TimeToLiveSpecification", "Enabled") != "true" && name != "AuditTable" && name != "SettingsTable" ||
			text(table, "DeletionPolicy") != "Retain" || text(table, "UpdateReplacePolicy") != "Retain" {
			t.Errorf("%s: %v", name, p)
		}
	}
	var names []string
	for _, g := range list(at(tables["SessionsTable"], "Properties", "GlobalSecondaryIndexes")) {
		names = append(names, text(g, "IndexName"))
		if text(g, "Projection", "ProjectionType") != "INCLUDE" {
			t.Errorf("%s projects everything", text(g, "IndexName"))
		}
	}
	slices.Sort(names)
	if want := []string{"by-account", "by-client-ip", "by-client-name", "by-email", "by-facet", "by-host", "by-name", "by-server", "by-time"}; !slices.Equal(names, want) {
		t.Errorf("indexes %q", names)
	}
}

func TestQueuesKeepWhatFailed(t *testing.T) {
	template := load(t)
	queues := ofType(template, "AWS::SQS::Queue")
	for name, q := range queues {
		if text(q, "Properties", "SqsManagedSseEnabled") != "true" {
			t.Errorf("%s is not encrypted", name)
		}
		if !strings.Contains(name, "DeadLetters") && at(q, "Properties", "RedrivePolicy", "deadLetterTargetArn") == nil {
			t.Errorf("%s has no dead letter queue", name)
		}
	}
	if len(queues) != 6 {
		t.Errorf("%d queues", len(queues))
	}
	for name, p := range ofType(template, "AWS::SQS::QueuePolicy") {
		if !strings.Contains(text(p, "Properties", "PolicyDocument"), "aws:SourceAccount") {
			t.Errorf("%s lets other accounts in", name)
		}
	}
}

func TestKeysTurn(t *testing.T) {
	keys := ofType(load(t), "AWS::KMS::Key")
	for name, k := range keys {
		if text(k, "Properties", "EnableKeyRotation") != "true" || text(k, "DeletionPolicy") != "Retain" {
			t.Errorf("%s: %v", name, k)
		}
	}
	if len(keys) != 4 {
		t.Errorf("%d keys", len(keys))
	}
}
