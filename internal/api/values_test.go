package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tapedeck/internal/session"
)

func TestValuesAreSuggestedAndNewsAreCounted(t *testing.T) {
	s := people(t)
	for query, want := range map[string]string{
		"field=serverName":            "[db-01 db-02 web-01 web-02]",
		"field=serverName&prefix=WEB": "[web-01 web-02]",
		"field=serverName&prefix=-01": "[db-01 web-01]",
		"field=serverName&prefix=%25": "[]",
		"field=clientIp&prefix=10.2":  "[10.2.3.4]",
	} {
		if status, body, _ := s.get(t, "/sessions/values?"+query, "auditor"); status != 200 || fmt.Sprint(body["values"]) != want {
			t.Errorf("%s: %d %v, want %s", query, status, body, want)
		}
	}
	if err := s.index.StartNumbers(context.Background(), 7); err != nil {
		t.Fatal(err)
	}
	for since, want := range map[string]float64{"0": 7, "5": 2, "7": 0, "100": 0} {
		if status, body, _ := s.get(t, "/sessions/new?since="+since, "auditor"); status != 200 || body["count"] != want || body["no"] != 7.0 {
			t.Errorf("since %s: %d %v", since, status, body)
		}
	}
}

func TestALimitedPersonSeesOnlyTheirs(t *testing.T) {
	s := people(t)
	theirs := s.add(t, session.Session{Name: "eve", ServerName: "WEB-09", Account: "eve"})
	hidden := s.add(t, session.Session{Name: "fay", ServerName: "db-09", Account: "fay", Email: "web-@example.test"})
	for query, want := range map[string]string{
		"":                             "ada bea eve",
		"serverName=db":                "",
		"serverName=web&serverName=db": "ada bea eve",
		"not.serverName=web":           "",
		"not.any=nothing":              "ada bea eve",
		"any=web":                      "ada bea eve",
		"name=fay":                     "",
		"account=root&not.name=ada":    "bea",
		"from=1970-01-01":              "ada bea eve",
	} {
		if got := s.names(t, query, "limited"); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	for query, want := range map[string]string{
		"field=serverName":           "[WEB-09 web-01 web-02]",
		"field=serverName&prefix=db": "[]",
		"field=account":              "[eve root root2]",
		"field=name&prefix=fay":      "[]",
		"field=email&prefix=web":     "[]",
	} {
		_, body, _ := s.get(t, "/sessions/values?"+query, "limited")
		values, _ := body["values"].([]any)
		slices.SortFunc(values, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		if fmt.Sprint(values) != want {
			t.Errorf("%s: %v, want %s", query, body, want)
		}
	}
	before := len(s.audit.events)
	for _, path := range []string{"/sessions/%s", "/sessions/%s/playback"} {
		if status, body, _ := s.get(t, fmt.Sprintf(path, theirs), "limited"); status != 200 {
			t.Errorf("theirs: %d %v", status, body)
		}
		status, body, _ := s.get(t, fmt.Sprintf(path, hidden), "limited")
		_, none, _ := s.get(t, fmt.Sprintf(path, session.NewID(now, "gw", "none")), "limited")
		if status != http.StatusNotFound || fmt.Sprint(body) != fmt.Sprint(none) {
			t.Errorf("hidden: %d %v, where what is not there is %v", status, body, none)
		}
		if status, _, _ := s.get(t, fmt.Sprintf(path, hidden), "auditor"); status != 200 {
			t.Errorf("to others: %d", status)
		}
	}
	var recorded []string
	for _, e := range s.audit.events[before:] {
		if e.Person.Subject == "lim" {
			recorded = append(recorded, string(e.Action)+" "+e.SessionID)
		}
	}
	if want := []string{"open " + theirs, "refused " + hidden, "play " + theirs, "refused " + hidden}; !slices.Equal(recorded, want) {
		t.Errorf("recorded %q, want %q", recorded, want)
	}
}
