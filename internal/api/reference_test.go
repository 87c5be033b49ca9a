package api_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tapedeck/internal/api"
)

var update = flag.Bool("update", false, "write what is compared")

// schema is as much of a JSON Schema as openapi.yaml uses.
type schema struct {
	Ref         string `yaml:"$ref"`
	Type        any    // a name, or a list of them
	Format      string
	Description string
	Enum        []string
	Items       *schema
	OneOf       []schema `yaml:"oneOf"`
	Required    []string
	Properties  yaml.Node
}

type content map[string]struct{ Schema schema }

type described struct {
	ID          string `yaml:"operationId"`
	Tags        []string
	Summary     string
	Description string
	Parameters  []struct {
		Name, In, Description string
		Required              bool
		Schema                schema
	}
	RequestBody struct{ Content content } `yaml:"requestBody"`
	Responses   map[string]struct {
		Description string
		Content     content
	}
}

type contract struct {
	Info       struct{ Title, Description string }
	Tags       []struct{ Name, Description string }
	Paths      yaml.Node
	Components struct {
		Schemas yaml.Node
	}
}

// pairs gives the members of a mapping in their order.
func pairs(n yaml.Node) func(yield func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

// reference is docs/api.md: openapi.yaml for people.
func reference(t *testing.T) string {
	data, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c contract
	if err := yaml.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\nMade of [openapi.yaml](../internal/api/openapi.yaml) by `go test ./internal/api -run Reference -update`. Paths are below `/api/v1`;\n"+
		"every route but `/health` wants `Authorization: Bearer` with an access token.\n\n%s", c.Info.Title, c.Info.Description)
	for _, tag := range c.Tags {
		fmt.Fprintf(&b, "\n## %s%s\n\n%s\n", strings.ToUpper(tag.Name[:1]), tag.Name[1:], tag.Description)
		for path, methods := range pairs(c.Paths) {
			for method, node := range pairs(*methods) {
				var op described
				if method == "parameters" || node.Decode(&op) != nil || !slices.Contains(op.Tags, tag.Name) {
					continue
				}
				writeOperation(&b, strings.ToUpper(method), path, op)
			}
		}
	}
	b.WriteString("\n## Errors\n\nA problem document ([Problem](#problem)) with one of these codes; `internal` with 500 for whatever is not meant for people.\n\n| status | code |\n|---|---|\n")
	byStatus := map[int][]string{}
	for code, status := range api.Statuses {
		byStatus[status] = append(byStatus[status], "`"+string(code)+"`")
	}
	for _, status := range slices.Sorted(maps.Keys(byStatus)) {
		slices.Sort(byStatus[status])
		fmt.Fprintf(&b, "| %d | %s |\n", status, strings.Join(byStatus[status], ", "))
	}
	b.WriteString("\n## Shapes\n")
	for name, node := range pairs(c.Components.Schemas) {
		var s schema
		if err := node.Decode(&s); err != nil {
			t.Fatal(err)
		}
		writeShape(&b, name, s)
	}
	return b.String()
}

func writeOperation(b *strings.Builder, method, path string, op described) {
	fmt.Fprintf(b, "\n### %s %s\n\n%s\n", method, path, op.Summary)
	if op.Description != "" {
		fmt.Fprintf(b, "\n%s", op.Description)
	}
	if len(op.Parameters) > 0 {
		b.WriteString("\n| parameter | in | |\n|---|---|---|\n")
		for _, p := range op.Parameters {
			must := ""
			if p.Required {
				must = " (required)"
			}
			fmt.Fprintf(b, "| `%s`%s | %s | %s |\n", p.Name, must, p.In, cell(p.Description))
		}
	}
	if s, has := op.RequestBody.Content["application/json"]; has {
		fmt.Fprintf(b, "\nBody: %s\n", kind(s.Schema))
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		if r := op.Responses[status]; status != "default" {
			shape := ""
			for _, c := range r.Content {
				shape = " " + kind(c.Schema)
			}
			fmt.Fprintf(b, "\n%s: %s%s\n", status, cell(r.Description), shape)
		}
	}
}

func writeShape(b *strings.Builder, name string, s schema) {
	fmt.Fprintf(b, "\n### %s\n\n", name)
	if s.Description != "" {
		fmt.Fprintf(b, "%s\n\n", s.Description)
	}
	b.WriteString("| member | type | |\n|---|---|---|\n")
	for member, node := range pairs(s.Properties) {
		var p schema
		if node.Decode(&p) != nil {
			continue
		}
		optional := ""
		if !slices.Contains(s.Required, member) {
			optional = " (optional)"
		}
		fmt.Fprintf(b, "| `%s`%s | %s | %s |\n", member, optional, kind(p), cell(p.Description))
	}
}

// kind is what a schema takes, in a few words.
func kind(s schema) string {
	switch {
	case s.Ref != "":
		name := s.Ref[strings.LastIndex(s.Ref, "/")+1:]
		return fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name))
	case len(s.OneOf) > 0:
		var all []string
		for _, one := range s.OneOf {
			all = append(all, kind(one))
		}
		return strings.Join(all, " or ")
	case len(s.Enum) > 0:
		if s.Enum[0] == "" {
			s.Enum[0] = `""`
		}
		return "`" + strings.Join(s.Enum, "`, `") + "`"
	case s.Items != nil:
		return "list of " + kind(*s.Items)
	}
	switch t := s.Type.(type) {
	case []any:
		return strings.ReplaceAll(strings.Trim(fmt.Sprint(t), "[]"), " ", " or ")
	default:
		return fmt.Sprint(t)
	}
}

func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

func TestTheReferenceIsWhatOpenAPISays(t *testing.T) {
	const path = "../../docs/api.md"
	got := reference(t)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		t.Errorf("docs/api.md is not what openapi.yaml says: go test ./internal/api -run Reference -update (%v)", err)
	}
	for _, op := range operations(t) {
		if !strings.Contains(got, fmt.Sprintf("### %s %s\n", op.method, op.path)) {
			t.Errorf("%s is missing: has it a tag?", op.id)
		}
	}
}
