package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestTheOfflinePageIsWrittenOnce(t *testing.T) {
	before := offlinePage
	defer func() { offlinePage = before }()
	t.Chdir(t.TempDir())
	offlinePage = []byte("<!doctype html>")
	var out, notes bytes.Buffer
	if err := run(t.Context(), []string{"offline"}, &out, &notes); err != nil || out.String() != "tapedeck-offline.html\n" {
		t.Errorf("%q %v", out.String(), err)
	}
	if data, err := os.ReadFile("tapedeck-offline.html"); err != nil || string(data) != "<!doctype html>" {
		t.Errorf("%q %v", data, err)
	}
	if err := run(t.Context(), []string{"offline"}, &out, &notes); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("again: %v", err)
	}
	out.Reset()
	if err := run(t.Context(), []string{"offline", "-"}, &out, &notes); err != nil || out.String() != "<!doctype html>" {
		t.Errorf("%q %v", out.String(), err)
	}
	offlinePage = nil
	if err := run(t.Context(), []string{"offline", "x.html"}, &out, &notes); err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("a build without it: %v", err)
	}
}
