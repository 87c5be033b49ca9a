package index

import (
	"fmt"
	"slices"

	"tapedeck/internal/match"
	"tapedeck/internal/session"
)

// FacetCode is two hexadecimal digits for a session's place in serverOs x protocol x connectedFrom.
func FacetCode(s *session.Session) string { return fmt.Sprintf("%02x", facetOf(s)) }

// facetOf is a session's place in serverOs x protocol x connectedFrom: 3, 3 and 2 bits.
func facetOf(s *session.Session) uint8 {
	return uint8(session.ServerOS.Index(s.ServerOS)<<5 | session.Protocol.Index(s.Protocol)<<2 | session.ConnectedFrom.Index(s.ConnectedFrom))
}

// facetSet is a set of facets, a bit each.
type facetSet [4]uint64

func (f *facetSet) add(facet uint8)     { f[facet>>6] |= 1 << (facet & 63) }
func (f facetSet) has(facet uint8) bool { return f[facet>>6]&(1<<(facet&63)) != 0 }

func (f facetSet) meets(g facetSet) bool {
	return f[0]&g[0]|f[1]&g[1]|f[2]&g[2]|f[3]&g[3] != 0
}

// allFacets is the set of every facet there can be.
var allFacets = func() (f facetSet) {
	for facet := range 256 {
		f.add(uint8(facet))
	}
	return f
}()

// facetsOf is the set of facets that answer the conditions on filters; limited is false when there are none.
func facetsOf(where []match.Condition) (set facetSet, limited bool) {
	limited = slices.ContainsFunc(where, isFilter)
	if !limited {
		return allFacets, false
	}
	for os := range len(session.ServerOS) + 1 {
		for protocol := range len(session.Protocol) + 1 {
			for from := range len(session.ConnectedFrom) + 1 {
				s := &session.Session{ServerOS: nth(session.ServerOS, os), Protocol: nth(session.Protocol, protocol), ConnectedFrom: nth(session.ConnectedFrom, from)}
				if !slices.ContainsFunc(where, func(c match.Condition) bool { return isFilter(c) && !c.Match(s) }) {
					set.add(facetOf(s))
				}
			}
		}
	}
	return set, true
}

func isFilter(c match.Condition) bool { return session.Filters[c.Column] != nil }

// nth is the inverse of session.List.Index.
func nth(l session.List, i int) string {
	if i == 0 {
		return ""
	}
	return l[i-1]
}
