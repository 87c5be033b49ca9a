// Package export lets recordings leave as files: as they are, or sealed under a passphrase by a job that survives
// kills, faults and overwrites. Each step that gives something is in the audit log before it is taken.
package export

import (
	"context"
	"io"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/archive"
	"tapedeck/internal/jobs"
	"tapedeck/internal/session"
)

const (
	// URLLife is how long a signed address is good for.
	URLLife = 5 * time.Minute
	// FileLife is how long a finished file can be downloaded.
	FileLife = 24 * time.Hour
)

// Index finds a session and its recording.
type Index interface {
	Session(ctx context.Context, id string) (*session.Session, *session.Recording, error)
}

// Jobs keeps jobs. Save and SaveShard are jobs.ErrConflict when somebody else wrote meanwhile.
type Jobs interface {
	Create(ctx context.Context, e *session.Export) error
	Load(ctx context.Context, id string) (*session.Export, error)
	Save(ctx context.Context, e *session.Export) error
	SaveShard(ctx context.Context, e *session.Export, s *session.Shard) error
	Of(ctx context.Context, subject string, n int32) ([]session.Export, error)
	WillExpire(ctx context.Context, id string, at time.Time) error
	Expired(ctx context.Context, now time.Time) ([]jobs.Due, error)
	HasExpired(ctx context.Context, d jobs.Due) error
}

// Slots bounds how many jobs there are at a time.
type Slots interface {
	TakeSlots(ctx context.Context, id, subject string, now time.Time) error
	FreeSlots(ctx context.Context, id string) error
	Slotted(ctx context.Context) (ids []string, err error)
	Claim(ctx context.Context, key []string, id string, now time.Time) (bound string, err error)
}

// Files are the originals, and the files that are made of them.
type Files interface {
	Tag(ctx context.Context, o session.Stored) (etag string, err error)
	ReadOriginal(ctx context.Context, o session.Source, offset, length int64) (io.ReadCloser, error)

	Begin(ctx context.Context, id string) (uploadID string, err error)
	Put(ctx context.Context, id, uploadID string, n int32, data []byte) error
	Parts(ctx context.Context, id, uploadID string) ([]archive.UploadedPart, error)
	Complete(ctx context.Context, id, uploadID string, parts []archive.UploadedPart) error
	Look(ctx context.Context, id string) (archive.File, error)
	ReadFile(ctx context.Context, id, etag string, offset, length int64) ([]byte, error)
	Abort(ctx context.Context, id, uploadID string) error
	AbortUploads(ctx context.Context, id string) error
	Delete(ctx context.Context, id string) error
}

// Keys wraps file keys. What it will never do is keys.ErrRefused.
type Keys interface {
	Wrap(ctx context.Context, key []byte, encryptionContext map[string]string) ([]byte, error)
	Unwrap(ctx context.Context, wrapped []byte, encryptionContext map[string]string) ([]byte, error)
}

// Queue brings messages to workers, each at least once.
type Queue interface {
	Send(ctx context.Context, message string) error
}

// Signer signs a GET of a whole object for a person, who saves it under a name.
type Signer interface {
	SignFile(ctx context.Context, p session.Person, key, version, name string, life time.Duration) (url string, err error)
}

// Events tells others what has been done.
type Events interface {
	Announce(ctx context.Context, a session.Announcement)
}

// Settings are those of the organisation.
type Settings interface {
	Current(ctx context.Context) (session.Settings, error)
}

// Exports is the use case of people: they start jobs, look at them, and fetch.
type Exports struct {
	Index     Index
	Settings  Settings
	Audit     access.Recorder
	Jobs      Jobs
	Slots     Slots
	Files     Files
	Keys      Keys
	Queue     Queue
	Originals Signer // of the evidence bucket
	Made      Signer // of the exports bucket
	Now       func() time.Time

	PartBytes int64 // of plaintext, a multiple of 64 KiB; 0: as large a part as the recording needs
}

// Address is where a file can be fetched, for a while.
type Address struct {
	URL       string
	ExpiresAt time.Time
	SHA256    string // of the plaintext
	Bytes     int64  // of the file
}

// keyContext is what a file key is wrapped under: it can be unwrapped for this job alone.
func keyContext(e *session.Export) map[string]string {
	return map[string]string{"purpose": "export", "exportId": e.ID, "sessionId": e.SessionID}
}
