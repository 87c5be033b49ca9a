package exporttest_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"testing"

	"tapedeck/internal/export/exporttest"
)

func TestASecretIsFoundInEveryDisguise(t *testing.T) {
	const secret = "canary+sings/\"höher\" & 더 높이"
	for before := range 4 {
		around := "abcd"[:before] + secret + "xyz"
		escaped, err := json.Marshal(around)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{around, base64.StdEncoding.EncodeToString([]byte(around)), base64.URLEncoding.EncodeToString([]byte(around)),
			hex.EncodeToString([]byte(around)), url.QueryEscape(around), url.PathEscape(around), string(escaped)} {
			if len(exporttest.Leaks(secret, "some "+text+" text")) == 0 {
				t.Errorf("not found in %q", text)
			}
		}
	}
	if forms := exporttest.Leaks(secret, "canary+sings/ something else"); len(forms) > 0 {
		t.Errorf("found as %q", forms)
	}
}
