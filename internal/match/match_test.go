package match

import (
	"slices"
	"testing"

	"tapedeck/internal/session"
)

// terms are parsed as those of a query.
func terms(t *testing.T, c session.Column, texts ...string) (list []session.Term) {
	t.Helper()
	for _, s := range texts {
		term, ok, err := session.ParseTerm(c, s)
		if err != nil || !ok {
			t.Fatalf("%q: %v, %v", s, ok, err)
		}
		list = append(list, term)
	}
	return list
}

func is(t *testing.T, c session.Column, texts ...string) session.Condition {
	return session.Condition{Column: c, Terms: terms(t, c, texts...)}
}

func not(t *testing.T, c session.Column, texts ...string) session.Condition {
	return session.Condition{Column: c, Terms: terms(t, c, texts...), Not: true}
}

func TestATermFindsWhatItMeans(t *testing.T) {
	for _, c := range []struct {
		column      session.Column
		term, value string
		found       bool
	}{
		{"name", "min", "Kim Minji", true},
		{"name", "MINJI", "Kim Minji", true},
		{"name", "mini", "Kim Minji", false},
		{"name", `"kim minji"`, "Kim Minji", true},
		{"name", `"minji"`, "Kim Minji", false},
		{"name", "min", "", false},
		{"name", "서", "김서준", true},
		{"name", "\u1109\u1165", "김서준", true},
		{"name", "ｋｉｍ", "KIM", true},
		{"name", "\u200fkim\u200e", "K\u200bi\u200bm", true},
		{"name", "a\x00b", "a\ufffdb", true},
		{"name", "💻", "👩\u200d💻", true},
		{"account", "%", "100%", true},
		{"account", "%", "root", false},
		{"account", "r_t", "root", false},
		{"account", "r*t", "root", false},
		{"account", `"say ""hi"""`, `Say "Hi"`, true},
		{"clientIp", "10.2.", "10.2.3.4", true},
		{"clientIp", "10.2.3.4", "10.2.3.40", true},
		{"clientIp", `"10.2.3.4"`, "10.2.3.40", false},
		{"clientIp", "::ffff:10.2.3.4", "10.2.3.4", true},
		{"clientIp", "2001:DB8:0:0:0::5", "2001:db8::5", true},
		{"clientIp", "10.2.0.0/16", "10.2.255.255", true},
		{"clientIp", "10.2.0.0/16", "10.3.0.0", false},
		{"clientIp", "10.2.3.4/32", "10.2.3.4", true},
		{"clientIp", "10.2.3.4/32", "10.2.3.40", false},
		{"clientIp", "0.0.0.0/0", "10.2.3.4", true},
		{"clientIp", "0.0.0.0/0", "2001:db8::5", false},
		{"clientIp", "0.0.0.0/0", "", false},
		{"clientIp", "0.0.0.0/0", "no address", false},
		{"clientIp", "2001:db8::/32", "2001:db8:1::5", true},
		{"clientIp", "2001:db8::/32", "2001:db9::5", false},
		{"clientIp", "::ffff:10.2.0.0/112", "10.2.3.4", true},
		{"host", "10.2.0.0/16", "10.2.3.4", false},
		{"serverOs", "windows", "Windows", true},
		{"serverOs", "etc", "ETC", true},
		{"serverOs", "etc", "", false},
	} {
		if got := NewTerms(terms(t, c.column, c.term)).Match(Fold(c.value)); got != c.found {
			t.Errorf("%s %q finds %q: %v", c.column, c.term, c.value, got)
		}
	}
}

var (
	kim   = &session.Session{Name: "Kim Minji", Email: "minji@example.test", Account: "root", ServerName: "web-01", ServerOS: "Windows", Protocol: "RDP", ClientIP: "10.2.3.4"}
	mute  = &session.Session{}
	other = &session.Session{Name: "Olivia Berg", Email: "kim@example.test", Account: "deploy", ServerName: "db-01", ServerOS: "Ubuntu", Protocol: "SSH", ClientName: "PuTTY"}
)

