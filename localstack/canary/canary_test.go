package canary

import (
	"strings"
	"testing"
)

func TestSecretsInLogsAreFound(t *testing.T) {
	for line, want := range map[string]string{
		`{"msg":"fetched","url":"https://b.s3.test/k?X-Amz-Signature=0af1"}`: "a signature in g",
		`{"header":"Bearer abcdefghijklmnopqrstuvwxyz"}`:                     "an authorization in g",
		`{"token":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln"}`:           "a token in g",
		`{"file":"age-encryption.org/v1 -> scrypt"}`:                         "an age header in g",
		`{"msg":"vivid otter canyon plume"}`:                                 "canary 0 in g",
		`{"msg":"7669766964206f747465722063616e796f6e20706c756d65"}`:         "canary 0 in g",
		`not JSON`:                                       "g: \"not JSON\"",
		`START RequestId: 1 Version: $LATEST`:            "",
		`{"msg":"request failed","error":"no such key"}`: "",
	} {
		var f Found
		f.look("g", line, []string{"vivid otter canyon plume"})
		if got := strings.Join(append(f.Secrets, f.NotJSON...), ", "); got != want || (f.Err() != nil) != (want != "") {
			t.Errorf("%s: %q instead of %q, %v", line, got, want, f.Err())
		}
	}
	if new(Found).Err() == nil {
		t.Error("nothing at all passes")
	}
}
