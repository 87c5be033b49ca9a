package internal_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// What SAM makes of its own types.
var expanded = map[string][]string{
	"AWS::Serverless::Function": {"AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::Lambda::Permission", "AWS::Lambda::EventSourceMapping", "AWS::Events::Rule",
		"AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup"},
	"AWS::Serverless::Api": {"AWS::ApiGateway::RestApi", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"},
}

// What is made although LocalStack's open core does not know it, and why that does no harm: it passes over such
// resources (CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES).
var passedOver = map[string]string{
	"AWS::Logs::MetricFilter":                "passed over: alarms that count log lines stay silent",
	"AWS::CloudWatch::Dashboard":             "passed over: there is no dashboard",
	"AWS::CodeDeploy::Application":           "off on every local stack (`GradualDeployment`): functions are updated at once",
	"AWS::CodeDeploy::DeploymentGroup":       "off on every local stack (`GradualDeployment`)",
	"AWS::Cognito::UserPool":                 "off unless `CognitoDomain`: the development issuer signs people in",
	"AWS::Cognito::UserPoolClient":           "off unless `CognitoDomain`",
	"AWS::Cognito::UserPoolDomain":           "off unless `CognitoDomain`",
	"AWS::Cognito::UserPoolGroup":            "off unless `CognitoDomain`",
	"AWS::CloudFront::Distribution":          "off unless `WithCloudFront`: a program serves the pages and forwards /api/*",
	"AWS::CloudFront::OriginAccessControl":   "off unless `WithCloudFront`",
	"AWS::CloudFront::ResponseHeadersPolicy": "off unless `WithCloudFront`: that program sets the same headers, which a test compares",
	"AWS::CloudTrail::Trail":                 "off unless `WithTrail`",
	"AWS::WAFv2::WebACL":                     "off unless `ApiWebAcl`",
	"AWS::WAFv2::WebACLAssociation":          "off unless `ApiWebAcl`",
}

// What it makes, and drops a part of, or does otherwise than AWS (measured, see local.md).
const halfway = `| what | on LocalStack's open core | and so |
|---|---|---|
| Lambda authorizers of REST APIs | imported, never called | the functions verify the token themselves, as everywhere |
| resource policies of REST APIs, IAM, bucket policies | kept, not enforced | they are enforced on MiniStack |
| encryption, lifecycle rules, replication of buckets; point-in-time recovery of tables | dropped | asserted by the tests of the template |
| table streams with dynalite as its DynamoDB (without Docker) | none | ` + "`WithAuditWatch`" + ` is off on LocalStack |
| aliases and versions of functions | it has both | the API asks the authorizer itself, since its alias is not known there when the template is read |
| keys in events of S3 | "in/x%20y" where AWS says "in/x+y" | both are decoded |
`

func TestWhatLocalStackLacksIsKnown(t *testing.T) {
	data, err := os.ReadFile("../localstack/open-core.txt")
	if err != nil {
		t.Fatal(err)
	}
	core := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		core[strings.TrimSpace(line)] = true
	}
	template := load(t)
	lacks := map[string]int{}
	for name, r := range template["Resources"].(node) {
		kinds := expanded[text(r, "Type")]
		if kinds == nil {
			kinds = []string{text(r, "Type")}
		}
		for _, kind := range kinds {
			if core[kind] {
				continue
			}
			lacks[kind]++
			why := passedOver[kind]
			on := at(r, "Condition") == nil || holds(t, template, text(r, "Condition"))
			if why == "" || on && strings.HasPrefix(why, "off unless") {
				t.Errorf("LocalStack lacks %s, of which %s is made by default: %q", kind, name, why)
			}
		}
	}
	for kind := range passedOver {
		if lacks[kind] == 0 {
			t.Errorf("the template has no %s, or LocalStack knows it", kind)
		}
	}
	var b strings.Builder
	b.WriteString("# What LocalStack's open core lacks of this template\n\nGenerated from template.yaml and localstack/open-core.txt (`go test ./internal -run LocalStack -update`); a test compares, and fails when the\n" +
		"template comes to need what LocalStack's open core does not have. Where the whole suite was run is in [local.md](local.md).\n\n## Resources that it does not know\n\n| type | resources | here |\n|---|---|---|\n")
	for _, kind := range slices.Sorted(maps.Keys(lacks)) {
		fmt.Fprintf(&b, "| `%s` | %d | %s |\n", kind, lacks[kind], passedOver[kind])
	}
	b.WriteString("\n## What it does in part\n\n" + halfway)
	golden(t, "../docs/localstack.md", []byte(b.String()))
}

// holds says whether a condition holds with the parameters' defaults.
func holds(t *testing.T, template node, name string) bool {
	t.Helper()
	return truth(t, template, at(template, "Conditions", name))
}

func truth(t *testing.T, template node, v any) bool {
	t.Helper()
	each := func(args any, want bool) bool {
		return slices.ContainsFunc(list(args), func(a any) bool { return truth(t, template, a) == want })
	}
	for what, args := range v.(node) {
		switch what {
		case "Condition":
			return holds(t, template, args.(string))
		case "Not":
			return !truth(t, template, list(args)[0])
		case "And":
			return !each(args, false)
		case "Or":
			return each(args, true)
		case "Equals":
			value := func(a any) string {
				if p, ok := at(a, "Ref").(string); ok {
					return fmt.Sprint(at(template, "Parameters", p, "Default"))
				}
				return fmt.Sprint(a)
			}
			return value(list(args)[0]) == value(list(args)[1])
		}
	}
	t.Fatalf("condition %v", v)
	return false
}