func TestASessionAnswersAllConditionsEachByAnyOfItsTerms(t *testing.T) {
	for name, c := range map[string]struct {
		where []session.Condition
		found []*session.Session
	}{
		"none":                    {nil, []*session.Session{kim, mute, other}},
		"one field":               {[]session.Condition{is(t, "name", "kim")}, []*session.Session{kim}},
		"any of two terms":        {[]session.Condition{is(t, "name", "kim", "berg")}, []*session.Session{kim, other}},
		"two fields":              {[]session.Condition{is(t, "name", "kim", "berg"), is(t, "account", "deploy")}, []*session.Session{other}},
		"any field":               {[]session.Condition{is(t, session.Any, "kim")}, []*session.Session{kim, other}},
		"any field, exact":        {[]session.Condition{is(t, session.Any, `"root"`, `"putty"`)}, []*session.Session{kim, other}},
		"any field is no filter":  {[]session.Condition{is(t, session.Any, "windows")}, nil},
		"any field is no network": {[]session.Condition{is(t, session.Any, "10.2.0.0/16")}, nil},
		"a filter":                {[]session.Condition{is(t, "serverOs", "ubuntu", "centos")}, []*session.Session{other}},
		"not a field":             {[]session.Condition{not(t, "name", "kim")}, []*session.Session{mute, other}},
		"not any of two":          {[]session.Condition{not(t, "name", "kim", "berg")}, []*session.Session{mute}},
		"not any field":           {[]session.Condition{not(t, session.Any, "kim")}, []*session.Session{mute}},
		"not a filter":            {[]session.Condition{not(t, "protocol", "rdp")}, []*session.Session{mute, other}},
		"not a network":           {[]session.Condition{not(t, "clientIp", "10.0.0.0/8")}, []*session.Session{mute, other}},
		"and not":                 {[]session.Condition{is(t, session.Any, "kim"), not(t, "account", `"root"`)}, []*session.Session{other}},
		"and not the same":        {[]session.Condition{is(t, "name", "kim"), not(t, "name", "kim")}, nil},
		"what is never seen":      {[]session.Condition{is(t, "name", "\u200b")}, []*session.Session{kim, mute, other}},
		"not what is never seen":  {[]session.Condition{not(t, "name", "\u200b")}, []*session.Session{kim, mute, other}},
		"beside what is not seen": {[]session.Condition{is(t, "name", "\u200b", "berg")}, []*session.Session{other}},
		"a condition of no terms": {[]session.Condition{{Column: "name"}}, nil},
		"and negated":             {[]session.Condition{{Column: "name", Not: true}}, []*session.Session{kim, mute, other}},
	} {
		conditions := Conditions(c.where)
		for _, s := range []*session.Session{kim, mute, other} {
			if got := All(conditions, s); got != slices.Contains(c.found, s) {
				t.Errorf("%s: %q is found: %v", name, s.Name, got)
			}
		}
	}
}

func TestTermsTellWhetherTheyAreWholeValuesOrOnePart(t *testing.T) {
	for _, c := range []struct {
		texts []string
		exact []string
		part  string
	}{
		{[]string{`"Root"`}, []string{"root"}, ""},
		{[]string{`"Root"`, `"ROOT"`, `"ubuntu"`}, []string{"root", "ubuntu"}, ""},
		{[]string{`"root"`, "ubuntu"}, nil, ""},
		{[]string{"Root"}, nil, "root"},
		{[]string{"root", "ubuntu"}, nil, ""},
		{[]string{"10.2.0.0/16"}, nil, ""},
	} {
		ts := NewTerms(terms(t, "clientIp", c.texts...))
		if part, ok := ts.Part(); !slices.Equal(ts.Exact(), c.exact) || part != c.part || ok != (c.part != "") {
			t.Errorf("%q: whole values %q, part %q", c.texts, ts.Exact(), part)
		}
	}
}
