package internal_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

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
