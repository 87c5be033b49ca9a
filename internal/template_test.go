package internal_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tapedeck/internal/archive"
)

// The emulators drop much of a template in silence, so what must be in it is read here.

type node = map[string]any

// load reads template.yaml with CloudFormation's short tags as maps: !Ref X is {"Ref": "X"}.
func load(t *testing.T) node {
	t.Helper()
	data, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return plain(doc.Content[0]).(node)
}

func plain(n *yaml.Node) any {
	var value any
	switch n.Kind {
	case yaml.AliasNode:
		return plain(n.Alias)
	case yaml.MappingNode:
		m := node{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(n.Content[i+1])
		}
		value = m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, plain(c))
		}
		value = list
	default:
		value = n.Value
	}
	if name, ok := strings.CutPrefix(n.Tag, "!"); ok && !strings.HasPrefix(name, "!") {
		return node{name: value}
	}
	return value
}

func at(v any, path ...string) any {
	for _, p := range path {
		m, ok := v.(node)
		if !ok {
			return nil
		}
		v = m[p]
	}
	return v
}

func text(v any, path ...string) string { return fmt.Sprint(at(v, path...)) }

func ofType(template node, kind string) map[string]node {
	found := map[string]node{}
	for name, r := range template["Resources"].(node) {
		if text(r, "Type") == kind {
			found[name] = r.(node)
		}
	}
	return found
}

func list(v any) []any {
	l, ok := v.([]any)
	if !ok && v != nil {
		return []any{v}
	}
	return l
}

