package api_test

import (
	"strings"
	"testing"

	"tapedeck/internal/session"
)

func TestABodyThatIsNotUnderstoodStartsNothing(t *testing.T) {
	d := newDesk(t)
	notRequired := `{"exportEncryption":"notRequired","playbackLimitBytes":1,"timeZone":"UTC","retentionDays":400}`
	if status, p, _ := d.ask("admin", "PUT", "/settings", notRequired, "If-Match", `"0"`); status != 200 {
		t.Fatalf("%d %v", status, p)
	}
	exports := "/sessions/" + d.put(session.Ready) + "/exports"
	for name, c := range map[string]struct{ method, path, body, says string }{
		"a misspelt passphrase":       {"POST", exports, `{"passphras":"vivid-otter-canyon-plume-ledger-frost"}`, `there is no member "passphras"`},
		"in capitals":                 {"POST", exports, `{"Passphrase":"vivid-otter-canyon-plume-ledger-frost"}`, `there is no member "Passphrase"`},
		"a passphrase that is null":   {"POST", exports, `{"passphrase":null}`, `the member "passphrase" may not be null`},
		"two passphrases":             {"POST", exports, `{"passphrase":"vivid-otter-canyon-plume","passphrase":""}`, `the member "passphrase" is there twice`},
		"nothing":                     {"POST", exports, ``, `the request cannot be read`},
		"null":                        {"POST", exports, `null`, `the body is not a JSON object`},
		"a list":                      {"POST", exports, `[]`, `the body is not a JSON object`},
		"a number as passphrase":      {"POST", exports, `{"passphrase":123456789012345678}`, `the request cannot be read`},
		"a very long name":            {"POST", exports, `{"` + strings.Repeat("x", 5000) + `":1}`, `there is no member "` + strings.Repeat("x", 20)},
		"settings without a limit":    {"PUT", "/settings", `{"exportEncryption":"required","timeZone":"UTC","retentionDays":400}`, `the member "playbackLimitBytes" is missing`},
		"settings without a zone":     {"PUT", "/settings", `{"exportEncryption":"required","playbackLimitBytes":1,"retentionDays":400}`, `the member "timeZone" is missing`},
		"settings with more":          {"PUT", "/settings", notRequired[:len(notRequired)-1] + `,"retention":1}`, `there is no member "retention"`},
		"settings with days of null":  {"PUT", "/settings", strings.Replace(notRequired, "400", "null", 1), `the member "retentionDays" may not be null`},
		"settings that are not there": {"PUT", "/settings", `{}`, `is missing`},
	} {
		t.Run(name, func(t *testing.T) {
			status, p, _ := d.ask("admin", c.method, c.path, c.body, "If-Match", `"1"`)
			if detail, _ := p["detail"].(string); status != 400 || p["code"] != "invalid_request" || !strings.Contains(detail, c.says) || len(detail) > 200 {
				t.Errorf("%d %v", status, p)
			}
		})
	}
	if _, list, _ := d.ask("admin", "GET", "/exports", ""); len(list["items"].([]any)) != 0 {
		t.Errorf("jobs: %v", list)
	}
	if _, s, head := d.ask("admin", "GET", "/settings", ""); s["playbackLimitBytes"] != 1.0 || head.Get("ETag") != `"1"` {
		t.Errorf("settings: %v %v", s, head)
	}
}
