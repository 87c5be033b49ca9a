package session

import "time"

// ExportState says how far an export is. It goes from one to the next, or ends as Failed or Cancelled.
type ExportState string

const (
	ExportRequested ExportState = "REQUESTED" // nobody works on it yet
	ExportRunning   ExportState = "RUNNING"   // parts are being sealed
	ExportVerifying ExportState = "VERIFYING" // all parts are there; the file is put together and looked at
	ExportReady     ExportState = "READY"     // it can be downloaded until ExpiresAt
	ExportExpired   ExportState = "EXPIRED"
	ExportFailed    ExportState = "FAILED" // Error says why
	ExportCancelled ExportState = "CANCELLED"
)

// Active reports whether somebody works on it, or should.
func (s ExportState) Active() bool {
	return s == ExportRequested || s == ExportRunning || s == ExportVerifying
}

// Export is a job that makes a file of a session's original. Whoever changes it writes Version + 1, and only over the
// Version that they read.
type Export struct {
	ID      string      `json:"id"`
	Version int64       `json:"version"`
	State   ExportState `json:"state"`
	Error   string      `json:"error,omitempty"` // for people

	SessionID     string `json:"sessionId"`
	SessionRecord string `json:"sessionRecord"`
	Person        Person `json:"person"`   // who asked for it
	FileName      string `json:"fileName"` // as it is saved

	CreatedAt time.Time `json:"createdAt"`
	StartedAt time.Time `json:"startedAt,omitzero"` // of the first part
	ExpiresAt time.Time `json:"expiresAt,omitzero"` // of a READY one

	// What it is made of, and how.
	ActionAt  time.Time `json:"actionAt"` // of the session: the time in a tar
	Sources   []Source  `json:"sources"`
	Size      int64     `json:"size"`             // of the plaintext: the only source, or the tar of all
	SHA256    string    `json:"sha256,omitempty"` // of the plaintext, lower-case hex; of a tar once it has been read
	PartBytes int64     `json:"partBytes"`        // of plaintext, all but the last
	Parts     int       `json:"parts"`
	FileSize  int64     `json:"fileSize"`
	Header    []byte    `json:"header,omitempty"`  // of an age file; nil: it is not sealed
	Wrapped   []byte    `json:"wrapped,omitempty"` // the file key under KMS; gone as soon as the job has ended
	UploadID  string    `json:"uploadId,omitempty"`
	Composite string    `json:"composite,omitempty"` // the checksum that the file must have
	Lease     Lease     `json:"lease,omitzero"`      // of whoever puts the file together

	Shards []Shard `json:"-"` // the ranges of parts that workers take, in order
}

// Sealed reports whether the file is an age file.
func (e *Export) Sealed() bool { return len(e.Header) > 0 }

// PartsDone counts the parts that are uploaded.
func (e *Export) PartsDone() (n int) {
	for _, s := range e.Shards {
		n += s.Done
	}
	return n
}

// Source is an original object, and the entity tag that every read of it demands.
type Source struct {
	Stored
	Name string `json:"name"`
	ETag string `json:"etag"`
}

// Shard is a range of an export's parts, [First, First+Count), numbered from 0. One worker at a time is at it.
type Shard struct {
	N       int    `json:"n"`
	Version int64  `json:"version"` // the fence: who writes with an older one has lost the lease
	First   int    `json:"first"`
	Count   int    `json:"count"`
	Done    int    `json:"done"`
	Lease   Lease  `json:"lease,omitzero"`
	Digest  []byte `json:"digest,omitempty"` // state of the SHA-256 of the parts so far, where it was not known before
}

// Lease is a claim to work on something, for a while.
type Lease struct {
	Holder string    `json:"holder,omitempty"` // a random name: two leases are never alike
	Until  time.Time `json:"until,omitzero"`   // past, or zero: nobody is at it
	Tries  int       `json:"tries,omitempty"`  // leases taken since there was progress
}
