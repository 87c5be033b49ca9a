package session

import (
	"slices"
	"time"
)

// Bounds of what may be asked for.
const (
	DefaultPageSize = 50
	MaxPageSize     = 200
	MaxTerms        = 64  // of one query, over all its conditions
	MaxTermBytes    = 512 // of one term
)

// Column is a column that can be searched or filtered, by its name in the API.
type Column string

// Any stands for all of the search fields.
const Any Column = "any"

// SearchFields are the columns that are searched by terms, in the order of the search bar.
var SearchFields = []Column{"name", "email", "account", "serverName", "host", "clientIp", "clientName"}

// Filters are the columns of closed lists.
var Filters = map[Column]List{"serverOs": ServerOS, "protocol": Protocol, "connectedFrom": ConnectedFrom}

// Searchable reports whether c is a search field.
func (c Column) Searchable() bool { return slices.Contains(SearchFields, c) }

// Value is what a session has in a search field or filter. It panics for any other column.
func (s *Session) Value(c Column) string {
	switch c {
	case "name":
		return s.Name
	case "email":
		return s.Email
	case "account":
		return s.Account
	case "serverName":
		return s.ServerName
	case "host":
		return s.Host
	case "clientIp":
		return s.ClientIP
	case "clientName":
		return s.ClientName
	case "serverOs":
		return s.ServerOS
	case "protocol":
		return s.Protocol
	case "connectedFrom":
		return s.ConnectedFrom
	}
	panic("session: no column " + string(c))
}

// Condition asks that a column answers one of the terms or, negated, none of them. The column is a search
// field, a filter, or Any: one of the search fields (negated: none).
type Condition struct {
	Column Column
	Terms  []Term
	Not    bool
}

// Query asks for the sessions that started in [From, To) and answer every condition, newest first.
type Query struct {
	From, To  time.Time
	Where     []Condition
	PageSize  int    // 1 to MaxPageSize
	PageToken string // "" for the first page
}

// Page is one page of a query's answer.
type Page struct {
	Items     []Session
	NextToken string // "" when there is no more

	// Complete says that of all rows visible in the index when it was read none is missing. Otherwise the
	// search got back to SearchedBackTo, and NextToken goes on from there.
	Complete       bool
	SearchedBackTo time.Time
}

// Month is the calendar month of now in a zone, as [from, to): the range of a query that names none.
func Month(now time.Time, zone *time.Location) (from, to time.Time) {
	y, m, _ := now.In(zone).Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, zone), time.Date(y, m+1, 1, 0, 0, 0, 0, zone)
}

// EndOfTime is after every session: the end of a range that names none.
var EndOfTime = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
