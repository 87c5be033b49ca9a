package session

import "time"

// Settings are what the organisation's administrators decide. A change holds for the next request.
type Settings struct {
	Version           int64  // counts the changes; 0: as the stack was deployed
	RequireEncryption bool   // recordings leave only sealed under a passphrase
	PlaybackLimit     *int64 // recordings of so many bytes and more are not replayed; nil: no limit
	TimeZone          string // IANA name
	RetentionDays     int    // of recordings archived from now on
}

// maxLimit is the largest whole number that every JSON reader keeps (RFC 8259, section 6).
const maxLimit = 1<<53 - 1

// MaxRetentionDays bounds how long a recording may be kept: a hundred years.
const MaxRetentionDays = 36500

// Validate says what is wrong with settings that somebody asks for: nil, or CodeInvalid.
func (s Settings) Validate() error {
	switch {
	case s.PlaybackLimit != nil && (*s.PlaybackLimit < 1 || *s.PlaybackLimit > maxLimit):
		return Errorf(CodeInvalid, "playbackLimitBytes is %d; 1 and more are possible, and null for no limit", *s.PlaybackLimit)
	case s.RetentionDays < 1 || s.RetentionDays > MaxRetentionDays:
		return Errorf(CodeInvalid, "retentionDays is %d; 1 to %d are possible", s.RetentionDays, MaxRetentionDays)
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "" || s.TimeZone == "Local" {
		return Errorf(CodeInvalid, "timeZone %q is not an IANA time zone such as Asia/Seoul", Cut(s.TimeZone, 60))
	}
	return nil
}

// Zone is the organisation's time zone. Validate has seen it.
func (s Settings) Zone() *time.Location {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Retention is how long a recording is kept from its archiving on.
func (s Settings) Retention() time.Duration { return time.Duration(s.RetentionDays) * 24 * time.Hour }
