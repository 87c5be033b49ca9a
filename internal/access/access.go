package access

import (
	"slices"

	"tapedeck/internal/match"
	"tapedeck/internal/session"
)

// groupRole says which group gives which role.
var groupRole = map[string]session.Role{
	"tapedeck-auditor":  session.Auditor,
	"tapedeck-exporter": session.Exporter,
	"tapedeck-admin":    session.Admin,
}

// Deed is something a person may want to do.
type Deed string

const (
	List   Deed = "list sessions"
	Play   Deed = "replay a session"
	Keys   Deed = "see what was typed"
	Export Deed = "take a recording out"
	Manage Deed = "see and change the settings"
	Review Deed = "read the audit log"
)

// allowed names the roles that a deed needs, one of which is enough.
var allowed = map[Deed][]session.Role{
	List:   {session.Auditor, session.Exporter, session.Admin},
	Play:   {session.Auditor, session.Exporter, session.Admin},
	Keys:   {session.Admin}, // passwords are in it
	Export: {session.Exporter, session.Admin},
	Manage: {session.Admin},
	Review: {session.Admin},
}

// whole are deeds for those only who may see every session: what was done with one tells of it.
var whole = map[Deed]bool{Review: true}

// Check says whether a person may do a deed: nil, or CodeForbidden.
func Check(p session.Person, d Deed) error {
	if !p.Has(allowed[d]...) || whole[d] && p.Scope != nil {
		return session.Errorf(session.CodeForbidden, "you may not %s", d)
	}
	return nil
}

// Limit adds to a query what limits a person: the pages of its answer hold only what they may see.
func Limit(p session.Person, q session.Query) session.Query {
	q.Where = slices.Concat(q.Where, p.Scope)
	return q
}

// MaySee says whether a person may see a session: nil, or CodeNotFound, as if it were not there.
func MaySee(p session.Person, s *session.Session) error {
	if !match.All(match.Conditions(p.Scope), s) {
		return session.Errorf(session.CodeNotFound, "there is no such session")
	}
	return nil
}
