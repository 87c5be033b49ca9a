package internal_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestParametersAreDescribedBoundedAndGrouped(t *testing.T) {
	template := load(t)
	parameters := template["Parameters"].(node)
	for name, p := range parameters {
		bounded := at(p, "AllowedPattern") != nil || at(p, "AllowedValues") != nil || at(p, "MinValue") != nil && at(p, "MaxValue") != nil
		if at(p, "Description") == nil || !bounded {
			t.Errorf("%s: %v", name, p)
		}
		if pattern := at(p, "AllowedPattern"); pattern != nil && (!strings.HasPrefix(pattern.(string), "^") || !strings.HasSuffix(pattern.(string), "$")) {
			t.Errorf("%s: the pattern is that of a part", name)
		}
		if text(template, "Metadata", "AWS::CloudFormation::Interface", "ParameterLabels", name, "default") == "<nil>" {
			t.Errorf("%s has no label", name)
		}
	}
	var grouped []string
	for _, g := range list(at(template, "Metadata", "AWS::CloudFormation::Interface", "ParameterGroups")) {
		for _, name := range list(at(g, "Parameters")) {
			grouped = append(grouped, name.(string))
		}
	}
	slices.Sort(grouped)
	if all := slices.Sorted(maps.Keys(parameters)); !slices.Equal(grouped, all) {
		t.Errorf("grouped are %q\nof %q", grouped, all)
	}
	if len(parameters) < 40 {
		t.Errorf("%d parameters", len(parameters))
	}
}

// takes says whether CloudFormation would take a value for a parameter.
func takes(t *testing.T, p any, value string) bool {
	t.Helper()
	if allowed := list(at(p, "AllowedValues")); len(allowed) > 0 {
		return slices.Contains(allowed, any(value))
	}
	if pattern, ok := at(p, "AllowedPattern").(string); ok {
		return regexp.MustCompile(pattern).MatchString(value)
	}
	var n, least, most int64
	if _, err := fmt.Sscan(text(p, "MinValue"), &least); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(text(p, "MaxValue"), &most); err != nil {
		t.Fatal(err)
	}
	_, err := fmt.Sscan(value, &n)
	return err == nil && fmt.Sprint(n) == value && least <= n && n <= most
}

