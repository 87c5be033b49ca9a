package engine

import (
	"bytes"
	"os"
	"regexp"
	"testing"
)

// For LocalStack a function must not name its alarm, nor anything else be another.
func TestWhatLocalStackGetsHasNoCircle(t *testing.T) {
	template, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got := withoutAlarms(template, "/somewhere")
	if bytes.Contains(got, []byte("Preference: {Alarms")) || bytes.Count(template, []byte("Preference: {Alarms")) < 9 {
		t.Error("a function names its alarm, or none ever did")
	}
	if !bytes.Contains(got, []byte("CodeUri: /somewhere/dist/sessions\n")) || bytes.Contains(got, []byte("CodeUri: dist/")) {
		t.Error("a path does not lead from the root")
	}
	same := regexp.MustCompile(`(?m)^ +(DeploymentPreference: \{Alarms|CodeUri: ).*\n`)
	if !bytes.Equal(same.ReplaceAll(got, nil), same.ReplaceAll(template, nil)) {
		t.Error("something else was changed")
	}
}
