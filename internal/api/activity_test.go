package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"tapedeck/internal/activity"
	"tapedeck/internal/api"
	"tapedeck/internal/audit/audittest"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
)

type auditPage struct {
	Items          []map[string]any
	NextPageToken  *string
	Complete       bool
	SearchedBackTo *string
	Code, Detail   string
}

// newLog is the API of the audit log, in Seoul. A token is the role of who comes with it.
func newLog(t *testing.T) (log *audittest.Memory, clock *time.Time, ask func(token, query string) (int, auditPage)) {
	at := now
	log = audittest.NewMemory(func() time.Time { return at })
	verify := func(_ context.Context, token string) (session.Person, error) {
		return session.Person{Subject: "local-" + token, Name: "Mina", Email: "mina@example.test", Roles: []session.Role{session.Role(token)}}, nil
	}
	a := &api.Server{Verify: verify, Now: func() time.Time { return at }, RequestID: func(context.Context) string { return "r-1" },
		Current: settings.Fixed{TimeZone: "Asia/Seoul"}.Current, Activity: &activity.Activity{Log: log, Audit: log}}
	s := httptest.NewServer(a.Handler())
	t.Cleanup(s.Close)
	return log, &at, func(token, query string) (int, auditPage) {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, s.URL+"/audit?"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var page auditPage
		if err := json.NewDecoder(res.Body).Decode(&page); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, page
	}
}

func TestTheAuditLogByItsRoute(t *testing.T) {
	log, clock, ask := newLog(t)
	id := session.NewID(now, "gw", "1")
	for _, e := range []session.Event{
		{Action: session.ActConflict, Gateway: "gw-1", SessionID: id},
		{Action: session.ActPlay, Person: session.Person{Subject: "local-auditor", Name: "Ada", Email: "ada@example.test"}, SessionID: id, RequestID: "r-0", Detail: map[string]string{"seconds": "0.000-12.500"}},
	} {
		if err := log.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		*clock = clock.Add(time.Minute)
	}
	*clock = now.Add(24 * time.Hour)
	status, page := ask("admin", "")
	if status != 200 || len(page.Items) != 3 || !page.Complete || page.NextPageToken != nil || page.SearchedBackTo != nil {
		t.Fatalf("today and yesterday: %d %+v", status, page)
	}
	got, err := json.Marshal(page.Items[1])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"action":"play","at":"2026-11-24T12:01:00.000Z","detail":{"seconds":"0.000-12.500"},"gateway":"","id":"` + page.Items[1]["id"].(string) +
		`","person":"local-auditor","personEmail":"ada@example.test","personName":"Ada","requestId":"r-0","sessionId":"` + id + `"}`
	if string(got) != want {
		t.Errorf("%s, want\n%s", got, want)
	}
	*clock = now.Add(39 * time.Hour) // midnight in Seoul: the 26th has begun
	if _, page := ask("admin", ""); len(page.Items) != 2 {
		t.Errorf("the next day: %+v", page.Items)
	}
	for query, n := range map[string]int{
		"from=2026-11-24&to=2026-11-25":                                  2,
		"from=2026-11-24&to=2026-11-24":                                  0,
		"to=2026-11-24T12:01:00Z":                                        1,
		"to=2026-11-25&timeZone=UTC&pageSize=1":                          1,
		"to=2026-11-25&action=play&action=open":                          1,
		"to=2026-11-25&action=play&gateway=gw-1":                         0,
		"to=2026-11-25&gateway=gw-1&gateway=":                            1,
		"to=2026-11-25&person=Ada%40Example.test":                        1,
		"to=2026-11-25&person=local-auditor":                             1,
		"to=2026-11-25&session=" + id:                                    2,
		"to=2026-11-25&session=" + session.NewID(now, "gw", "2"):         0,
		"to=2026-11-25&action=export+ready&action=refused&person=nobody": 0,
	} {
		if status, page := ask("admin", query); status != 200 || len(page.Items) != n {
			t.Errorf("%s: %d, %d entries, %s", query, status, len(page.Items), page.Detail)
		}
	}
	_, first := ask("admin", "to=2026-11-25&pageSize=1")
	if first.NextPageToken == nil {
		t.Fatal("there is no second page")
	}
	token := url.QueryEscape(*first.NextPageToken)
	if _, second := ask("admin", "to=2026-11-25&pageToken="+token); len(second.Items) != 1 || second.Items[0]["action"] != "conflict" || second.NextPageToken != nil {
		t.Errorf("the second page: %+v", second)
	}
	for query, want := range map[string]string{
		"action=watched":                       `action: "watched" is none of the audit log's`,
		"session=7":                            `session: "7" is no session's id`,
		"pageSize=0":                           "pageSize is 0; 1 to 200 are possible",
		"pageSize=201":                         "pageSize is 201; 1 to 200 are possible",
		"from=yesterday":                       `from: "yesterday" is not an RFC 3339 time such as 2026-11-23T06:04:05.123Z`,
		"from=2026-11-25&to=2026-11-24":        "from is after to",
		"timeZone=Mars":                        `timeZone: "Mars" is no IANA time zone such as Asia/Seoul`,
		"user=ada":                             `there is no parameter "user"`,
		"to=2026-11-25&pageToken=x":            "the page token is not one of this archive; start again from the first page",
		"to=2026-11-26&pageToken=" + token:     "the page token belongs to another query; start again from the first page",
		"to=2026-11-25&pageToken=" + token[1:]: "the page token is not one of this archive; start again from the first page",
	} {
		if status, page := ask("admin", query); status != 400 || page.Detail != want {
			t.Errorf("%s: %d %s", query, status, page.Detail)
		}
	}
	for _, role := range []string{"auditor", "exporter"} {
		if status, page := ask(role, ""); status != 403 || page.Code != "forbidden" || page.Detail != "you may not read the audit log" {
			t.Errorf("%s: %d %+v", role, status, page)
		}
	}
	log.Down = true
	if status, page := ask("admin", ""); status != 503 || page.Items != nil {
		t.Errorf("while nothing can be recorded: %d %+v", status, page)
	}
}
