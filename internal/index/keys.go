// Package index is the session index in DynamoDB: item shapes and keys (pure functions), the registry that
// gives each session its identity, the dictionary of values, the list and its page token.
package index

import (
	"fmt"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"tapedeck/internal/session"
)

// Names of the sessions table's keys and indexes; template.yaml creates them.
const (
	attrPK   = "pk"  // base key: a session id, or R#, C# items
	attrID   = "id"  // range key of every index
	attrTime = "gt"  // by-time: the constant timeShard
	attrF    = "f"   // by-facet: FacetCode
	attrRow  = "row" // what the list shows, projected
	attrRec  = "rec" // what replay and rebuilding need, not projected
	attrRank = "rank"
	attrTTL  = "ttl"

	byTime    = "by-time"
	timeShard = "0"
)

// Field is one of the seven searchable columns.
type Field struct {
	Attr, Index string
	Value       func(*session.Session) string
}

// Fields are the searchable columns in the order of the search bar.
var Fields = []Field{
	{"name", "by-name", func(s *session.Session) string { return s.Name }},
	{"email", "by-email", func(s *session.Session) string { return s.Email }},
	{"account", "by-account", func(s *session.Session) string { return s.Account }},
	{"server", "by-server", func(s *session.Session) string { return s.ServerName }},
	{"host", "by-host", func(s *session.Session) string { return s.Host }},
	{"clientIp", "by-client-ip", func(s *session.Session) string { return s.ClientIP }},
	{"clientName", "by-client-name", func(s *session.Session) string { return s.ClientName }},
}

var fold = cases.Fold()

// Normalize is the form in which values are compared: NFKC, case-folded, NFKC again (folding can undo it;
// Unicode 16, section 3.13, D146), at most MaxTextBytes long: a DynamoDB hash key holds 2,048 bytes.
func Normalize(s string) string {
	return session.Cut(norm.NFKC.String(fold.String(norm.NFKC.String(s))), session.MaxTextBytes)
}

// FacetCode is two hexadecimal digits for a session's place in serverOs x protocol x connectedFrom.
func FacetCode(s *session.Session) string {
	return fmt.Sprintf("%02x", session.ServerOS.Index(s.ServerOS)<<5|session.Protocol.Index(s.Protocol)<<2|session.ConnectedFrom.Index(s.ConnectedFrom))
}

func registrationKey(identity string) string { return "R#" + identity }

// counterKey is the item that numbers sessions.
const counterKey = "C#no"
