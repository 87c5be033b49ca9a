package life_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const recording = "cast/cast-git-ls.cast"

// kept are the outputs that name what holds data, and the parameters that give it to another stack.
var kept = map[string]string{"InboxBucket": "ExistingInboxBucket", "EvidenceBucket": "ExistingEvidenceBucket", "DerivedBucket": "ExistingDerivedBucket",
	"RecordingsKeyArn": "ExistingRecordingsKey", "SessionsTable": "ExistingSessionsTable", "ValuesTable": "ExistingValuesTable",
	"AuditTable": "ExistingAuditTable", "SettingsTable": "ExistingSettingsTable"}

func TestTheLifeOfStacks(t *testing.T) {
	w := newWorld(t)
	one, two := w.deploy(t, "one", nil), w.deploy(t, "two", nil)

	t.Run("two stacks in one account do not meet", func(t *testing.T) {
		for name, value := range one.outputs {
			if two.outputs[name] == value && !slices.Contains([]string{"Issuer", "ClientID", "ClientId"}, name) {
				t.Errorf("both have %s %s", name, value)
			}
		}
		one.push(t, "Kim Minji")
		two.push(t, "Lee Jun")
		one.push(t, "Park Haeun")
		if a, b := one.list(t), two.list(t); len(a) != 2 || len(b) != 1 || a[0].Name != "Kim Minji" || b[0].Name != "Lee Jun" {
			t.Errorf("they list %v and %v", a, b)
		}
	})

	before := one.list(t)
	evidence := w.objects(t, one.outputs["EvidenceBucket"])

	t.Run("a stack that is deleted leaves recordings, index, audit log and keys", func(t *testing.T) {
		one.delete(t)
		if now := w.objects(t, one.outputs["EvidenceBucket"]); !slices.Equal(now, evidence) || len(evidence) < 6 {
			t.Errorf("evidence has %q, and had %q", now, evidence)
		}
		db := dynamodb.NewFromConfig(w.Config())
		for _, table := range []string{"SessionsTable", "ValuesTable", "AuditTable"} {
			name := one.outputs[table]
			out, err := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: &name})
			if err != nil || out.Count == 0 {
				t.Errorf("%s is empty, or gone: %v", table, err)
			}
		}
		key := one.outputs["RecordingsKeyArn"]
		if out, err := kms.NewFromConfig(w.Config()).DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &key}); err != nil || !out.KeyMetadata.Enabled {
			t.Errorf("the key is gone: %v", err)
		}
		functions, err := lambda.NewFromConfig(w.Config()).ListFunctions(t.Context(), &lambda.ListFunctionsInput{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range functions.Functions {
			if strings.HasPrefix(*f.FunctionName, "one-") {
				t.Errorf("%s is left", *f.FunctionName)
			}
		}
		if len(two.list(t)) != 1 {
			t.Error("the other stack does not work any more")
		}
	})

	var three *stack
	t.Run("a new stack takes them over", func(t *testing.T) {
		parameters := map[string]string{}
		for output, parameter := range kept {
			parameters[parameter] = one.outputs[output]
		}
		two.run(t, "infra/attach/attach.sh", "release", one.outputs["InboxBucket"], one.outputs["EvidenceBucket"], one.outputs["DerivedBucket"])
		three = w.deploy(t, "three", parameters)
		three.run(t, "infra/attach/attach.sh", "connect", "three")
		for output := range kept {
			if three.outputs[output] != one.outputs[output] {
				t.Errorf("%s is %s", output, three.outputs[output])
			}
		}
		if now := three.list(t); !slices.Equal(now, before) {
			t.Errorf("listed are %v, and were %v", now, before)
		}
		three.replays(t, before[0].ID)
		three.push(t, "Choi Seo")
		now := three.list(t)
		if len(now) != len(before)+1 || now[len(now)-1].Name != "Choi Seo" || now[len(now)-1].No <= before[len(before)-1].No {
			t.Errorf("listed are %v", now)
		}
		policies := w.policy(t, one.outputs["EvidenceBucket"])
		if !strings.Contains(policies, "three-RetentionRole") || strings.Contains(policies, "one-RetentionRole") {
			t.Errorf("who may delete is not the new stack's role: %s", policies)
		}
	})

	t.Run("the index is made again of the archive alone", func(t *testing.T) {
		before := three.list(t)
		three.delete(t)
		four := map[string]string{}
		for _, output := range []string{"InboxBucket", "EvidenceBucket", "DerivedBucket", "RecordingsKeyArn"} {
			four[kept[output]] = three.outputs[output]
		}
		two.run(t, "infra/attach/attach.sh", "release", three.outputs["InboxBucket"], three.outputs["EvidenceBucket"], three.outputs["DerivedBucket"])
		last := w.deploy(t, "four", four)
		last.run(t, "infra/attach/attach.sh", "connect", "four")
		if now := last.list(t); len(now) != 0 {
			t.Errorf("a new index lists %v", now)
		}
		last.run(t, "bin/tapedeck", "reconcile", "--rebuild")
		if now := last.list(t); !slices.Equal(now, before) {
			t.Errorf("listed are %v, and were %v", now, before)
		}
		last.replays(t, before[0].ID)
		last.push(t, "Jung Woo")
		if now := last.list(t); now[len(now)-1].No <= before[len(before)-1].No {
			t.Errorf("a number was given twice: %v", now)
		}
	})
	w.notRefused(t)
}

