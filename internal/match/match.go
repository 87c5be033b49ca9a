// Package match says whether a session answers the conditions of a query: how text is folded, and what a term
// means. The index searches by it, and access limits by it.
package match

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"tapedeck/internal/session"
)

// Fold is the form in which texts are compared: NFKC, case-folded, NFKC again, without characters that are
// not seen (Unicode 16, section 3.13, D147: toNFKC_Casefold), at most session.MaxTextBytes long: it is a key of
// the index, and those end at 2,048 bytes. Folding what is folded changes nothing.
func Fold(s string) string {
	s = fold(s)
	if len(s) <= session.MaxTextBytes {
		return s
	}
	n := session.MaxTextBytes
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] // without session.Cut's mark, which itself folds to three dots
}

func fold(s string) string {
	if plain(s) {
		return strings.ToLower(s)
	}
	s = strings.ToValidUTF8(s, "\ufffd") // norm leaves what stands beside an invalid byte as it is
	s = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if ignorable(r) {
			return -1
		}
		return cherokee(r)
	}, s))
}

// cherokee folds small letters to capitals, as CaseFolding.txt does for this script alone. cases.Fold exchanges
// the two, so that neither would be found by the other.
func cherokee(r rune) rune {
	switch {
	case r >= 0xab70 && r <= 0xabbf:
		return r - 0xab70 + 0x13a0
	case r >= 0x13f8 && r <= 0x13fd:
		return r - 0x13f8 + 0x13f0
	}
	return r
}

// plain reports whether s is ASCII, where folding is lower case.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// ignorable is Default_Ignorable_Code_Point (UAX #44, table of derived properties).
func ignorable(r rune) bool {
	switch {
	case r < 0xad:
		return false
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return true
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) &&
		(r < 0xfff9 || r > 0xfffb) && (r < 0x13430 || r > 0x1343f)
}

// Terms are the terms of one condition, ready to be compared with folded values.
type Terms []term

type term struct {
	text  string
	exact bool
	net   netip.Prefix
}

// NewTerms folds terms. One of which nothing is left asks for nothing, and is left out.
func NewTerms(terms []session.Term) Terms {
	list := make(Terms, 0, len(terms))
	for _, t := range terms {
		if text := Fold(t.Text); text != "" {
			list = append(list, term{text, t.Exact, t.Net})
		}
	}
	return list
}

// Match reports whether one of the terms finds a folded value.
func (ts Terms) Match(folded string) bool {
	for _, t := range ts {
		if t.match(folded) {
			return true
		}
	}
	return false
}

// Exact are the folded values that the terms ask for when each of them asks for a whole value; else nil.
func (ts Terms) Exact() (values []string) {
	for _, t := range ts {
		if !t.exact {
			return nil
		}
		if !slices.Contains(values, t.text) {
			values = append(values, t.text)
		}
	}
	return values
}

// Part is the one folded text that is looked for anywhere in a value; ok is false when the terms ask for
// anything else.
func (ts Terms) Part() (text string, ok bool) {
	if len(ts) != 1 || ts[0].exact || ts[0].net.IsValid() {
		return "", false
	}
	return ts[0].text, ts[0].text != ""
}

func (t term) match(folded string) bool {
	switch {
	case folded == "":
		return false
	case t.net.IsValid():
		a, err := netip.ParseAddr(folded)
		return err == nil && t.net.Contains(a)
	case t.exact:
		return folded == t.text
	}
	return strings.Contains(folded, t.text)
}

// Condition is a condition of a query, ready to be asked of sessions.
type Condition struct {
	Column session.Column
	Terms  Terms
	Not    bool
}

// Conditions make a query's conditions ready. One whose terms ask for nothing is none.
func Conditions(where []session.Condition) []Condition {
	list := make([]Condition, 0, len(where))
	for _, c := range where {
		if terms := NewTerms(c.Terms); len(terms) > 0 || len(c.Terms) == 0 {
			list = append(list, Condition{c.Column, terms, c.Not})
		}
	}
	return list
}

// All reports whether a session answers every condition.
func All(conditions []Condition, s *session.Session) bool {
	for _, c := range conditions {
		if !c.Match(s) {
			return false
		}
	}
	return true
}

// Match reports whether a session answers the condition.
func (c Condition) Match(s *session.Session) bool {
	if c.Column != session.Any {
		return c.Terms.Match(Fold(s.Value(c.Column))) != c.Not
	}
	for _, column := range session.SearchFields {
		if c.Terms.Match(Fold(s.Value(column))) {
			return !c.Not
		}
	}
	return c.Not
}
