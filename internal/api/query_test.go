package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/session"
)

// add puts a session that can be replayed, and returns its id.
func (s *server) add(t *testing.T, row session.Session) string {
	t.Helper()
	if row.ActionAt.IsZero() {
		row.ActionAt = now.Add(-time.Hour)
	}
	row.ID, row.State = session.NewID(row.ActionAt, "gw", row.Name), session.Ready
	rec := &session.Recording{Play: &session.Play{Object: session.Stored{Key: "o", Size: 20}, Index: session.Stored{Key: "i", Size: 4}, Table: session.Stored{Key: "t", Size: 208}}}
	if err := s.index.PutRow(context.Background(), &row, rec); err != nil {
		t.Fatal(err)
	}
	return row.ID
}

// names are those of the sessions that a list finds, in alphabetical order.
func (s *server) names(t *testing.T, query, token string) string {
	t.Helper()
	status, body, _ := s.get(t, "/sessions?"+query, token)
	if status != http.StatusOK {
		t.Fatalf("%s: %d %v", query, status, body)
	}
	var names []string
	for _, item := range body["items"].([]any) {
		names = append(names, item.(map[string]any)["name"].(string))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func TestAParameterThatIsWrongIsNamed(t *testing.T) {
	s := newServer(t)
	for path, want := range map[string]string{
		"/sessions?frm=2026-11-02":                                           `no parameter "frm"`,
		"/sessions?Name=kim":                                                 `no parameter "Name"`,
		"/sessions?not.from=2026-11-02":                                      `no parameter "not.from"`,
		"/sessions?not.not.name=kim":                                         `no parameter "not.not.name"`,
		"/sessions?role=SRE":                                                 `no parameter "role"`,
		"/sessions?" + strings.Repeat("x", 10_000) + "=":                     "…",
		"/sessions?serverOs=Plan+9":                                          `serverOs: "Plan 9" is none of Ubuntu, CentOS`,
		"/sessions?serverOs=Ubuntu&serverOs=Plan+9":                          `serverOs: "Plan 9"`,
		"/sessions?not.protocol=gopher":                                      `protocol: "gopher" is none of SSH`,
		"/sessions?connectedFrom=%22Web%22":                                  "connectedFrom: ",
		"/sessions?name=" + strings.Repeat("x", 10_000):                      "name: a term has at most 512 bytes",
		"/sessions?not.any=" + strings.Repeat("x", 10_000):                   "any: a term has at most 512 bytes",
		"/sessions?any=%ff":                                                  "any: a term is not valid UTF-8",
		"/sessions?account=%22root":                                          "account: the quotes",
		"/sessions?account=x&account=%22ro%22ot%22":                          "account: the quotes",
		"/sessions?clientIp=10.2.0.0/33":                                     `clientIp: "10.2.0.0/33" is no network`,
		"/sessions?not.clientIp=10.2/16":                                     `clientIp: "10.2/16" is no network`,
		"/sessions?" + strings.Repeat("name=x&host=y&", 33):                  "66 terms",
		"/sessions?from=2026-11-02&to=2026-11-01":                            "from is after to",
		"/sessions?from=2026-11-02T00:00:00.001Z&to=2026-11-02T00:00:00Z":    "from is after to",
		"/sessions?from=2026-11-02T00:00:00Z&to=2026-11-02T08:59:59%2B09:00": "from is after to",
		"/sessions?from=2026-13-01":                                          `from: "2026-13-01"`,
		"/sessions?to=2026-02-30":                                            `to: "2026-02-30"`,
		"/sessions?from=":                                                    `from: ""`,
		"/sessions?from=1969-12-31":                                          "from: ",
		"/sessions?to=1764000000":                                            "to: ",
		"/sessions?timeZone=Mars/Base":                                       `timeZone: "Mars/Base"`,
		"/sessions?timeZone=":                                                `timeZone: ""`,
		"/sessions?timeZone=Local":                                           `timeZone: "Local"`,
		"/sessions?timeZone=../../etc/passwd":                                "timeZone: ",
		"/sessions?timeZone=UTC&timeZone=UTC":                                "timeZone cannot be read",
		"/sessions?from=2026-11-01&from=2026-11-02":                          "from cannot be read",
		"/sessions?pageToken=a&pageToken=b":                                  "pageToken cannot be read",
		"/sessions?pageSize=1&pageSize=1":                                    "pageSize cannot be read",
		"/sessions/values?field=name&prefix=a&prefix=b":                      "prefix cannot be read",
		"/sessions?pageSize=0":                                               "pageSize is 0; 1 to 200 are possible",
		"/sessions?pageSize=-1":                                              "pageSize is -1",
		"/sessions?pageSize=10000":                                           "pageSize is 10000",
		"/sessions?pageSize=1e2":                                             "pageSize cannot be read",
		"/sessions?pageSize=99999999999999999999":                            "pageSize cannot be read",
		"/sessions/values":                                                   "field is missing",
		"/sessions/values?field=":                                            `field: "" is none of the search fields`,
		"/sessions/values?field=serverOs":                                    `field: "serverOs" is none`,
		"/sessions/values?field=any":                                         `field: "any" is none`,
		"/sessions/values?field=no":                                          `field: "no" is none`,
		"/sessions/values?field=name&prefx=k":                                `no parameter "prefx"`,
		"/sessions/values?field=name&field=email":                            "field cannot be read",
		"/sessions/values?field=name&prefix=" + strings.Repeat("x", 513):     "prefix has at most 512 bytes",
		"/sessions/new":                                                      "since is missing",
		"/sessions/new?since=":                                               "since",
		"/sessions/new?since=-1":                                             "since is negative",
		"/sessions/new?since=x":                                              "since cannot be read",
		"/sessions/new?since=1&since=2":                                      "since cannot be read",
		"/me?x=1":                                                            `no parameter "x"`,
	} {
		status, body, _ := s.get(t, path, "auditor")
		detail := fmt.Sprint(body["detail"])
		if status != http.StatusBadRequest || body["code"] != "invalid_request" || !strings.Contains(detail, want) || len(detail) > 200 {
			t.Errorf("%.60s: %d %v, want %q", path, status, body, want)
		}
	}
	if len(s.audit.events) > 0 {
		t.Errorf("what was refused was recorded as given: %+v", s.audit.events)
	}
}

func TestTheNewRoutesNeedATokenAndARole(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/sessions?name=kim", "/sessions/values?field=name", "/sessions/values?field=nonsense", "/sessions/new?since=0", "/sessions/new?since=-1"} {
		if status, body, _ := s.get(t, path, ""); status != http.StatusUnauthorized || body["code"] != "unauthenticated" {
			t.Errorf("%s without a token: %d %v", path, status, body)
		}
	}
	for _, path := range []string{"/sessions?name=kim", "/sessions/values?field=name", "/sessions/values?field=nonsense", "/sessions/new?since=0"} {
		if status, body, _ := s.get(t, path, "nobody"); status != http.StatusForbidden || body["code"] != "forbidden" {
			t.Errorf("%s without a role: %d %v", path, status, body)
		}
	}
}

// people puts four sessions.
func people(t *testing.T) *server {
	s := newServer(t)
	for _, row := range []session.Session{
		{Name: "ada", Email: "ada@example.test", Account: "root", ServerName: "web-01", ServerOS: "Windows", Protocol: "RDP", ClientIP: "10.2.3.4", ConnectedFrom: "Web"},
		{Name: "bea", Email: "bea@example.test", Account: "root2", ServerName: "web-02", ServerOS: "Ubuntu", Protocol: "SSH", ClientIP: "10.3.3.4", ConnectedFrom: "Proxy"},
		{Name: "cho", Email: "cho@web-test", Account: "ubuntu", ServerName: "db-01", ServerOS: "Ubuntu", Protocol: "SFTP", ClientIP: "2001:db8::5"},
		{Name: "dan", Account: "100%", ServerName: "db-02", ServerOS: session.ETC, ServerOSRaw: "Plan 9"},
	} {
		s.add(t, row)
	}
	return s
}

func TestAListHoldsWhatAnswersItsConditions(t *testing.T) {
	s := people(t)
	for query, want := range map[string]string{
		"":                                  "ada bea cho dan",
		"name=AD":                           "ada",
		"name=ada&name=cho":                 "ada cho",
		"name=ada&name=cho&serverName=web":  "ada",
		"account=root":                      "ada bea",
		"account=%22root%22":                "ada",
		"account=%22ROOT%22&account=%25":    "ada dan",
		"account=_":                         "",
		"any=web":                           "ada bea cho",
		"any=%22web-01%22&any=%22ubuntu%22": "ada cho",
		"any=10.2.0.0/16":                   "",
		"not.any=web":                       "dan",
		"not.name=ada":                      "bea cho dan",
		"not.name=ada&not.name=bea":         "cho dan",
		"any=web&not.account=root":          "cho",
		"clientIp=10.2.0.0/16":              "ada",
		"clientIp=10.0.0.0/8&clientIp=2001:DB8:0::5": "ada bea cho",
		"not.clientIp=10.0.0.0/8":                    "cho dan",
		"serverOs=windows":                           "ada",
		"serverOs=UBUNTU&serverOs=etc":               "bea cho dan",
		"serverOs=Ubuntu&protocol=sftp":              "cho",
		"not.serverOs=Ubuntu":                        "ada dan",
		"connectedFrom=web&connectedFrom=proxy":      "ada bea",
		"not.connectedFrom=Web":                      "bea cho dan",
		"name=nobody":                                "",

		// An empty term is no condition.
		"name=":                              "ada bea cho dan",
		"any=&email=%20&serverOs=&clientIp=": "ada bea cho dan",
		"name=%22%22":                        "ada bea cho dan",
		"not.name=":                          "ada bea cho dan",
		"not.any=%22%20%22":                  "ada bea cho dan",
		"name=&name=ada":                     "ada",
		"name=%E2%80%8B":                     "ada bea cho dan", // a blank of no width
	} {
		if got := s.names(t, query, "auditor"); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestWhatIsAskedForIsRecorded(t *testing.T) {
	s := people(t)
	s.names(t, url.Values{"name": {"kim", `"a""b"`}, "not.clientIp": {"10.2.3.4/16"}, "serverOs": {"windows"}, "any": {""}, "from": {"2026-11-01"}}.Encode(), "auditor")
	if _, body, _ := s.get(t, "/sessions/values?field=serverName&prefix=web", "auditor"); fmt.Sprint(body["values"]) == "[]" {
		t.Error("there are no values")
	}
	var got []string
	for _, e := range s.audit.events {
		got = append(got, fmt.Sprint(e.Action, " ", e.Person.Subject, " ", e.RequestID, " ", e.Detail))
	}
	want := []string{
		`list ada r-1 map[firstPage:true from:2026-11-01T00:00:00.000Z name:kim | "a""b" not.clientIp:10.2.0.0/16 pageSize:50 serverOs:Windows to:9999-12-31T23:59:59.000Z]`,
		`values ada r-1 map[field:serverName prefix:web]`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestDaysAreThoseOfTheirZone(t *testing.T) {
	s := newServer(t)
	for name, at := range map[string]string{
		"a": "2026-10-31T14:59:59.999Z", // 31 October in Seoul, to its last moment
		"b": "2026-10-31T15:00:00.000Z", // 1 November there
		"c": "2026-11-01T00:00:00.000Z",
		"d": "2026-11-01T04:30:00.000Z", // the day that has 25 hours in New York, from its first
		"e": "2026-11-02T04:59:59.999Z", // to its last
		"f": "2026-11-30T23:59:59.999Z",
		"g": "2026-12-01T00:00:00.000Z",
	} {
		start, err := session.ParseTime(at)
		if err != nil {
			t.Fatal(err)
		}
		s.add(t, session.Session{Name: name, ActionAt: start})
	}
	for query, want := range map[string]string{
		"":                              "c d e f", // the month
		"timeZone=Asia/Seoul":           "b c d e",
		"from=2026-11-01":               "c d e f g",
		"to=2026-11-01":                 "a b",
		"from=2026-11-01&to=2026-11-02": "c d",
		"from=2026-11-01&to=2026-11-02&timeZone=Asia/Seoul":                         "b c d",
		"from=2026-10-31&to=2026-11-01&timeZone=Asia/Seoul":                         "a",
		"from=2026-11-01&to=2026-11-02&timeZone=America/New_York":                   "d e",
		"from=2026-11-01&to=2026-11-01":                                             "",
		"from=2026-11-01T00:00:00%2B09:00&to=2026-11-01":                            "b",
		"from=2026-11-01T00:00:00+09:00&to=2026-11-01":                              "b", // a plus sign that nobody escaped
		"from=2026-11-01T00:00:00Z&to=2026-11-01T04:30:00.001Z&timeZone=Asia/Seoul": "c d",
	} {
		if got := s.names(t, query, "auditor"); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestPagesOfAQueryFollowEachOther(t *testing.T) {
	s := people(t)
	var names []string
	query := "any=web&pageSize=2"
	for range 3 {
		_, body, _ := s.get(t, "/sessions?"+query, "auditor")
		for _, item := range body["items"].([]any) {
			names = append(names, item.(map[string]any)["name"].(string))
		}
		token, more := body["nextPageToken"].(string)
		if !more {
			break
		}
		query = "any=web&pageSize=2&pageToken=" + url.QueryEscape(token)
	}
	if slices.Sort(names); !slices.Equal(names, []string{"ada", "bea", "cho"}) {
		t.Errorf("%q", names)
	}
}