// Values of each parameter: after "not" those that must be refused.
var values = map[string]string{
	"AppOrigin":              `https://tapedeck.example.com https://t.example.com:8443 http://127.0.0.1:8080 http://localhost not http://tapedeck.example.com https://t.example.com/ https://t.example.com/x * ftp://t.example.com https://a.example.com,https://b.example.com https://t.example.com:123456 ''`,
	"OidcIssuer":             `https://id.example.com https://id.example.com/realms/x '' http://127.0.0.1:8080/issuer not http://id.example.com id.example.com https://id.example.com?x=1 https://id.example.com#x javascript:alert(1)`,
	"OidcAudience":           `tapedeck api://0b7e not ''`,
	"OidcClientId":           `tapedeck-web 3a1b2c not ''`,
	"GroupsClaim":            `groups cognito:groups https://example.com/groups not '' a,b groups[0]`,
	"SignInOrigins":          `'' https://oauth2.example.com https://a.example.com:8443 not http://a.example.com https://a.example.com/token a.example.com 'unsafe-inline' *`,
	"CognitoDomain":          `'' tapedeck a tapedeck-2 not Tapedeck -tapedeck tapedeck- tape.deck https://x`,
	"TimeZone":               `UTC Asia/Seoul Etc/GMT+9 America/Argentina/Buenos_Aires not '' ../../etc/passwd;x Asia,Seoul`,
	"PlaybackLimitBytes":     `none 1 734003200 not 0 -1 700MB '' 1e9 99999999999999999`,
	"ExportEncryption":       `required notRequired not yes '' Required`,
	"RetentionDays":          `1 400 36500 not 0 -5 36501 1.5 year`,
	"RowRetentionDays":       `1 1825 36500 not 0 36501`,
	"LogRetentionDays":       `1 30 3653 not 0 31 forever`,
	"EvidenceStorageClass":   `STANDARD INTELLIGENT_TIERING STANDARD_IA GLACIER_IR not GLACIER DEEP_ARCHIVE ONEZONE_IA standard`,
	"EvidenceStorageDays":    `30 36500 not 29 0 36501`,
	"EvidenceCopyBucketArn":  `'' arn:aws:s3:::copy-of-evidence arn:aws-cn:s3:::copy not copy-of-evidence arn:aws:s3:::* arn:aws:s3:::Copy arn:aws:s3:::copy/sessions`,
	"EvidenceCopyKeyArn":     `'' arn:aws:kms:eu-west-1:123456789012:key/1a2b-3c4d arn:aws:kms:eu-west-1:123456789012:key/mrk-1a2b not arn:aws:kms:eu-west-1:123456789012:alias/x arn:aws:kms:eu-west-1:123456789012:key/* 1a2b`,
	"PermissionsBoundaryArn": `'' arn:aws:iam::123456789012:policy/bound arn:aws:iam::aws:policy/ReadOnlyAccess not arn:aws:iam::123456789012:role/x *`,
	"DeployRoleArn":          `'' arn:aws:iam::123456789012:role/deploy arn:aws:iam::123456789012:role/ci/deploy not arn:aws:iam::123456789012:user/x arn:aws:iam::123456789012:role/* *`,
	"AlarmEmail":             `'' ops@example.com not ops ops@ @example.com`,
	"WithAuditWatch":         `true false not yes TRUE ''`,
	"WithTrail":              `true false not yes`,
	"WithAccessLog":          `true false not 1`,
	"Architecture":           `arm64 x86_64 not amd64 ''`,
	"GradualDeployment":      `true false not canary`,
	"ArchiveInlineBytes":     `0 33554432 268435456 not -1 268435457 32MiB`,
	"ArchiverConcurrency":    `none 2 10 999 not 0 1 1000 -1 '' all`,
	"ExporterConcurrency":    `none 2 10 999 not 0 1 1000`,
	"WithCloudFront":         `true false not yes`,
	"CertificateArn":         `'' arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012 not arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012 x`,
	"CloudFrontWebAclArn":    `'' arn:aws:wafv2:us-east-1:123456789012:global/webacl/pages/12345678-1234-1234-1234-123456789012 not arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/api/12345678-1234-1234-1234-123456789012`,
	"ApiWebAcl":              `none managed arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/api/12345678-1234-1234-1234-123456789012 not '' yes arn:aws:wafv2:us-east-1:123456789012:global/webacl/pages/12345678-1234-1234-1234-123456789012`,
	"VpcEndpointId":          `'' vpce-0123456789abcdef0 vpce-01234567 not vpc-01234567 vpce- vpce-xyz`,
	"EventBusName":           `'' default security-events not a/b * arn:aws:events:eu-west-1:123456789012:event-bus/default`,
	"AwsEndpointUrl":         `'' http://127.0.0.1:4566 http://localhost http://localhost.localstack.cloud:4566 not https://evil.example.com http://10.0.0.1 http://127.0.0.1.evil.example.com http://127.0.0.1:4566/x`,
	"ExistingInboxBucket":    `'' tapedeck-inboxbucket-1a2b3c not Bucket a arn:aws:s3:::x x/y`,
	"ExistingEvidenceBucket": `'' tapedeck-evidencebucket-1a2b3c not -bucket bucket-`,
	"ExistingDerivedBucket":  `'' tapedeck-derivedbucket-1a2b3c not b*`,
	"ExistingSessionsTable":  `'' tapedeck-SessionsTable-1A2B not ab arn:aws:dynamodb:eu-west-1:123456789012:table/x x*`,
	"ExistingValuesTable":    `'' tapedeck-ValuesTable-1A2B not x/y`,
	"ExistingAuditTable":     `'' tapedeck-AuditTable-1A2B not x/index/y`,
	"ExistingAuditStream":    `'' arn:aws:dynamodb:eu-west-1:123456789012:table/audit/stream/2026-11-24T01:02:03.456 not arn:aws:dynamodb:eu-west-1:123456789012:table/audit audit`,
	"ExistingSettingsTable":  `'' tapedeck-SettingsTable-1A2B not *`,
	"ExistingTablesKey":      `'' arn:aws:kms:eu-west-1:123456789012:key/1a2b not alias/tapedeck 1a2b`,
	"ExistingRecordingsKey":  `'' arn:aws:kms:eu-west-1:123456789012:key/1a2b not alias/tapedeck *`,
}

