package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFailures(t *testing.T) {
	report := filepath.Join(t.TempDir(), "unit")
	if err := os.WriteFile(report, []byte(`go: downloading x
{"Action":"build-output","ImportPath":"p/broken","Output":"p/broken/x.go:1: undefined: y\n"}
{"Action":"output","Package":"p/a","Test":"TestGood","Output":"fine\n"}
{"Action":"pass","Package":"p/a","Test":"TestGood"}
{"Action":"output","Package":"p/a","Test":"TestBad","Output":"want 1, got 2\n"}
{"Action":"fail","Package":"p/a","Test":"TestBad"}
{"Action":"output","Package":"p/a","Test":"TestHung","Output":"waiting\n"}
{"Action":"output","Package":"p/a","Output":"panic: test timed out\n"}
{"Action":"fail","Package":"p/a"}
{"Action":"output","Package":"p/b","Output":"ok p/b\n"}
{"Action":"pass","Package":"p/b"}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	if err := failures(report, &got); err != nil {
		t.Fatal(err)
	}
	want := `go: downloading x
== p/broken 
p/broken/x.go:1: undefined: y
== p/a TestBad
want 1, got 2
== p/a TestHung
waiting
== p/a 
panic: test timed out
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}
