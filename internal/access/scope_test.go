package access_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"tapedeck/internal/access"
	"tapedeck/internal/session"
)

// texts are n terms.
func texts(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint("web-", i)
	}
	return list
}

func TestAScopeClaimIsReadOrTheTokenIsRefused(t *testing.T) {
	i := newIssuer(t)
	v := access.NewVerifier(i.url, "tapedeck", "groups", time.Now)
	part := func(s string) session.Term { return session.Term{Text: s} }
	web := []session.Condition{{Column: "serverName", Terms: []session.Term{part("web-")}}}
	both := []session.Condition{{Column: "serverName", Terms: []session.Term{part("web-"), part("db-")}},
		{Column: "account", Terms: []session.Term{{Text: "ubuntu", Exact: true}}}}
	var many []session.Term
	for _, s := range texts(session.MaxTerms) {
		many = append(many, part(s))
	}
	for name, c := range map[string]struct {
		claim any
		scope []session.Condition // nil: refused
	}{
		"an object":            {map[string]any{"serverName": []string{"web-"}}, web},
		"the text of one":      {`{"serverName":["web-"]}`, web},
		"two columns":          {map[string]any{"account": []string{`"ubuntu"`}, "serverName": []string{"web-", "db-"}}, both},
		"two columns, as text": {` {"account":["\"ubuntu\""],"serverName":["web-","db-"]} `, both},
		"as many as may be":    {map[string]any{"serverName": texts(session.MaxTerms)}, []session.Condition{{Column: "serverName", Terms: many}}},

		"null":                    {json.RawMessage("null"), nil},
		"the text null":           {"null", nil},
		"an empty object":         {map[string]any{}, nil},
		"an empty text":           {"", nil},
		"text that is no JSON":    {"web-", nil},
		"text with more behind":   {`{"serverName":["web-"]} {}`, nil},
		"the text of a text":      {`"{\"serverName\":[\"web-\"]}"`, nil},
		"a list":                  {[]string{"web-"}, nil},
		"a number":                {7, nil},
		"true":                    {true, nil},
		"an unknown column":       {map[string]any{"host": []string{"web-"}}, nil},
		"one beside a known":      {map[string]any{"serverName": []string{"web-"}, "host": []string{"x"}}, nil},
		"a column in other case":  {map[string]any{"servername": []string{"web-"}}, nil},
		"a text for a list":       {map[string]any{"serverName": "web-"}, nil},
		"null for a list":         {map[string]any{"serverName": nil}, nil},
		"an empty list":           {map[string]any{"serverName": []string{}}, nil},
		"one beside a full":       {map[string]any{"serverName": []string{"web-"}, "account": []string{}}, nil},
		"an empty term":           {map[string]any{"serverName": []string{"web-", ""}}, nil},
		"quotes of nothing":       {map[string]any{"serverName": []string{`""`}}, nil},
		"a term that is not seen": {map[string]any{"serverName": []string{"\u200b"}}, nil},
		"a number for a term":     {map[string]any{"serverName": []any{7}}, nil},
		"a list for a term":       {map[string]any{"serverName": []any{[]string{"web-"}}}, nil},
		"broken quotes":           {map[string]any{"serverName": []string{`"web-`}}, nil},
		"too long a term":         {map[string]any{"serverName": []string{strings.Repeat("x", session.MaxTermBytes+1)}}, nil},
		"too many terms":          {map[string]any{"serverName": texts(session.MaxTerms + 1)}, nil},
	} {
		token := i.sign(jose.RS256, i.key, "k1", "at+jwt", i.claims(map[string]any{"tapedeck_scope": c.claim}))
		p, err := v.Verify(context.Background(), token)
		switch {
		case c.scope == nil && session.CodeOf(err) != session.CodeUnauthenticated:
			t.Errorf("%s: %+v, %v", name, p, err)
		case c.scope != nil && (err != nil || !reflect.DeepEqual(p.Scope, c.scope)):
			t.Errorf("%s: %+v, %v", name, p.Scope, err)
		}
	}
	p, err := v.Verify(context.Background(), i.sign(jose.RS256, i.key, "k1", "at+jwt", i.claims(nil)))
	if err != nil || p.Scope != nil {
		t.Errorf("no claim: %+v, %v", p.Scope, err)
	}
}

// limited sees web servers, and there not root.
var limited = session.Person{Subject: "lim", Scope: []session.Condition{
	{Column: "serverName", Terms: []session.Term{{Text: "web-"}}},
	{Column: "account", Terms: []session.Term{{Text: "ubuntu", Exact: true}, {Text: "deploy", Exact: true}}},
}}

func TestAPersonSeesWhatAnswersAllOfTheirScope(t *testing.T) {
	for _, c := range []struct {
		s    session.Session
		sees bool
	}{
		{session.Session{ServerName: "web-01", Account: "ubuntu"}, true},
		{session.Session{ServerName: "WEB-01", Account: "Deploy"}, true},
		{session.Session{ServerName: "web-01", Account: "root"}, false},
		{session.Session{ServerName: "web-01", Account: "ubuntu2"}, false},
		{session.Session{ServerName: "db-01", Account: "ubuntu"}, false},
		{session.Session{Name: "web-01", Host: "web-01", Account: "ubuntu"}, false},
		{session.Session{}, false},
	} {
		err := access.MaySee(limited, &c.s)
		if c.sees && err != nil || !c.sees && session.CodeOf(err) != session.CodeNotFound {
			t.Errorf("%q on %q: %v", c.s.Account, c.s.ServerName, err)
		}
		if err := access.MaySee(session.Person{}, &c.s); err != nil {
			t.Errorf("without a scope, %q on %q: %v", c.s.Account, c.s.ServerName, err)
		}
	}
}

func TestALimitIsAddedToWhatIsAskedFor(t *testing.T) {
	asked := make([]session.Condition, 1, 8) // with room, that must not be written to
	asked[0] = session.Condition{Column: "name", Terms: []session.Term{{Text: "kim"}}}
	q := access.Limit(limited, session.Query{Where: asked, PageSize: 7})
	if want := append(slices.Clone(asked), limited.Scope...); !reflect.DeepEqual(q.Where, want) || q.PageSize != 7 {
		t.Errorf("%+v", q)
	}
	if room := asked[:2]; len(room[1].Terms) > 0 {
		t.Errorf("the room behind was written to: %+v", room)
	}
	if q := access.Limit(session.Person{}, session.Query{Where: asked}); !reflect.DeepEqual(q.Where, asked) {
		t.Errorf("without a scope: %+v", q)
	}
}
