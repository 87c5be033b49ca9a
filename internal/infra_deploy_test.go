package internal_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const deployRole = "../infra/deploy-role/template.yaml"

// What the registry's handlers may ask for and the template gives them no reason to: features that it does not use.
var unused = regexp.MustCompile(`^(amplify|apprunner|appsync|ec2|elasticfilesystem|elasticloadbalancing|firehose|kinesis|organizations|s3tables|logs:(Associate|Disassociate)KmsKey|` +
	`logs:(Put|Delete)(DataProtection|Index)Policy|logs:(CreateLogStream|PutLogEvents|DescribeLogStreams)|lambda:GetLayerVersion|lambda:.*(CodeSigningConfig|ProvisionedConcurrencyConfig|RuntimeManagementConfig)|` +
	`dynamodb:(Import|DescribeImport|EnableKinesis|DisableKinesis|UpdateKinesis|PutResource|DeleteResource)\w*|iam:(Attach|Detach)RolePolicy|iam:(Get|Put|Delete)(User|Group)Policy|iam:DeleteRolePermissionsBoundary|` +
	`iam:CreateServiceLinkedRole|kms:(RevokeGrant|ListAliases|DisableKey|EnableKey|DisableKeyRotation)|cognito-idp:(AddCustomAttributes|(Associate|Disassociate)WebACL|GetWebACLForResource)|` +
	`cloudtrail:PutInsightSelectors|cloudfront:(CreateDistributionWithTags|UpdateDistributionWithStagingConfig)|wafv2:\w*PermissionPolicy|sns:PutDataProtectionPolicy|secretsmanager:(GetSecretValue|\w*Regions\w*)|` +
	`lambda:ListTags|s3:(Put|Delete)Bucket(Website|MetadataTableConfiguration|Logging|Acl|Replication|Cors|CORS|Encryption|Lifecycle|AnalyticsConfiguration|MetricsConfiguration)|s3:DeleteObject|` +
	`s3:CreateBucketMetadataTableConfiguration|s3:Put(Accelerate|Analytics|IntelligentTiering|Inventory|Metrics)Configuration|s3:(Get|Put)Object\w*|s3:REST\.PUT\.OBJECT|` +
	`iam:(DeleteRole|DeleteRolePolicy)$|kms:ScheduleKeyDeletion)`)

// What deletes data: resources that hold it are retained, so nobody needs the right.
var deletesData = regexp.MustCompile(`^(dynamodb:DeleteTable|s3:DeleteBucket|kms:ScheduleKeyDeletion|cognito-idp:DeleteUserPool)$`)

// The role can do what the handlers of the template's resource types ask for (infra/deploy-role/needs.json, from the
// CloudFormation registry), and cannot delete what is retained.
func TestTheDeployRoleSufficesForTheTemplate(t *testing.T) {
	var needs map[string]map[string][]string
	data, err := os.ReadFile("../infra/deploy-role/needs.json")
	if err == nil {
		err = json.Unmarshal(data, &needs)
	}
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]bool{}
	for _, s := range roles(t, loadFile(t, deployRole))["DeployRole"].Statements {
		for _, a := range s.Actions {
			has[strings.ToLower(a)] = true
			if deletesData.MatchString(a) || strings.Contains(a, "*") {
				t.Errorf("the deploy role may %s", a)
			}
		}
	}
	for kind, handlers := range needs {
		for what, permissions := range handlers {
			for _, p := range permissions {
				if service, action, _ := strings.Cut(p, ":"); !has[strings.ToLower(p)] && !unused.MatchString(strings.ToLower(service)+":"+action) && !deletesData.MatchString(p) {
					t.Errorf("%s of %s needs %s", what, kind, p)
				}
			}
		}
	}
	made := map[string]bool{}
	for _, r := range load(t)["Resources"].(node) {
		made[text(r, "Type")] = true
	}
	for kind := range made {
		if !strings.HasPrefix(kind, "AWS::Serverless::") && needs[kind] == nil {
			t.Errorf("needs.json does not say what %s needs", kind)
		}
	}
}

// All that the role does to resources it does by way of CloudFormation, and to those of its stack.
func TestTheDeployRoleIsBoundToItsStack(t *testing.T) {
	direct := []string{"Stack", "Transform", "Validate", "FindPackages", "Packages", "FindPages", "Pages", "ShowPages", "HandOverRoles"}
	withoutName := []string{"Validate", "NewKeys", "MakeSecrets", "Triggers", "SignIn", "LookForLogs", "LookForTrails"}
	seen := map[string]bool{}
	all := roles(t, loadFile(t, deployRole))
	for _, s := range all["DeployRole"].Statements {
		when := strings.Join(s.When, "; ")
		name := s.Sid
		if seen[name] { // Pages: objects, and the distribution
			name += "2"
		}
		seen[name] = true
		if !strings.Contains(when, "aws:CalledVia ForAnyValue:StringEquals cloudformation.amazonaws.com") && !slices.Contains(direct, name) {
			t.Errorf("%s: the role may do this by itself: %s", s.Sid, when)
		}
		if slices.Contains(s.Resources, "*") && !slices.Contains(withoutName, s.Sid) {
			t.Errorf("%s: the role may do this to everything", s.Sid)
		}
		for _, a := range []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"} {
			if slices.Contains(s.Actions, a) && !strings.Contains(when, "iam:PermissionsBoundary StringEquals ${Bound}") {
				t.Errorf("%s: the role may %s without the bound", s.Sid, a)
			}
		}
		if slices.Contains(s.Actions, "iam:PassRole") && !strings.Contains(when, "iam:PassedToService") {
			t.Error("the role may hand roles to any service")
		}
	}
}