func (w *world) policy(t *testing.T, bucket string) string {
	t.Helper()
	out, err := w.s3().GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	return *out.Policy
}

// What is switched on by a parameter is at least made without contradiction: the emulator serves no CloudFront, moves no
// storage class and copies nothing. It knows neither trails nor associations of WAF, so those stay off.
func TestAStackWithEverythingOnIsMade(t *testing.T) {
	w := newWorld(t)
	id := "12345678-1234-1234-1234-123456789012"
	s := w.deploy(t, "everything", map[string]string{"CognitoDomain": "tapedeck-life", "WithCloudFront": "true", "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/" + id,
		"CloudFrontWebAclArn": "arn:aws:wafv2:us-east-1:000000000000:global/webacl/pages/" + id, "EvidenceStorageClass": "GLACIER_IR",
		"EvidenceCopyBucketArn": "arn:aws:s3:::copy-of-evidence", "EvidenceCopyKeyArn": "arn:aws:kms:eu-west-1:000000000000:key/" + id,
		"ArchiverConcurrency": "5", "ExporterConcurrency": "5", "AlarmEmail": "ops@example.com", "WithAccessLog": "true"})
	for _, output := range []string{"AppUrl", "DistributionId"} {
		if s.outputs[output] == "" {
			t.Errorf("there is no %s: %v", output, slices.Sorted(maps.Keys(s.outputs)))
		}
	}
	if !strings.HasPrefix(s.outputs["Issuer"], "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_") {
		t.Errorf("the issuer is %s", s.outputs["Issuer"])
	}
}

// A contradiction is refused before anything is made.
func TestContradictionsAreRefused(t *testing.T) {
	w := newWorld(t)
	s := &stack{world: w, name: "refused"}
	s.run(t, "aws", "s3", "mb", "s3://packages")
	packaged := filepath.Join(t.TempDir(), "packaged.yaml")
	s.run(t, filepath.Join(w.root, ".tools/sam/bin/sam"), "package", "--template-file", "template.yaml", "--s3-bucket", "packages", "--output-template-file", packaged)
	s.run(t, "aws", "s3", "cp", packaged, "s3://packages/template.yaml", "--only-show-errors")
	change := func(parameters map[string]string) error {
		all := w.Local(map[string]string{"AppOrigin": "https://tapedeck.example.com", "OidcIssuer": "https://id.example.com"})
		maps.Copy(all, parameters)
		in := &cloudformation.CreateChangeSetInput{StackName: &s.name, ChangeSetName: aws.String("c"), ChangeSetType: types.ChangeSetTypeCreate,
			TemplateURL: aws.String(w.Endpoint + "/packages/template.yaml"), Capabilities: []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityAutoExpand}}
		for name, value := range all {
			in.Parameters = append(in.Parameters, types.Parameter{ParameterKey: &name, ParameterValue: &value})
		}
		_, err := cloudformation.NewFromConfig(w.Config()).CreateChangeSet(t.Context(), in)
		return err
	}
	for name, parameters := range map[string]map[string]string{
		"nobody signs people in":        {"OidcIssuer": ""},
		"a certificate for nothing":     {"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/12345678-1234-1234-1234-123456789012"},
		"CloudFront and a private API":  {"WithCloudFront": "true", "VpcEndpointId": "vpce-0123456789abcdef0"},
		"a copy that is not encrypted":  {"EvidenceCopyBucketArn": "arn:aws:s3:::copy-of-evidence"},
		"an issuer without encryption":  {"OidcIssuer": "http://id.example.com"},
		"an origin with a path":         {"AppOrigin": "https://tapedeck.example.com/x"},
		"a key that is no key":          {"ExistingRecordingsKey": "alias/tapedeck"},
		"retention that is no number":   {"RetentionDays": "forever"},
		"a limit that is over Lambda's": {"ArchiverConcurrency": "1000"},
	} {
		if err := change(parameters); err == nil || !strings.Contains(err.Error(), "ValidationError") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := change(nil); err != nil {
		t.Errorf("without a contradiction: %v", err)
	}
}