func TestParametersTakeWhatTheyShouldAndNothingElse(t *testing.T) {
	parameters := load(t)["Parameters"].(node)
	for name, p := range parameters {
		good, bad, ok := strings.Cut(values[name], " not ")
		if !ok || good == "" || bad == "" {
			t.Errorf("%s: no values to try", name)
			continue
		}
		for _, v := range strings.Fields(good) {
			if v = strings.Trim(v, "'"); !takes(t, p, v) {
				t.Errorf("%s refuses %q", name, v)
			}
		}
		for _, v := range strings.Fields(bad) {
			if v == "''" {
				v = ""
			}
			if takes(t, p, v) {
				t.Errorf("%s takes %q", name, v)
			}
		}
		for _, v := range []string{"x\ny", "a b c d e f g", "x;y\x00", strings.Repeat("x", 5000)} {
			if takes(t, p, v) {
				t.Errorf("%s takes %.10q", name, v)
			}
		}
		if d, ok := at(p, "Default").(string); ok && !takes(t, p, d) {
			t.Errorf("%s refuses its own default %q", name, d)
		}
	}
	for name := range values {
		if parameters[name] == nil {
			t.Errorf("there is no parameter %s", name)
		}
	}
	if two := "https://a.example.com https://b.example.com"; !takes(t, parameters["SignInOrigins"], two) || takes(t, parameters["SignInOrigins"], two+" "+two+" https://c.example.com") {
		t.Error("SignInOrigins takes up to four")
	}
}

// What contradicts itself is refused before anything is made.
func TestRulesRefuseWhatDoesNotGoTogether(t *testing.T) {
	rules := load(t)["Rules"].(node)
	for name, of := range map[string][]string{"SomebodySignsPeopleIn": {"OidcIssuer", "CognitoDomain"}, "CloudFrontForWhatIsCloudFronts": {"CertificateArn", "CloudFrontWebAclArn", "WithCloudFront"},
		"PrivateOrCloudFront": {"VpcEndpointId", "WithCloudFront"}, "CopiesAreEncrypted": {"EvidenceCopyBucketArn", "EvidenceCopyKeyArn"}} {
		for _, p := range of {
			if !strings.Contains(fmt.Sprint(rules[name]), "Ref:"+p) {
				t.Errorf("%s says nothing of %s", name, p)
			}
		}
		delete(rules, name)
	}
	if len(rules) > 0 {
		t.Errorf("rules without a test: %v", rules)
	}
}

// Data of an earlier stack can take the place of what this one would make, wherever it is named.
func TestWhatExistsIsNamedByItsParameter(t *testing.T) {
	template := load(t)
	resources := template["Resources"].(node)
	for name := range template["Parameters"].(node) {
		of, ok := strings.CutPrefix(name, "Existing")
		if !ok || of == "AuditStream" {
			continue
		}
		if text(resources, of, "Condition") != "New"+of || text(resources, of, "DeletionPolicy") != "Retain" {
			t.Errorf("%s is made although there is one, or goes with its stack", of)
		}
		for at, v := range uses(template, "", of) {
			if !strings.Contains(at, "If[New"+of+"].1") {
				t.Errorf("%s names %s where there may be none: %v", at, of, v)
			}
		}
	}
}

// uses lists the places where a resource is named by Ref, GetAtt or in a text, with the conditions on the way.
func uses(v any, at, name string) map[string]any {
	found := map[string]any{}
	switch v := v.(type) {
	case node:
		for key, value := range v {
			s, _ := value.(string)
			switch {
			case key == "Ref" && s == name, key == "GetAtt" && strings.HasPrefix(s, name+"."),
				key == "Sub" && (strings.Contains(s, "${"+name+"}") || strings.Contains(s, "${"+name+".")), key == "DependsOn" && s == name:
				found[at+"."+key] = v
			}
			step := key
			if key == "If" {
				step = fmt.Sprintf("If[%v]", list(value)[0])
			}
			maps.Copy(found, uses(value, at+"."+step, name))
		}
	case []any:
		for i, value := range v {
			maps.Copy(found, uses(value, fmt.Sprintf("%s.%d", at, i), name))
		}
	}
	return found
}
