package internal_test

import (
	"slices"
	"strings"
	"testing"
)

// Statement 11.
func TestTablesAreEncryptedAndCanBeRestored(t *testing.T) {
	tables := ofType(load(t), "AWS::DynamoDB::Table")
	for name, table := range tables {
		p := table["Properties"]
		for what, is := range map[string]bool{
			"encrypted with the stack's key": text(p, "SSESpecification", "SSEEnabled") == "true" && text(p, "SSESpecification", "SSEType") == "KMS" &&
				render(at(p, "SSESpecification", "KMSMasterKeyId")) == "${TablesKey.Arn}",
			"restorable to any second":     text(p, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") == "true",
			"protected from deletion":      text(p, "DeletionProtectionEnabled") == "true",
			"kept when the stack goes":     text(table, "DeletionPolicy") == "Retain" && text(table, "UpdateReplacePolicy") == "Retain",
			"paid for by request":          text(p, "BillingMode") == "PAY_PER_REQUEST",
			"rid of what is past its time": text(p, "TimeToLiveSpecification", "Enabled") == "true" || name == "SettingsTable",
		} {
			if !is {
				t.Errorf("%s is not %s", name, what)
			}
		}
	}
	if len(tables) != 5 {
		t.Errorf("%d tables", len(tables))
	}
}

func TestRowsAreFoundInNineWays(t *testing.T) {
	var names []string
	for _, g := range list(at(ofType(load(t), "AWS::DynamoDB::Table")["SessionsTable"], "Properties", "GlobalSecondaryIndexes")) {
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

// Statement 12; how long messages are hidden is in template_functions_test.go, alarms in template_alarms_test.go.
func TestQueuesKeepWhatFailed(t *testing.T) {
	template := load(t)
	queues := ofType(template, "AWS::SQS::Queue")
	for name, q := range queues {
		p := q["Properties"]
		if text(p, "SqsManagedSseEnabled") != "true" || text(p, "MessageRetentionPeriod") != "1209600" {
			t.Errorf("%s is not encrypted, or does not keep messages for 14 days", name)
		}
		if letters, ok := strings.CutSuffix(name, "Queue"); ok && render(at(p, "RedrivePolicy", "deadLetterTargetArn")) != "${"+letters+"DeadLetters.Arn}" {
			t.Errorf("%s has no dead letter queue of its own", name)
		}
	}
	if len(queues) != 6 {
		t.Errorf("%d queues", len(queues))
	}
	policies := ofType(template, "AWS::SQS::QueuePolicy")
	for name, p := range policies {
		if !strings.Contains(text(p, "Properties", "PolicyDocument"), "aws:SourceAccount") {
			t.Errorf("%s lets other accounts in", name)
		}
	}
	if len(policies) == 0 || text(template, "Resources", "InboxBucket", "DependsOn") != "IngestQueuePolicy" {
		t.Error("the inbox may come before it may notify")
	}
}

func TestKeysTurn(t *testing.T) {
	keys := ofType(load(t), "AWS::KMS::Key")
	for name, k := range keys {
		if text(k, "Properties", "EnableKeyRotation") != "true" || text(k, "DeletionPolicy") != "Retain" || text(k, "UpdateReplacePolicy") != "Retain" {
			t.Errorf("%s: %v", name, k)
		}
		policy := text(k, "Properties", "KeyPolicy")
		bounded := map[string]string{"TablesKey": "dynamodb.${AWS::Region}", "RecordingsKey": "s3.${AWS::Region}", "ExportsKey": "s3.${AWS::Region}",
			"ExportWrapKey": "kms:EncryptionContext:purpose:export"}[name]
		if bounded == "" || !strings.Contains(policy, bounded) {
			t.Errorf("%s may be used for anything: %s", name, policy)
		}
	}
	if len(keys) != 4 {
		t.Errorf("%d keys", len(keys))
	}
}
