package internal_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Statement 13 of what tests must hold: role, end, log with an end, processor and traces (the role: template_policies_test.go).
func TestEachFunctionHasItsLimits(t *testing.T) {
	template := load(t)
	globals := at(template, "Globals", "Function")
	if text(globals, "Tracing") != "Active" || text(globals, "Architectures") != "[map[Ref:Architecture]]" || text(template, "Parameters", "Architecture", "Default") != "arm64" {
		t.Error("functions are not traced, or not of arm64")
	}
	if text(globals, "AutoPublishAlias") != "live" || text(globals, "AutoPublishAliasAllProperties") != "true" || text(globals, "DeploymentPreference", "Enabled", "Ref") != "GradualDeployment" {
		t.Error("updates are not gradual")
	}
	groups := ofType(template, "AWS::Logs::LogGroup")
	functions := ofType(template, "AWS::Serverless::Function")
	seen := map[string]bool{}
	for name, f := range functions {
		p := f["Properties"]
		if seconds := timeout(t, template, name); seconds < 1 || seconds > 900 {
			t.Errorf("%s may run for %d s", name, seconds)
		}
		group := text(p, "LoggingConfig", "LogGroup", "Ref")
		if text(groups[group], "Properties", "RetentionInDays", "Ref") != "LogRetentionDays" || text(p, "LoggingConfig", "LogFormat") != "JSON" || seen[group] {
			t.Errorf("%s has no JSON log of its own with an end", name)
		}
		seen[group] = true
		if alarms := list(at(p, "DeploymentPreference", "Alarms")); len(alarms) == 0 && name != "AuthorizerFunction" {
			t.Errorf("an update of %s is never taken back", name)
		}
		for _, own := range []string{"Policies", "Tracing", "Architectures", "AutoPublishAlias"} {
			if at(p, own) != nil {
				t.Errorf("%s has its own %s", name, own)
			}
		}
	}
	if len(functions) < 9 {
		t.Errorf("%d functions", len(functions))
	}
	for name, g := range groups {
		if at(g, "Properties", "RetentionInDays") == nil {
			t.Errorf("%s has no end", name)
		}
	}
}

// timeout of a function, in seconds.
func timeout(t *testing.T, template node, name string) int {
	t.Helper()
	v := at(template, "Resources", name, "Properties", "Timeout")
	if v == nil {
		v = at(template, "Globals", "Function", "Timeout")
	}
	seconds, err := strconv.Atoi(v.(string))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return seconds
}

func TestTheCommandLineCanFindTheReconciler(t *testing.T) {
	if got := text(load(t), "Outputs", "ReconcilerFunction", "Value", "Ref"); got != "ReconcilerFunction.Alias" {
		t.Errorf("the output is %s", got)
	}
}

// A page that the user pool does not know could not sign anybody in; nor could the command line at another port than deploy.sh says.
func TestTheUserPoolKnowsEachPage(t *testing.T) {
	script, err := os.ReadFile("../infra/deploy.sh")
	if err != nil {
		t.Fatal(err)
	}
	port := regexp.MustCompile(`(?m)^\s+port=(\d+) `).FindSubmatch(script)
	if port == nil {
		t.Fatal("deploy.sh names no port")
	}
	data, err := os.ReadFile("../web/vite.config.ts")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"${AppOrigin}/", "http://localhost:" + string(port[1]) + "/callback"}
	for _, m := range regexp.MustCompile(`"(\w+\.html)"`).FindAllStringSubmatch(string(data), -1) {
		if m[1] != "index.html" && !slices.Contains(want, "${AppOrigin}/"+m[1]) {
			want = append(want, "${AppOrigin}/"+m[1])
		}
	}
	have := renderAll(at(load(t), "Resources", "UserPoolClient", "Properties", "CallbackURLs"))
	slices.Sort(have)
	if slices.Sort(want); !slices.Equal(have, want) || len(want) < 6 {
		t.Errorf("the pool knows %q, and there are %q", have, want)
	}
}

// Statement 14: the stage is throttled and its log says nothing of what was searched for.
func TestTheStageIsThrottledAndItsLogHasNoQueries(t *testing.T) {
	apis := ofType(load(t), "AWS::Serverless::Api")
	for name, api := range apis {
		p := api["Properties"]
		settings := list(at(p, "MethodSettings"))
		if len(settings) != 1 || text(settings[0], "ResourcePath") != "/*" || text(settings[0], "HttpMethod") != "*" ||
			at(settings[0], "ThrottlingRateLimit") == nil || at(settings[0], "ThrottlingBurstLimit") == nil || text(settings[0], "DataTraceEnabled") != "false" {
			t.Errorf("%s: %v", name, settings)
		}
		format := text(list(at(p, "AccessLogSetting", "If"))[1], "Format")
		for _, never := range []string{"$context.path\"", "$context.resourceId", "querystring", "header", "$input", "authorizer.claims", "requestOverride"} {
			if strings.Contains(format, never) {
				t.Errorf("%s logs %s", name, never)
			}
		}
		if !strings.Contains(format, "$context.resourcePath") || !strings.Contains(format, "$context.authorizer.principalId") {
			t.Errorf("%s does not log who asked for what: %s", name, format)
		}
		if text(p, "TracingEnabled") != "true" || text(p, "Auth", "DefaultAuthorizer") != "AccessToken" {
			t.Errorf("%s: no traces, or no authorizer", name)
		}
	}
	if len(apis) != 1 {
		t.Errorf("%d APIs", len(apis))
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

// Statement 12 for the queues that functions read: a message is not seen again while a function may be at it.
func TestMessagesAreHiddenWhileTheyAreWorkedAt(t *testing.T) {
	template := load(t)
	var read []string
	for name, f := range ofType(template, "AWS::Serverless::Function") {
		events, _ := at(f, "Properties", "Events").(node)
		for _, e := range events {
			if text(e, "Type") != "SQS" {
				continue
			}
			queue := strings.TrimSuffix(text(e, "Properties", "Queue", "GetAtt"), ".Arn")
			read = append(read, queue)
			hidden, err := strconv.Atoi(text(template, "Resources", queue, "Properties", "VisibilityTimeout"))
			if err != nil {
				t.Fatal(err)
			}
			least := 6 * timeout(t, template, name)
			if text(e, "Properties", "BatchSize") == "1" { // and the function has a lease
				least = timeout(t, template, name)
			}
			if hidden < least {
				t.Errorf("%s hides messages for %d s, %s needs %d", queue, hidden, name, least)
			}
			if !strings.Contains(text(e, "Properties", "FunctionResponseTypes"), "ReportBatchItemFailures") {
				t.Errorf("%s fails for the whole batch", name)
			}
		}
	}
	if slices.Sort(read); !slices.Equal(read, []string{"ArchiveQueue", "ExportQueue", "IngestQueue"}) {
		t.Errorf("read are %q", read)
	}
}
