package internal_test

import (
	"slices"
	"strings"
	"testing"
)

// statements of the policy of a bucket.
func statements(template node, bucket string) []any {
	for _, p := range ofType(template, "AWS::S3::BucketPolicy") {
		if render(at(p, "Properties", "Bucket")) == "${"+bucket+"}" {
			all := list(at(p, "Properties", "PolicyDocument", "Statement"))
			for i, s := range all {
				if choice := list(at(s, "If")); len(choice) == 3 { // a statement under a condition
					all[i] = choice[1]
				}
			}
			return all
		}
	}
	return nil
}

func denies(statements []any, action string, says ...string) bool {
	return slices.ContainsFunc(statements, func(s any) bool {
		return text(s, "Effect") == "Deny" && slices.Contains(list(at(s, "Action")), any(action)) &&
			!slices.ContainsFunc(says, func(w string) bool { return !strings.Contains(text(s, "Condition"), w) })
	})
}

// Statement 10.
func TestBucketsAreClosed(t *testing.T) {
	template := load(t)
	buckets := ofType(template, "AWS::S3::Bucket")
	key := map[string]string{"InboxBucket": "${RecordingsKey.Arn}", "EvidenceBucket": "${RecordingsKey.Arn}", "DerivedBucket": "${RecordingsKey.Arn}", "ExportsBucket": "${ExportsKey.Arn}"}
	for name, b := range buckets {
		for _, block := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			if text(b, "Properties", "PublicAccessBlockConfiguration", block) != "true" {
				t.Errorf("%s: %s", name, block)
			}
		}
		for _, rule := range list(at(b, "Properties", "BucketEncryption", "ServerSideEncryptionConfiguration")) {
			is := at(rule, "ServerSideEncryptionByDefault")
			switch {
			case name == "WebBucket", name == "TrailBucket": // the pages are public; CloudTrail writes with S3's own keys
				if text(is, "SSEAlgorithm") != "AES256" {
					t.Errorf("%s is not encrypted", name)
				}
			case text(is, "SSEAlgorithm") != "aws:kms" || render(at(is, "KMSMasterKeyID")) != key[name] || text(rule, "BucketKeyEnabled") != "true":
				t.Errorf("%s is not encrypted with its key, by way of a bucket key: %v", name, rule)
			}
		}
		if !strings.Contains(text(b, "Properties", "OwnershipControls"), "BucketOwnerEnforced") {
			t.Errorf("%s has ACLs", name)
		}
		s := statements(template, name)
		if !denies(s, "s3:*", "aws:SecureTransport:false") {
			t.Errorf("%s can be reached without TLS", name)
		}
		if !denies(s, "s3:PutObject", "Null", "s3:x-amz-server-side-encryption-customer-algorithm:false") {
			t.Errorf("%s takes objects under a key that nobody else has", name)
		}
		for _, policy := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
			if text(b, policy) != "Retain" {
				t.Errorf("%s: %s", name, policy)
			}
		}
	}
	if len(buckets) != 6 {
		t.Errorf("%d buckets", len(buckets))
	}
}

func TestSignaturesAreShortWhereAddressesAreSigned(t *testing.T) {
	template := load(t)
	for _, name := range []string{"EvidenceBucket", "DerivedBucket", "ExportsBucket"} {
		if !denies(statements(template, name), "s3:GetObject", "NumericGreaterThan", "s3:signatureAge:600000") {
			t.Errorf("%s serves signatures of more than ten minutes", name)
		}
	}
}

func TestEvidenceIsWrittenOnceAndKept(t *testing.T) {
	template := load(t)
	evidence := ofType(template, "AWS::S3::Bucket")["EvidenceBucket"]
	if text(evidence, "Properties", "VersioningConfiguration", "Status") != "Enabled" || text(evidence, "Properties", "ObjectLockEnabled") != "true" {
		t.Error("no versions, or no Object Lock")
	}
	if at(evidence, "Properties", "ObjectLockConfiguration", "Rule") != nil {
		t.Error("a default retention would lock attempts that were never committed")
	}
	for _, bucket := range []string{"EvidenceBucket", "DerivedBucket", "ExportsBucket"} {
		if !denies(statements(template, bucket), "s3:PutObject", "s3:if-none-match:true", "s3:ObjectCreationOperation:true") {
			t.Errorf("%s can be overwritten", bucket)
		}
	}
	for _, bucket := range []string{"EvidenceBucket", "DerivedBucket"} {
		s := statements(template, bucket)
		if !denies(s, "s3:DeleteObject", "ArnNotEquals", "RetentionRole") || !denies(s, "s3:DeleteObjectVersion", "RetentionRole") {
			t.Errorf("%s can be deleted from", bucket)
		}
	}
	if !denies(statements(template, "EvidenceBucket"), "s3:BypassGovernanceRetention", "RetentionRole") {
		t.Error("the lock can be bypassed")
	}
	if !denies(statements(template, "EvidenceBucket"), "s3:PutLifecycleConfiguration") {
		t.Error("lifecycle rules can be changed by anyone")
	}
}

func TestTheInboxForgetsOnlyWhatWasArchived(t *testing.T) {
	rules := list(at(ofType(load(t), "AWS::S3::Bucket")["InboxBucket"], "Properties", "LifecycleConfiguration", "Rules"))
	if len(rules) == 0 {
		t.Fatal("no rules")
	}
	for _, r := range rules {
		if at(r, "ExpirationInDays") != nil && (text(r, "ExpirationInDays") != "7" || !strings.Contains(text(r, "TagFilters"), "archived")) {
			t.Errorf("rule %v", r)
		}
	}
}

func TestRecordingsAreFetchedFromThePagesOnly(t *testing.T) {
	rules := list(at(ofType(load(t), "AWS::S3::Bucket")["DerivedBucket"], "Properties", "CorsConfiguration", "CorsRules"))
	if len(rules) != 1 {
		t.Fatalf("%d CORS rules", len(rules))
	}
	for what, want := range map[string]string{"AllowedOrigins": "[map[Ref:AppOrigin]]", "AllowedMethods": "[GET HEAD]", "AllowedHeaders": "[range]",
		"ExposedHeaders": "[Content-Range Content-Length ETag]"} {
		if got := text(rules[0], what); got != want {
			t.Errorf("%s is %s", what, got)
		}
	}
}
