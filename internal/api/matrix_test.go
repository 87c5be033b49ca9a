package api_test

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tapedeck/internal/session"
)

// rule is what an operation promises to whom.
type rule struct {
	roles  []string // who may; nil: everyone who is signed in
	open   bool     // everyone, signed in or not
	whole  bool     // not those who may not see every session
	of     string   // what {id} names: a session, an export, or nothing
	query  string
	body   string
	header []string
	status int // of success
	notYet int // of a session that is not ready; 0: the same as of one that is
}

var (
	everyRole = []string{"auditor", "exporter", "admin"}
	exporters = []string{"exporter", "admin"}
)

// rules has one for each operation of openapi.yaml.
var rules = map[string]rule{
	"getHealth":            {open: true, status: 200},
	"getMe":                {status: 200},
	"listSessions":         {roles: everyRole, status: 200},
	"listValues":           {roles: everyRole, query: "?field=name", status: 200},
	"countNew":             {roles: everyRole, query: "?since=0", status: 200},
	"getSession":           {roles: everyRole, of: "session", status: 200},
	"getPlayback":          {roles: everyRole, of: "session", status: 200, notYet: 409},
	"createRanges":         {roles: everyRole, of: "session", body: `{"segments":[0]}`, status: 200, notYet: 409},
	"createKeys":           {roles: []string{"admin"}, of: "session", body: `{"segments":[0]}`, status: 200, notYet: 409},
	"createDownload":       {roles: exporters, of: "session", status: 200, notYet: 409},
	"createExport":         {roles: exporters, of: "session", body: good, status: 202, notYet: 409},
	"listExports":          {roles: exporters, status: 200},
	"getExport":            {roles: exporters, of: "export", status: 200},
	"cancelExport":         {roles: exporters, of: "export", status: 204},
	"createExportDownload": {roles: exporters, of: "export", status: 200},
	"listAudit":            {roles: []string{"admin"}, whole: true, status: 200},
	"getSettings":          {roles: []string{"admin"}, status: 200},
	"putSettings": {roles: []string{"admin"}, header: []string{"If-Match", `"1"`}, status: 200,
		body: `{"exportEncryption":"notRequired","playbackLimitBytes":1000,"timeZone":"UTC","retentionDays":400}`},
}

type operation struct{ id, method, path string }

// operations are those of openapi.yaml.
func operations(t *testing.T) (all []operation) {
	data, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var contract struct {
		Paths map[string]map[string]yaml.Node
	}
	if err := yaml.Unmarshal(data, &contract); err != nil {
		t.Fatal(err)
	}
	for path, methods := range contract.Paths {
		for method, node := range methods {
			if method == "parameters" {
				continue
			}
			var op struct {
				ID string `yaml:"operationId"`
			}
			if err := node.Decode(&op); err != nil {
				t.Fatal(err)
			}
			all = append(all, operation{op.ID, strings.ToUpper(method), path})
		}
	}
	return all
}

func TestEveryOperationHasARule(t *testing.T) {
	var ids []string
	for _, op := range operations(t) {
		ids = append(ids, op.id)
	}
	slices.Sort(ids)
	if want := slices.Sorted(maps.Keys(rules)); !slices.Equal(ids, want) {
		t.Errorf("openapi.yaml has %q, the rules %q", ids, want)
	}
}

// matrix is a desk on which nothing forbids what roles allow.
type matrix struct {
	*desk
	t        *testing.T
	sessions map[session.State]string
	exports  map[string]string // by person
}

func newMatrix(t *testing.T) *matrix {
	m := &matrix{newDesk(t), t, map[session.State]string{}, map[string]string{}}
	if status, p, _ := m.ask("admin", "PUT", "/settings", `{"exportEncryption":"notRequired","playbackLimitBytes":1000,"timeZone":"UTC","retentionDays":400}`, "If-Match", `"0"`); status != 200 {
		t.Fatalf("%d %v", status, p)
	}
	for _, state := range []session.State{session.Waiting, session.Incomplete, session.Unreadable, session.Ready, session.Expired} {
		m.sessions[state] = m.put(state)
	}
	return m
}

