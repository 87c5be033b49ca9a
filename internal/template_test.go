package internal_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The emulators drop much of a template in silence, so what must be in it is read here, subject by subject
// (template_*_test.go).

type node = map[string]any

func load(t *testing.T) node { return loadFile(t, "../template.yaml") }

// loadFile reads a template with CloudFormation's short tags as maps: !Ref X is {"Ref": "X"}.
func loadFile(t *testing.T, path string) node {
	t.Helper()
	data, err := os.ReadFile(path)
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

// render is a value in words: resources by their names, what an existing resource may stand for by the template's own.
func render(v any) string {
	m, ok := v.(node)
	if !ok {
		return fmt.Sprint(v)
	}
	for what, of := range m {
		args := list(of)
		switch {
		case what == "Ref" || what == "GetAtt":
			return "${" + fmt.Sprint(of) + "}"
		case what == "Sub" && len(args) == 2:
			s := fmt.Sprint(args[0])
			for name, value := range args[1].(node) {
				s = strings.ReplaceAll(s, "${"+name+"}", render(value))
			}
			return s
		case what == "Sub":
			return fmt.Sprint(of)
		case what == "If" && strings.HasPrefix(fmt.Sprint(args[0]), "New"):
			return render(args[1])
		}
	}
	return fmt.Sprint(v)
}

func renderAll(v any) (all []string) {
	for _, e := range list(v) {
		all = append(all, render(e))
	}
	return all
}

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

func TestNothingHasAFixedName(t *testing.T) {
	for name, r := range load(t)["Resources"].(node) {
		for _, p := range []string{"BucketName", "TableName", "FunctionName", "RoleName", "QueueName"} {
			if at(r, "Properties", p) != nil {
				t.Errorf("%s has a %s", name, p)
			}
		}
	}
}