// matches is how IAM compares with * and ?.
func matches(pattern, s string) bool {
	return regexp.MustCompile("(?i)^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern)) + "$").MatchString(s)
}

// Each role may do under the bound what docs/policies.md gives it. Resources are compared by sample names.
func TestTheBoundLeavesRolesWhatTheyNeed(t *testing.T) {
	bound := allowed(t, "Bound", at(loadFile(t, deployRole), "Resources", "Bound", "Properties", "PolicyDocument"))
	for name, r := range roles(t, load(t)) {
		for _, s := range r.Statements {
			for _, a := range s.Actions {
				for _, on := range s.Resources {
					if on = sampleArn(on); !slices.ContainsFunc(bound, func(b statement) bool {
						return slices.Contains(b.Actions, a) && slices.ContainsFunc(b.Resources, func(p string) bool { return matches(sampleArn(p), on) || on == p })
					}) {
						t.Errorf("%s: the bound takes %s on %s away", name, a, on)
					}
				}
			}
		}
	}
	for _, b := range bound {
		for _, a := range b.Actions {
			if strings.Contains(a, "*") || strings.HasPrefix(a, "iam:") || strings.HasPrefix(a, "s3:PutBucket") {
				t.Errorf("the bound allows %s", a)
			}
		}
	}
}

var sampleNames = strings.NewReplacer("${AWS::Partition}", "aws", "${AWS::Region}", "eu-west-1", "${AWS::AccountId}", "123456789012", "${AWS::StackName}", "tapedeck",
	"${StackName}", "tapedeck", "${EvidenceCopyBucketArn}", "arn:aws:s3:::copy", "${EvidenceCopyKeyArn}", "arn:aws:kms:us-east-1:123456789012:key/copy", "${PageTokenSecret.Id}", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:PageTokenSecret-x")

// sampleArn is a resource of policies as it might be called.
func sampleArn(s string) string {
	s = sampleNames.Replace(s)
	return regexp.MustCompile(`\$\{(\w+)\.Arn\}`).ReplaceAllStringFunc(s, func(m string) string {
		n := strings.TrimSuffix(strings.TrimPrefix(m, "${"), ".Arn}")
		for suffix, form := range map[string]string{"Table": "arn:aws:dynamodb:eu-west-1:123456789012:table/tapedeck-%s-X", "Bucket": "arn:aws:s3:::tapedeck-%s-x", "Key": "arn:aws:kms:eu-west-1:123456789012:key/%s",
			"Queue": "arn:aws:sqs:eu-west-1:123456789012:tapedeck-%s-X", "Role": "arn:aws:iam::123456789012:role/tapedeck-%s-X", "Log": "arn:aws:logs:eu-west-1:123456789012:log-group:/tapedeck/tapedeck/%s:*"} {
			if strings.HasSuffix(n, suffix) {
				if suffix == "Bucket" {
					n = strings.ToLower(n)
				}
				return fmt.Sprintf(form, n)
			}
		}
		return m
	})
}

// IAM takes at most 6,144 characters of a managed policy, and 10,240 of all that are written into a role.
func TestPoliciesAreNotTooLong(t *testing.T) {
	for _, path := range []string{deployRole, "../template.yaml", gatewayPolicy} {
		template := loadFile(t, path)
		for name, p := range ofType(template, "AWS::IAM::ManagedPolicy") {
			if n := policyLength(t, at(p, "Properties", "PolicyDocument")); n > 6144 {
				t.Errorf("%s has %d characters", name, n)
			}
		}
		for name, r := range ofType(template, "AWS::IAM::Role") {
			n := 0
			for _, p := range list(at(r, "Properties", "Policies")) {
				n += policyLength(t, at(p, "PolicyDocument"))
			}
			for _, p := range ofType(template, "AWS::IAM::Policy") {
				if slices.Contains(renderAll(at(p, "Properties", "Roles")), "${"+name+"}") {
					n += policyLength(t, at(p, "Properties", "PolicyDocument"))
				}
			}
			if n > 10240 {
				t.Errorf("%s has %d characters of policies", name, n)
			}
		}
	}
}

func policyLength(t *testing.T, document any) int {
	t.Helper()
	data, err := json.Marshal(rendered(document))
	if err != nil {
		t.Fatal(err)
	}
	return len(sampleArn(string(data)))
}

// rendered is a value with its intrinsic functions in words.
func rendered(v any) any {
	switch v := v.(type) {
	case node:
		for _, f := range []string{"Ref", "GetAtt", "Sub", "If"} {
			if v[f] != nil && len(v) == 1 {
				return render(v)
			}
		}
		m := node{}
		for key, value := range maps.All(v) {
			m[key] = rendered(value)
		}
		return m
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = rendered(v[i])
		}
		return all
	}
	return v
}