// export is a finished one of a person's own.
func (m *matrix) export(who string) string {
	if id, made := m.exports[who]; made {
		return id
	}
	status, started, _ := m.ask(who, "POST", "/sessions/"+m.sessions[session.Ready]+"/exports", good)
	if status != 202 {
		m.t.Fatalf("%s: %d %v", who, status, started)
	}
	m.work()
	m.exports[who] = started["exportId"].(string)
	return m.exports[who]
}

func (m *matrix) try(who string, op operation, id string) int {
	m.t.Helper()
	r := rules[op.id]
	path := strings.ReplaceAll(op.path, "{id}", url.PathEscape(id)) + r.query
	status, p, head := m.ask(who, op.method, path, r.body, r.header...)
	if head.Get("Cache-Control") != "no-store" || head.Get("X-Content-Type-Options") != "nosniff" {
		m.t.Errorf("%s %s: headers %v", op.method, path, head)
	}
	if status >= 400 && (head.Get("Content-Type") != "application/problem+json" || p["code"] == nil || p["requestId"] != "r-1") {
		m.t.Errorf("%s %s: %d is no problem document: %v", op.method, path, status, p)
	}
	return status
}

// Each route, with no token, each role and a limited person, of each state of a session.
func TestRoutesByRoleScopeAndState(t *testing.T) {
	tried := 0
	for _, op := range operations(t) {
		t.Run(op.id, func(t *testing.T) {
			m, r := newMatrix(t), rules[op.id]
			id := func(who string) string {
				switch {
				case r.of == "session":
					return m.sessions[session.Ready]
				case r.of == "export" && slices.Contains(exporters, who):
					return m.export(who)
				case r.of == "export":
					return m.export("e1")
				}
				return ""
			}
			expect := func(who, id string, want int, why string) {
				t.Helper()
				tried++
				if got := m.try(who, op, id); got != want {
					t.Errorf("%s, %s: %d instead of %d", who, why, got, want)
				}
			}
			unknown := 401
			if r.open {
				unknown = r.status
			}
			expect("", id(""), unknown, "no token")
			expect("somebody", id(""), unknown, "a token that is refused")
			for _, who := range append(everyRole, "nobody") {
				want := r.status
				if r.roles != nil && !slices.Contains(r.roles, who) {
					want = 403
				}
				refusals := m.log.Count(session.ActRefused)
				expect(who, id(who), want, "as its role says")
				if refused := m.log.Count(session.ActRefused) - refusals; (want == 403) != (refused == 1) {
					t.Errorf("%s: %d refusals in the audit log", who, refused)
				}
			}
			may := "admin"
			for _, strange := range []string{session.NewID(now, "gw", "unknown"), "..", "a/../b", strings.Repeat("9", 2000), "R#x", "\u0000", "%2e%2e", "日本語"} {
				if r.of != "" {
					expect(may, strange, 404, fmt.Sprintf("id %.20q", strange))
				}
			}
			if r.whole {
				expect(may+" of web servers", "", 403, "limited")
			}
			if r.of == "session" {
				expect(may+" of web servers", m.sessions[session.Ready], 404, "out of scope")
				for state, id := range m.sessions {
					want := r.status
					if state != session.Ready && r.notYet != 0 {
						want = r.notYet
					}
					expect(may, id, want, string(state))
					expect(may+" of web servers", id, 404, "out of scope, "+string(state))
				}
			}
			if r.body != "" {
				path := strings.ReplaceAll(op.path, "{id}", id(may))
				if status, p, _ := m.ask(may, op.method, path, `{"surprise":true}`, r.header...); status != 400 || p["detail"] != `there is no member "surprise"` {
					t.Errorf("a body with another member: %d %v", status, p)
				}
			}
			if r.of == "export" {
				expect("e2", m.export("e1"), 404, "another's")
				expect(may, m.export("e1"), 404, "another's, an administrator")
			}
		})
	}
	if tried < 190 {
		t.Errorf("tried %d", tried)
	}
}
