package session

import "time"

// Bounds of a page's size.
const (
	DefaultPageSize = 50
	MaxPageSize     = 200
)

// Query asks for the sessions that started in [From, To), newest first.
type Query struct {
	From, To  time.Time
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
