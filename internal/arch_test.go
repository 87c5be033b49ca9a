// Package internal_test holds what is true of the whole source: who may import whom, and what the template promises.
package internal_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type pkg struct {
	ImportPath string
	Imports    []string
	Dir        string
	GoFiles    []string
}

// packages lists the module's packages by their path within it.
func packages(t *testing.T) map[string]pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Dir,GoFiles", "tapedeck/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]pkg{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimPrefix(p.ImportPath, "tapedeck/")] = p
	}
	if len(found) < 30 {
		t.Fatalf("found %d packages", len(found))
	}
	return found
}

// within reports whether a package is one of the folders, or lies in one.
func within(path string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return path == f || strings.HasPrefix(path, f+"/") })
}

func TestTheArrowsOfTheArchitecture(t *testing.T) {
	adapters := []string{"internal/index", "internal/archive", "internal/audit", "internal/queue", "internal/settings", "internal/jobs", "internal/keys", "internal/seal", "internal/events"}
	useCases := []string{"internal/ingest", "internal/playback", "internal/catalog", "internal/reconcile", "internal/export", "internal/activity", "internal/archiving", "internal/api"}
	outer := []string{"functions", "cmd", "localstack"}
	awsMay := slices.Concat(adapters, outer, []string{"internal/awsenv", "internal/archiving"})
	looked := 0
	for path, p := range packages(t) {
		for _, to := range p.Imports {
			own, ours := strings.CutPrefix(to, "tapedeck/")
			looked++
			switch {
			case within(path, "internal/session", "internal/terminal", "internal/metrics") && (ours || strings.Contains(strings.Split(to, "/")[0], ".")):
				t.Errorf("%s imports %s: nouns, metrics and the terminal import the standard library only", path, to)
			case within(path, adapters...) && ours && within(own, slices.Concat(adapters, useCases)...) && !within(own, strings.Join(strings.Split(path, "/")[:2], "/")):
				t.Errorf("%s imports %s: adapters know neither each other nor a use case", path, to)
			case within(path, "internal/seal") && ours:
				t.Errorf("%s imports %s: sealing knows bytes only", path, to)
			case within(path, "internal/tape", "internal/reel", "internal/ledger", "internal/recording", "internal/terminal", "internal/display", "internal/encode") && ours && !within(own, "internal/recording", "internal/tape", "internal/reel", "internal/ledger", "internal/terminal", "internal/display"):
				t.Errorf("%s imports %s: recordings know readers and writers only", path, to)
			case strings.HasPrefix(to, "github.com/aws/aws-sdk-go-v2") && !within(path, awsMay...):
				t.Errorf("%s imports %s: AWS is for adapters and what wires them", path, to)
			case strings.HasPrefix(to, "github.com/aws/aws-lambda-go") && !within(path, "functions", "internal/lambdahttp"):
				t.Errorf("%s imports %s: events end in functions and lambdahttp", path, to)
			case !within(path, outer...) && ours && within(own, outer...):
				t.Errorf("%s imports %s: nothing imports a program", path, to)
			}
		}
	}
	if looked < 200 {
		t.Errorf("looked at %d imports", looked)
	}
}

func TestOnlyAwsenvReadsTheEnvironment(t *testing.T) {
	readers := 0
	for path, p := range packages(t) {
		for _, file := range p.GoFiles {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "os" && slices.Contains([]string{"Getenv", "LookupEnv", "Environ"}, s.Sel.Name) {
					if within(path, "internal/awsenv", "localstack") {
						readers++
					} else {
						t.Errorf("%s/%s reads the environment", path, file)
					}
				}
				return true
			})
		}
	}
	if readers == 0 {
		t.Error("nobody reads the environment: this test looks at the wrong thing")
	}
}

func TestOneFolderIsOneFunctionIsOneResource(t *testing.T) {
	folders, err := filepath.Glob("../functions/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range folders {
		name := filepath.Base(filepath.Dir(path))
		names = append(names, name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(data), "\n"); n > 70 {
			t.Errorf("%s has %d lines", path, n)
		}
		if _, err := os.Stat("../functions/" + name + "/testdata/event.json"); err != nil {
			t.Error(err)
		}
	}
	var resources []string
	for _, f := range ofType(load(t), "AWS::Serverless::Function") {
		resources = append(resources, strings.TrimPrefix(text(f, "Properties", "CodeUri"), "dist/"))
	}
	slices.Sort(resources)
	if len(names) < 6 || !slices.Equal(names, resources) {
		t.Errorf("folders %q, resources %q", names, resources)
	}
}
