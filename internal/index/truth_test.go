package index

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"tapedeck/internal/session"
)

// The truth is told by looking at every row, with no part of what is tested.

// truth is the ids of the rows that answer a query below mark, newest first.
func truth(m *model, q session.Query, mark string) (ids []string) {
	for i, s := range slices.Backward(m.rows) {
		if !m.hidden[i] && (mark == "" || s.ID < mark) && !s.ActionAt.Before(q.From) && s.ActionAt.Before(q.To) && answers(&s, q.Where) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

func answers(s *session.Session, where []session.Condition) bool {
	for _, c := range where {
		if !slices.ContainsFunc(c.Terms, func(t session.Term) bool { return naiveFold(t.Text) != "" }) {
			continue // it asks for nothing
		}
		columns := []session.Column{c.Column}
		if c.Column == session.Any {
			columns = session.SearchFields
		}
		found := false
		for _, column := range columns {
			for _, t := range c.Terms {
				found = found || naiveFold(t.Text) != "" && hasTerm(s.Value(column), t)
			}
		}
		if found == c.Not {
			return false
		}
	}
	return true
}

func hasTerm(value string, t session.Term) bool {
	if t.Net.IsValid() {
		a, err := netip.ParseAddr(value)
		return err == nil && t.Net.Contains(a)
	}
	value, want := naiveFold(value), naiveFold(t.Text)
	if t.Exact {
		return value == want
	}
	return value != "" && strings.Contains(value, want)
}

var folded = map[string]string{} // these tests run one after the other

func naiveFold(s string) string {
	f, ok := folded[s]
	if !ok {
		f = naiveFold1(s)
		folded[s] = f
	}
	return f
}

func naiveFold1(s string) string {
	s = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if r == 0x200d || unicode.Is(unicode.Variation_Selector, r) { // all that the worlds have
			return -1
		}
		return r
	}, s))
}
