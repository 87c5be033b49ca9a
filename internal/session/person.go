package session

import "slices"

// Role is a right that the organisation's groups give.
type Role string

const (
	Auditor  Role = "auditor"  // list and replay
	Exporter Role = "exporter" // and download
	Admin    Role = "admin"    // and settings, audit log, retention
)

// Person is who is signed in. All of it comes from a verified access token.
type Person struct {
	Subject string // the issuer's `sub`: the person's identity everywhere
	Name    string
	Email   string
	Roles   []Role

	// Scope limits what this person may see: only sessions that answer every condition of it. nil: all.
	Scope []Condition
}

// Has reports whether the person holds one of the roles.
func (p Person) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(p.Roles, r) })
}
