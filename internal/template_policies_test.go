package internal_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tapedeck/internal/archive"
)

var update = flag.Bool("update", false, "write goldens and generated documents anew")

// role is what a role may do, with the names of the template's resources: "${AuditTable.Arn}".
type role struct {
	Role       string      `json:"role"`
	AssumedBy  []string    `json:"assumedBy"`
	Statements []statement `json:"statements"`
}

type statement struct {
	Sid       string   `json:"sid"`
	Actions   []string `json:"actions"`
	Resources []string `json:"resources"`
	When      []string `json:"when,omitempty"` // conditions, all of which must hold
}

// roles reads all roles, with the policies that are attached to them by resources of their own.
func roles(t *testing.T, template node) map[string]role {
	t.Helper()
	all := map[string]role{}
	for name, r := range ofType(template, "AWS::IAM::Role") {
		if at(r, "Properties", "ManagedPolicyArns") != nil {
			t.Errorf("%s has policies that AWS writes", name)
		}
		of := role{Role: name}
		for _, s := range list(at(r, "Properties", "AssumeRolePolicyDocument", "Statement")) {
			for _, kind := range []string{"Service", "AWS"} {
				of.AssumedBy = append(of.AssumedBy, renderAll(at(s, "Principal", kind))...)
			}
		}
		for _, p := range list(at(r, "Properties", "Policies")) {
			of.Statements = append(of.Statements, allowed(t, name, at(p, "PolicyDocument"))...)
		}
		for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"} {
			attached := ofType(template, kind)
			for _, p := range slices.Sorted(maps.Keys(attached)) {
				if properties := attached[p]["Properties"]; slices.Contains(renderAll(at(properties, "Roles")), "${"+name+"}") {
					of.Statements = append(of.Statements, allowed(t, name, at(properties, "PolicyDocument"))...)
				}
			}
		}
		all[name] = of
	}
	return all
}

func TestEachRoleCanBeBounded(t *testing.T) {
	for name, r := range ofType(load(t), "AWS::IAM::Role") {
		if text(r, "Properties", "PermissionsBoundary", "If") != "[HasBoundary map[Ref:PermissionsBoundaryArn] map[Ref:AWS::NoValue]]" {
			t.Errorf("%s has no bound", name)
		}
	}
}

func allowed(t *testing.T, name string, document any) (all []statement) {
	t.Helper()
	for _, s := range list(at(document, "Statement")) {
		of := statement{Sid: text(s, "Sid"), Actions: renderAll(at(s, "Action")), Resources: renderAll(at(s, "Resource"))}
		if text(s, "Effect") != "Allow" || at(s, "Sid") == nil || len(of.Actions) == 0 || len(of.Resources) == 0 {
			t.Errorf("%s: a statement without a name, or of another form: %v", name, s)
		}
		conditions, _ := at(s, "Condition").(node)
		for operator, keys := range conditions {
			for key, value := range keys.(node) {
				of.When = append(of.When, fmt.Sprintf("%s %s %s", key, operator, strings.Join(renderAll(value), " or ")))
			}
		}
		slices.Sort(of.When)
		all = append(all, of)
	}
	return all
}

// functionRoles is the role of each function, by the name of its folder.
func functionRoles(template node) map[string]string {
	of := map[string]string{}
	for _, f := range ofType(template, "AWS::Serverless::Function") {
		of[strings.TrimPrefix(text(f, "Properties", "CodeUri"), "dist/")] = strings.TrimSuffix(text(f, "Properties", "Role", "GetAtt"), ".Arn")
	}
	return of
}

func TestEachFunctionHasARoleOfItsOwn(t *testing.T) {
	template := load(t)
	all, seen := roles(t, template), map[string]string{}
	for function, name := range functionRoles(template) {
		r, ok := all[name]
		if !ok {
			t.Errorf("%s has no role in the template: %q", function, name)
			continue
		}
		if other := seen[name]; other != "" {
			t.Errorf("%s and %s share a role", function, other)
		}
		seen[name] = function
		if text(template, "Resources", name, "Condition") != text(template, "Resources", strings.TrimSuffix(name, "Role")+"Function", "Condition") {
			t.Errorf("%s is there without its function, or the other way round", name)
		}
		if !slices.Equal(r.AssumedBy, []string{"lambda.amazonaws.com"}) {
			t.Errorf("%s can be assumed by %q", name, r.AssumedBy)
		}
		log := strings.TrimSuffix(name, "Role") + "Log"
		if !slices.ContainsFunc(r.Statements, func(s statement) bool {
			return s.Sid == "Log" && slices.Equal(s.Resources, []string{"${" + log + ".Arn}"})
		}) {
			t.Errorf("%s may not write its log, or another", name)
		}
	}
}

