package session_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tapedeck/internal/session"
)

// The published schema and the parser say the same of the same manifests.
func TestTheSchemaSaysWhatTheParserDoes(t *testing.T) {
	f, err := os.Open("../../docs/manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("manifest.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	object := func(change map[string]any) map[string]any {
		o := map[string]any{"key": "recording.cast", "part": "recording"}
		maps.Copy(o, change)
		return map[string]any{"objects": []any{o}}
	}
	good := map[string]map[string]any{
		"the least":       {},
		"unknown fields":  {"ticket": "CHG-4711"},
		"any port":        {"port": 65535},
		"an unknown word": {"protocol": "KUBE", "clientIp": "somewhere"},
		"an object whole": object(map[string]any{"size": 5, "sha256": strings.Repeat("a", 64)}),
	}
	bad := map[string]map[string]any{
		"another version":       {"version": 2},
		"no uuid":               {"sessionId": "x"},
		"no time":               {"actionAt": "yesterday"},
		"an unknown format":     {"format": "gif"},
		"no objects":            {"objects": []any{}},
		"a port out of bounds":  {"port": 65536},
		"a number for a text":   {"name": 5},
		"another folder":        object(map[string]any{"key": "../x"}),
		"the folder above":      object(map[string]any{"key": ".."}),
		"the manifest itself":   object(map[string]any{"key": "session.json"}),
		"an unknown part":       object(map[string]any{"part": "video"}),
		"a negative size":       object(map[string]any{"size": -1}),
		"a hash in capitals":    object(map[string]any{"sha256": strings.Repeat("A", 64)}),
		"a name with a newline": object(map[string]any{"key": "a\nb"}),
	}
	check := func(name string, change map[string]any, want bool) {
		m := map[string]any{"version": 1, "sessionId": "0b7e0000-0000-4000-8000-000000000001", "actionAt": "2026-11-23T06:04:05.123Z", "format": "asciicast",
			"objects": []any{map[string]any{"key": "recording.cast", "part": "recording"}}}
		maps.Copy(m, change)
		data, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		_, parsed := session.ParseManifest(data)
		if validated := schema.Validate(value); (validated == nil) != want || (parsed == nil) != want {
			t.Errorf("%s: the schema says %v, the parser %v", name, validated, parsed)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(good)) {
		check(name, good[name], true)
	}
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		check(name, bad[name], false)
	}
	for _, field := range []string{"version", "sessionId", "actionAt", "format", "objects"} {
		check("without "+field, map[string]any{field: nil}, false)
	}
}
