package session

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Entry is an event as the audit log keeps it.
type Entry struct {
	ID string    // a ULID of At: entries sort by it
	At time.Time // when it was written, UTC, millisecond precision
	Event
}

// EntryQuery asks for the entries that were written in [From, To) and answer every list of values that is not empty,
// newest first.
type EntryQuery struct {
	From, To  time.Time
	Actions   []Act
	Persons   []string // subjects, or e-mail addresses
	Sessions  []string // ids
	Gateways  []string
	PageSize  int    // 1 to MaxPageSize
	PageToken string // "" for the first page
}

// EntryPage is one page of the answer. Complete and SearchedBackTo are those of a Page.
type EntryPage struct {
	Items          []Entry
	NextToken      string // "" when there is no more
	Complete       bool
	SearchedBackTo time.Time
}

// Answers reports whether an entry is one that q asks for, whenever it was written.
func (q *EntryQuery) Answers(e *Entry) bool {
	return (len(q.Actions) == 0 || slices.Contains(q.Actions, e.Action)) &&
		(len(q.Sessions) == 0 || slices.Contains(q.Sessions, e.SessionID)) &&
		(len(q.Gateways) == 0 || slices.Contains(q.Gateways, e.Gateway)) &&
		(len(q.Persons) == 0 || slices.ContainsFunc(q.Persons, func(p string) bool {
			return p == e.Person.Subject || IsAddress(p) && strings.EqualFold(p, e.Person.Email)
		}))
}

// IsAddress reports whether a person is named by an e-mail address, which need not be their subject.
func IsAddress(person string) bool { return strings.Contains(person, "@") }

// Validate returns CodeInvalid for a query that cannot be answered, naming the parameter.
func (q *EntryQuery) Validate() error {
	if q.PageSize < 1 || q.PageSize > MaxPageSize {
		return Errorf(CodeInvalid, "pageSize is %d; 1 to %d are possible", q.PageSize, MaxPageSize)
	}
	if q.From.After(q.To) {
		return Errorf(CodeInvalid, "from is after to")
	}
	for _, a := range q.Actions {
		if !slices.Contains(Acts, a) {
			return Errorf(CodeInvalid, "action: %q is none of the audit log's", Cut(string(a), 60))
		}
	}
	for _, id := range q.Sessions {
		if !ValidID(id) {
			return Errorf(CodeInvalid, "session: %q is no session's id", Cut(id, 60))
		}
	}
	for name, values := range map[string][]string{"person": q.Persons, "gateway": q.Gateways} {
		if slices.ContainsFunc(values, func(v string) bool { return len(v) > MaxTextBytes }) {
			return Errorf(CodeInvalid, "%s: a value has at most %d bytes", name, MaxTextBytes)
		}
	}
	if n := len(q.Actions) + len(q.Persons) + len(q.Sessions) + len(q.Gateways); n > MaxTerms {
		return Errorf(CodeInvalid, "the query has %d values; %d are possible", n, MaxTerms)
	}
	return nil
}

// TwoDays are yesterday and today in a zone, as [from, to): the range of a question to the audit log that names none.
func TwoDays(now time.Time, zone *time.Location) (from, to time.Time) {
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d-1, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}

// Hash binds a page token to a query: range and values, not the page size, which may change on the way.
func (q *EntryQuery) Hash() [8]byte {
	h := sha256.New()
	fmt.Fprintf(h, "audit %d %d %q %q %q %q", q.From.UnixMilli(), q.To.UnixMilli(), q.Actions, q.Persons, q.Sessions, q.Gateways)
	return [8]byte(h.Sum(nil)[:8])
}