// statements of the policy of a bucket.
func statements(template node, bucket string) []any {
	for _, p := range ofType(template, "AWS::S3::BucketPolicy") {
		if text(p, "Properties", "Bucket", "Ref") == bucket {
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

func TestBucketsAreClosed(t *testing.T) {
	template := load(t)
	buckets := ofType(template, "AWS::S3::Bucket")
	if len(buckets) != 5 {
		t.Fatalf("%d buckets", len(buckets))
	}
	for name, b := range buckets {
		for _, block := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			if text(b, "Properties", "PublicAccessBlockConfiguration", block) != "true" {
				t.Errorf("%s: %s", name, block)
			}
		}
		if !strings.Contains(text(b, "Properties", "BucketEncryption"), "SSEAlgorithm") {
			t.Errorf("%s is not encrypted", name)
		}
		if !strings.Contains(text(b, "Properties", "OwnershipControls"), "BucketOwnerEnforced") {
			t.Errorf("%s has ACLs", name)
		}
		if !denies(statements(template, name), "s3:*", "aws:SecureTransport:false") {
			t.Errorf("%s can be reached without TLS", name)
		}
		for _, policy := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
			if text(b, policy) != "Retain" {
				t.Errorf("%s: %s", name, policy)
			}
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
	for _, bucket := range []string{"EvidenceBucket", "DerivedBucket"} {
		s := statements(template, bucket)
		if !denies(s, "s3:PutObject", "s3:if-none-match:true", "s3:ObjectCreationOperation:true") {
			t.Errorf("%s can be overwritten", bucket)
		}
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

func TestNothingHasAFixedName(t *testing.T) {
	for name, r := range load(t)["Resources"].(node) {
		for _, p := range []string{"BucketName", "TableName", "FunctionName", "RoleName", "QueueName"} {
			if at(r, "Properties", p) != nil {
				t.Errorf("%s has a %s", name, p)
			}
		}
	}
}

func TestEachFunctionMayDoItsOwnAndNoMore(t *testing.T) {
	template := load(t)
	functions := ofType(template, "AWS::Serverless::Function")
	for name, f := range functions {
		p := f["Properties"]
		group := text(p, "LoggingConfig", "LogGroup", "Ref")
		if at(ofType(template, "AWS::Logs::LogGroup")[group], "Properties", "RetentionInDays") == nil {
			t.Errorf("%s has no log group with an end", name)
		}
		policies := list(at(p, "Policies"))
		if role := text(p, "Role", "GetAtt"); at(p, "Role") != nil {
			role, _, _ = strings.Cut(role, ".")
			for _, policy := range list(at(template, "Resources", role, "Properties", "Policies")) {
				policies = append(policies, at(policy, "PolicyDocument"))
			}
		}
		if len(policies) == 0 && name != "AuthorizerFunction" {
			t.Errorf("%s: no policy was found", name)
		}
		for _, policy := range policies {
			for _, s := range list(at(policy, "Statement")) {
				for _, action := range list(at(s, "Action")) {
					a := fmt.Sprint(action)
					switch {
					case strings.Contains(a, "*"):
						t.Errorf("%s may do %s", name, a)
					case (strings.HasPrefix(a, "s3:Delete") || strings.HasPrefix(a, "s3:Bypass")) && !strings.HasPrefix(text(s, "Resource", "Sub"), "${ExportsBucket.Arn}"):
						t.Errorf("%s may %s by itself", name, a)
					case strings.Contains(text(s, "Resource"), "AuditTable") && a != "dynamodb:PutItem":
						t.Errorf("%s may do %s to the audit log", name, a)
					}
				}
				if slices.Contains(list(at(s, "Resource")), any("*")) {
					t.Errorf("%s: %v has no limits", name, s)
				}
			}
		}
	}
	for role, of := range map[string]string{"AssumeSigner": "PlaybackRole", "AssumeDownloadSigner": "ExportsRole", "AssumeRetention": "ReconcilerRole"} {
		policy := at(template, "Resources", role)
		if text(policy, "Properties", "Roles") != "[map[Ref:"+of+"]]" {
			t.Errorf("%s is for %s", role, text(policy, "Properties", "Roles"))
		}
	}
}

// What players are given must not be any original: keys that were typed are among them.
func TestPlayersAreGivenWhatWasDerivedAndFilms(t *testing.T) {
	var films []string
	for _, policy := range list(at(load(t), "Resources", "SignerRole", "Properties", "Policies")) {
		for _, s := range list(at(policy, "PolicyDocument", "Statement")) {
			for _, r := range list(at(s, "Resource")) {
				key, original := strings.CutPrefix(text(r, "Sub"), "${EvidenceBucket.Arn}/sessions/*/original/*")
				switch {
				case original && text(s, "Action") == "[s3:GetObject s3:GetObjectVersion]":
					films = append(films, key)
				case text(r, "Sub") == "${DerivedBucket.Arn}/sessions/*" && text(s, "Action") == "s3:GetObject":
				case text(r, "GetAtt") == "RecordingsKey.Arn" && text(s, "Action") == "kms:Decrypt":
				default:
					t.Errorf("the signer may %v %v", at(s, "Action"), r)
				}
			}
		}
	}
	if want := []string{".mp4", ".webm", ".film"}; !slices.Equal(films, want) {
		t.Errorf("originals whose names end with %q", films)
	}
	for _, name := range []string{"a.mp4", "a.webm", "A.MP4", "a"} {
		key := archive.VideoKey("id", "attempt", 1, name)
		if !slices.ContainsFunc(films, func(end string) bool { return strings.HasSuffix(key, end) }) {
			t.Errorf("a film that was called %s is kept as %s, and cannot be given", name, key)
		}
	}
}

func TestWhatRegistersMayReadTheDictionary(t *testing.T) {
	template := load(t)
	policies := map[string]any{"ReconcilerRole": at(template, "Resources", "ReconcilerRole", "Properties", "Policies")}
	for _, name := range []string{"IngestFunction", "ArchiverFunction"} {
		policies[name] = at(template, "Resources", name, "Properties", "Policies")
	}
	for name, p := range policies {
		for _, want := range []string{"dynamodb:Query", "dynamodb:UpdateItem", "s3:PutObjectRetention"} {
			if !strings.Contains(fmt.Sprint(p), want) {
				t.Errorf("%s may not do %s", name, want)
			}
		}
	}
	for _, want := range []string{"/index/by-time", "s3:GetObjectTagging"} {
		if !strings.Contains(fmt.Sprint(policies["ReconcilerRole"]), want) {
			t.Errorf("the reconciler may not read %s", want)
		}
	}
}

func TestTheCommandLineCanFindTheReconciler(t *testing.T) {
	if got := text(load(t), "Outputs", "ReconcilerFunction", "Value", "Ref"); got != "ReconcilerFunction" {
		t.Errorf("the output is %s", got)
	}
}

// The API's routes are those of openapi.yaml, and each but /health has the authorizer.
func TestRoutesAreThoseOfTheContract(t *testing.T) {
	data, err := os.ReadFile("api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var contract struct{ Paths map[string]map[string]any }
	if err := yaml.Unmarshal(data, &contract); err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for path, methods := range contract.Paths {
		for method := range methods {
			if method != "parameters" {
				want[strings.ToUpper(method)+" /v1"+path] = path != "/health"
			}
		}
	}
	have := map[string]bool{}
	for name, f := range ofType(load(t), "AWS::Serverless::Function") {
		events, _ := at(f, "Properties", "Events").(node)
		for _, e := range events {
			if text(e, "Type") != "Api" {
				continue
			}
			method := strings.ToUpper(text(e, "Properties", "Method"))
			if method == "ANY" {
				t.Errorf("%s has a route for any method", name)
			}
			have[method+" "+text(e, "Properties", "Path")] = text(e, "Properties", "Auth", "Authorizer") != "NONE"
		}
	}
	if len(want) < 5 || !maps.Equal(have, want) {
		t.Errorf("the template has %v, the contract %v", have, want)
	}
}

func TestParametersAreDescribedAndBounded(t *testing.T) {
	parameters := load(t)["Parameters"].(node)
	for name, p := range parameters {
		bounded := at(p, "AllowedPattern") != nil || at(p, "AllowedValues") != nil || at(p, "MinValue") != nil && at(p, "MaxValue") != nil
		if at(p, "Description") == nil || !bounded {
			t.Errorf("%s: %v", name, p)
		}
		if pattern := at(p, "AllowedPattern"); pattern != nil {
			if _, err := regexp.Compile(fmt.Sprint(pattern)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if len(parameters) < 10 {
		t.Errorf("%d parameters", len(parameters))
	}
}
