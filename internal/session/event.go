package session

// Act is what an audit entry says was done.
type Act string

const (
	ActList     Act = "list"     // a page of the list was given
	ActValues   Act = "values"   // values of a field were given as suggestions
	ActOpen     Act = "open"     // one session's row was given
	ActPlay     Act = "play"     // addresses of a recording were given
	ActRefused  Act = "refused"  // something was asked for without the right to it
	ActConflict Act = "conflict" // a gateway sent a second manifest that says something else
)

// Event is one entry of the audit log: who was given what. It is recorded before the act; without a record
// there is no act.
type Event struct {
	Action    Act
	Person    Person // zero for what no person did
	Gateway   string // for what a gateway did
	SessionID string
	RequestID string
	Detail    map[string]string
}