func TestNoRoleMayDoMoreThanItsOwn(t *testing.T) {
	for name, r := range roles(t, load(t)) {
		for _, s := range r.Statements {
			for _, a := range s.Actions {
				for _, on := range s.Resources {
					deletes := strings.HasPrefix(a, "s3:Delete") || strings.HasPrefix(a, "s3:Bypass")
					switch {
					case strings.Contains(a, "*"):
						t.Errorf("%s may do %s", name, a)
					case on == "*" && !strings.HasPrefix(a, "xray:") && a != "dynamodb:ListStreams" && a != "cloudwatch:DescribeAlarms": // these have no resource
						t.Errorf("%s may do %s to everything", name, a)
					case deletes && name != "RetentionRole" && !strings.HasPrefix(on, "${ExportsBucket.Arn}/"):
						t.Errorf("%s may do %s by itself", name, a)
					case strings.Contains(on, "AuditTable") && a != "dynamodb:PutItem" && on != "${AuditTable.Arn}/stream/*" && (a != "dynamodb:Query" || name != "AuditRole"):
						t.Errorf("%s may do %s to the audit log", name, a)
					case strings.HasPrefix(a, "kms:") && len(s.When) == 0:
						t.Errorf("%s may do %s for any purpose", name, a)
					case strings.HasPrefix(a, "iam:"), strings.HasPrefix(a, "s3:PutBucket"), strings.HasPrefix(a, "s3:PutLifecycle"):
						t.Errorf("%s may do %s", name, a)
					}
				}
			}
		}
	}
}

func TestRolesThatSignAndDeleteAreAssumedByOneFunction(t *testing.T) {
	all := roles(t, load(t))
	for name, by := range map[string]string{"SignerRole": "PlaybackRole", "DownloadSignerRole": "ExportsRole", "RetentionRole": "ReconcilerRole"} {
		if !slices.Equal(all[name].AssumedBy, []string{"${" + by + ".Arn}"}) {
			t.Errorf("%s can be assumed by %q", name, all[name].AssumedBy)
		}
		for who, r := range all {
			for _, s := range r.Statements {
				if slices.Contains(s.Actions, "sts:AssumeRole") && slices.Contains(s.Resources, "${"+name+".Arn}") != (who == by) {
					t.Errorf("%s may assume %q", who, s.Resources)
				}
			}
		}
	}
}

// Policies are reviewed as they change: each role's is a file, and docs/policies.md has all of them.
func TestPoliciesAreThoseThatWereReviewed(t *testing.T) {
	template := load(t)
	all := roles(t, template)
	file := map[string]string{} // by role
	for function, name := range functionRoles(template) {
		file[name] = function
	}
	var known []string
	for name, r := range all {
		if file[name] == "" {
			file[name] = kebab(strings.TrimSuffix(name, "Role"))
		}
		data, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		path := "testdata/policies/" + file[name] + ".json"
		golden(t, path, append(data, '\n'))
		known = append(known, path)
	}
	there, err := filepath.Glob("testdata/policies/*")
	if err != nil || len(there) != len(known) {
		t.Errorf("there are %q, and roles for %q", there, known)
	}
	golden(t, "../docs/policies.md", []byte(policiesDocument(all, file)))
}

func policiesDocument(all map[string]role, file map[string]string) string {
	var b strings.Builder
	b.WriteString(`# Who may do what in AWS

Generated from template.yaml (` + "`go test ./internal -run Policies -update`" + `); a test compares. Each function has a role of its own, which can do
what its code does and no more. The local stack enforces these policies and those of the buckets, and an end-to-end run in which a role is refused anything fails.
` + "`${Name}`" + ` is a resource of the template, or the existing one that takes its place.
`)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.SortFunc(names, func(x, y string) int { return strings.Compare(file[x], file[y]) })
	for _, name := range names {
		r := all[name]
		fmt.Fprintf(&b, "\n## %s\n\n`%s`, assumed by %s.\n\n| statement | may | on | when |\n|---|---|---|---|\n", file[name], name, code(r.AssumedBy))
		for _, s := range r.Statements {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", s.Sid, code(s.Actions), code(s.Resources), code(s.When))
		}
	}
	return b.String()
}

func code(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "`" + strings.Join(words, "` `") + "`"
}

// golden compares bytes with a file, or writes it with -update.
func golden(t *testing.T, path string, want []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != string(want) {
		t.Errorf("%s is not what template.yaml says (-update writes it): %v", path, err)
	}
}

// kebab is DownloadSigner as download-signer.
func kebab(name string) string {
	var b strings.Builder
	for i, c := range name {
		if i > 0 && c >= 'A' && c <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteRune(c)
	}
	return strings.ToLower(b.String())
}

// What players are given must not be any original: keys that were typed are among them. Films are, by the ends of their names.
func TestPlayersAreGivenWhatWasDerivedAndFilms(t *testing.T) {
	golden, err := os.ReadFile("testdata/policies/signer.json")
	if err != nil {
		t.Fatal(err)
	}
	const films = "${EvidenceBucket.Arn}/sessions/*/original/*"
	ends := regexp.MustCompile(regexp.QuoteMeta(films)+`(\.\w+)"`).FindAllStringSubmatch(string(golden), -1)
	if n := strings.Count(string(golden), "${EvidenceBucket.Arn}"); len(ends) != 3 || n != len(ends) {
		t.Errorf("%d ends of films, %d resources that are originals", len(ends), n)
	}
	for _, name := range []string{"a.mp4", "a.webm", "A.MP4", "a"} {
		key := archive.VideoKey("id", "attempt", 1, name)
		if !slices.ContainsFunc(ends, func(end []string) bool { return strings.HasSuffix(key, end[1]) }) {
			t.Errorf("a film that was called %s is kept as %s, and cannot be given", name, key)
		}
	}
}
