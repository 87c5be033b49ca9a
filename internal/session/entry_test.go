package session

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

func TestEveryActIsAmongTheActsAndInTheContract(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var constants []Act
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "Act") && len(v.Values) == 1 {
			if literal, ok := v.Values[0].(*ast.BasicLit); ok {
				s, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				constants = append(constants, Act(s))
			}
		}
		return true
	})
	if len(constants) < 15 || len(constants) != len(Acts) || slices.ContainsFunc(constants, func(a Act) bool { return !slices.Contains(Acts, a) }) {
		t.Errorf("the constants are %q, Acts %q", constants, Acts)
	}
	data, err := os.ReadFile("../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var contract struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Enum []Act }
			}
		}
	}
	if err := yaml.Unmarshal(data, &contract); err != nil {
		t.Fatal(err)
	}
	if enum := contract.Components.Schemas["AuditEntry"].Properties["action"].Enum; !slices.Equal(enum, Acts) {
		t.Errorf("openapi.yaml has %q, Acts are %q", enum, Acts)
	}
}

func TestTwoDaysAreThoseOfTheZone(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		now      string
		zone     *time.Location
		from, to string
	}{
		{"2026-11-24T12:00:00Z", time.UTC, "2026-11-23T00:00:00.000Z", "2026-11-25T00:00:00.000Z"},
		{"2026-11-24T16:00:00Z", seoul, "2026-11-23T15:00:00.000Z", "2026-11-25T15:00:00.000Z"},
		{"2026-03-01T00:30:00Z", seoul, "2026-02-27T15:00:00.000Z", "2026-03-01T15:00:00.000Z"},
		{"2026-03-29T12:00:00Z", berlin, "2026-03-27T23:00:00.000Z", "2026-03-29T22:00:00.000Z"}, // a day of 23 hours
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if from, to := TwoDays(now, c.zone); FormatTime(from) != c.from || FormatTime(to) != c.to {
			t.Errorf("%s in %s: %s to %s", c.now, c.zone, FormatTime(from), FormatTime(to))
		}
	}
}
