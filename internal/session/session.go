// Package session holds the nouns of Tapedeck: a recorded session, the manifest that announces it,
// the query that finds it, and the errors that people see. It imports the standard library only.
package session

import (
	"strconv"
	"time"
)

// State says what has become of a recording.
type State string

const (
	Waiting    State = "waiting"    // announced; its objects have not all arrived or are being archived
	Incomplete State = "incomplete" // a named object did not come within a day
	Unreadable State = "unreadable" // the manifest or the recording cannot be read; Reason says why
	Ready      State = "ready"      // archived; Reason "truncated" when the recording was cut off
	Expired    State = "expired"    // past its retention; the recording is gone, the row stays
)

// rank orders the states a row may move through: a row never goes back.
var rank = map[State]int{Waiting: 0, Incomplete: 1, Unreadable: 2, Ready: 3, Expired: 4}

// Rank is the place of s in the life of a row; a write may not lower it.
func (s State) Rank() int { return rank[s] }

// Reasons that a row's Reason field may name beside free text.
const (
	ReasonTruncated = "truncated" // cut off; plays to its last whole event
	ReasonConflict  = "conflict"  // a later manifest with the same uuid said something else
	ReasonTooLarge  = "too_large" // kept and downloadable, but too large to replay
	ReasonClock     = "clock"     // the gateway's clock was ahead; actionAt was clamped
)

// Session is one recorded session as the list shows it. Unknown text is "", an unknown number nil.
type Session struct {
	ID       string    `json:"id"`
	No       int64     `json:"no"`
	ActionAt time.Time `json:"actionAt"` // start of the recording, UTC, millisecond precision

	Name       string `json:"name"`
	Email      string `json:"email"`
	Role       string `json:"role"`
	Account    string `json:"account"`
	ServerName string `json:"serverName"`
	Host       string `json:"host"`
	Port       *int   `json:"port"`
	ClientIP   string `json:"clientIp"` // canonical text of the address, or ""
	ClientName string `json:"clientName"`

	// The three closed lists: "", one of the known values, or ETC with the gateway's word in Raw.
	ServerOS         string `json:"serverOs"`
	ServerOSRaw      string `json:"serverOsRaw"`
	Protocol         string `json:"protocol"`
	ProtocolRaw      string `json:"protocolRaw"`
	ConnectedFrom    string `json:"connectedFrom"`
	ConnectedFromRaw string `json:"connectedFromRaw"`

	State         State  `json:"state"`
	Reason        string `json:"reason"`
	DurationMs    *int64 `json:"durationMs"`
	SizeBytes     *int64 `json:"sizeBytes"`     // decompressed: the number that the playback limit compares
	SessionRecord string `json:"sessionRecord"` // <account>_<yyyymmdd>_<hhmmss> in the organisation's zone

	Encoder int `json:"-"` // version of the newest encoder that was given the recording; 0 where none was
}

// StateSentence says, to people, why there is nothing to replay.
func (s *Session) StateSentence() string {
	sentence := map[State]string{
		Waiting:    "The recording has not been archived yet",
		Incomplete: "The recording is incomplete",
		Unreadable: "The recording cannot be read",
		Expired:    "The recording is past its retention and was deleted",
	}[s.State]
	if s.Reason != "" {
		sentence += ": " + s.Reason
	}
	return sentence + "."
}

// RecordName is the fixed name of a session's recording: `<account>_<yyyymmdd>_<hhmmss>`, the time in
// the organisation's zone. It is made once, at registration.
func RecordName(account string, actionAt time.Time, zone *time.Location) string {
	return account + "_" + actionAt.In(zone).Format("20060102_150405")
}

// TimeFormat is how times stand in JSON: RFC 3339, UTC, exactly three digits of a second.
const TimeFormat = "2006-01-02T15:04:05.000Z"

// FormatTime writes t in TimeFormat.
func FormatTime(t time.Time) string { return t.UTC().Format(TimeFormat) }

// ParseTime reads an RFC 3339 time and cuts it to milliseconds. Years outside 1970 to 9999 are refused:
// they have no place in an id.
func ParseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, Errorf(CodeInvalid, "%s is not an RFC 3339 time such as 2026-11-23T06:04:05.123Z", strconv.QuoteToASCII(clip(s, 40)))
	}
	t = t.UTC().Truncate(time.Millisecond)
	if t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}, Errorf(CodeInvalid, "the year of %s is out of bounds", FormatTime(t))
	}
	return t, nil
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n] + "..."
	}
	return s
}
