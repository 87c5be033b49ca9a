// Package index is the session index in DynamoDB: item shapes and keys (pure functions), the registry that
// gives each session its identity, the dictionary of values, the list and its page token.
package index

import "tapedeck/internal/session"

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
	byFacet   = "by-facet"
	timeShard = "0"
)

// Field is where a search field is indexed.
type Field struct {
	Column      session.Column
	Attr, Index string
}

// Fields are the search fields, in the order of the search bar.
var Fields = []Field{
	{"name", "name", "by-name"},
	{"email", "email", "by-email"},
	{"account", "account", "by-account"},
	{"serverName", "server", "by-server"},
	{"host", "host", "by-host"},
	{"clientIp", "clientIp", "by-client-ip"},
	{"clientName", "clientName", "by-client-name"},
}

func registrationKey(identity string) string { return "R#" + identity }

// counterKey is the item that numbers sessions.
const counterKey = "C#no"
