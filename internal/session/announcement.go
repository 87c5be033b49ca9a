package session

import "time"

// Announcement is something that has happened, for programs of others: docs/events.md, where each type has a schema.
// It holds who and what, but nothing of a recording's content and nothing that opens it.
type Announcement struct {
	Type   string    // archived, unreadable, opened or exported
	At     time.Time // when it happened
	Detail any       // as JSON
}

// announced is the part of every detail.
type announced struct {
	Version   int    `json:"version"` // of the schema
	At        string `json:"at"`
	SessionID string `json:"sessionId"`
}

func newAnnounced(at time.Time, id string) announced {
	return announced{Version: 1, At: FormatTime(at), SessionID: id}
}

type announcedPerson struct {
	Subject string `json:"subject"`
	Name    string `json:"name"`
	Email   string `json:"email"`
}

// AnnounceArchived says that a recording is archived, or, by its row's state, that it was and cannot be read.
func AnnounceArchived(at time.Time, gateway string, s *Session) Announcement {
	kind := "archived"
	if s.State == Unreadable {
		kind = "unreadable"
	}
	return Announcement{kind, at, struct {
		announced
		Gateway       string `json:"gateway"`
		No            int64  `json:"no"`
		ActionAt      string `json:"actionAt"`
		Name          string `json:"name"`
		Email         string `json:"email"`
		Account       string `json:"account"`
		ServerName    string `json:"serverName"`
		Host          string `json:"host"`
		Protocol      string `json:"protocol"`
		ClientIP      string `json:"clientIp"`
		SessionRecord string `json:"sessionRecord"`
		Reason        string `json:"reason"`
		DurationMs    *int64 `json:"durationMs"`
		SizeBytes     *int64 `json:"sizeBytes"`
	}{newAnnounced(at, s.ID), gateway, s.No, FormatTime(s.ActionAt), s.Name, s.Email, s.Account, s.ServerName, s.Host, s.Protocol, s.ClientIP,
		s.SessionRecord, s.Reason, s.DurationMs, s.SizeBytes}}
}

// AnnounceOpened says that a person was given what a replay begins with.
func AnnounceOpened(at time.Time, p Person, requestID string, s *Session) Announcement {
	return Announcement{"opened", at, struct {
		announced
		SessionRecord string          `json:"sessionRecord"`
		Person        announcedPerson `json:"person"`
		RequestID     string          `json:"requestId"` // of the audit log's entry
	}{newAnnounced(at, s.ID), s.SessionRecord, announcedPerson{p.Subject, p.Name, p.Email}, requestID}}
}

// AnnounceExported says that a file for a person is ready to leave.
func AnnounceExported(at time.Time, e *Export) Announcement {
	return Announcement{"exported", at, struct {
		announced
		SessionRecord string          `json:"sessionRecord"`
		Person        announcedPerson `json:"person"`
		ExportID      string          `json:"exportId"`
		FileName      string          `json:"fileName"`
		Encrypted     bool            `json:"encrypted"`
		Bytes         int64           `json:"bytes"`
		SHA256        string          `json:"sha256"` // of the plaintext
		ExpiresAt     string          `json:"expiresAt"`
	}{newAnnounced(at, e.SessionID), e.SessionRecord, announcedPerson{e.Person.Subject, e.Person.Name, e.Person.Email}, e.ID, e.FileName, e.Sealed(),
		e.FileSize, e.SHA256, FormatTime(e.ExpiresAt)}}
}
