// Package playback gives out what a player needs: signed addresses of a recording's byte ranges, each
// recorded in the audit log before it leaves.
package playback

import (
	"context"
	"fmt"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/session"
)

// URLLife is how long a signed address is good for.
const URLLife = 5 * time.Minute

// Index finds a session and its recording.
type Index interface {
	Session(ctx context.Context, id string) (*session.Session, *session.Recording, error)
}

// Signer signs one closed byte range, [from, to], of one object for a person.
type Signer interface {
	SignRange(ctx context.Context, p session.Person, key string, from, to int64, life time.Duration) (url string, err error)
}

// Playback is the use case.
type Playback struct {
	Index  Index
	Audit  access.Recorder
	Signer Signer
	Limit  *int64 // recordings of so many bytes and more are not replayed; nil: no limit
	Now    func() time.Time
}

// Part is one signed closed range of one object.
type Part struct {
	URL    string
	Range  string // the Range header to send, as signed
	SHA256 string // of exactly these bytes
}

// Answer is what a player gets.
type Answer struct {
	Playable   bool
	Reason     string   // when not playable: too_large, not_replayable
	Message    []string // in sentences, for people
	Limit      *int64
	DurationMs *int64
	Index      *Part
	Segments   []Part // n = position
	ExpiresAt  time.Time
}

// Open answers how to replay a session. Errors: CodeForbidden, CodeNotFound, CodeNotReady, CodeUnavailable.
func (b *Playback) Open(ctx context.Context, p session.Person, requestID, id string) (*Answer, error) {
	if err := access.Demand(ctx, b.Audit, p, requestID, access.Play); err != nil {
		return nil, err
	}
	s, rec, err := b.Index.Session(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := access.DemandSession(ctx, b.Audit, p, requestID, s); err != nil {
		return nil, err
	}
	if s.State != session.Ready {
		return nil, session.Errorf(session.CodeNotReady, "%s", stateSentence(s))
	}
	answer := &Answer{Limit: b.Limit, DurationMs: s.DurationMs}
	switch {
	case b.Limit != nil && s.SizeBytes != nil && *s.SizeBytes >= *b.Limit:
		answer.Reason, answer.Message = "too_large", limitSentences(*b.Limit)
		return answer, nil
	case rec == nil || rec.Play == nil:
		answer.Reason, answer.Message = "not_replayable", []string{"The recording is kept, but is too large to be replayed directly.", limitAdvice}
		return answer, nil
	}
	answer.ExpiresAt = b.Now().Add(URLLife)
	index, object := rec.Play.Index, rec.Play.Object
	err = b.Audit.Record(ctx, session.Event{Action: session.ActPlay, Person: p, RequestID: requestID, SessionID: id, Detail: map[string]string{
		"index": byteRange(index.Size), "object": byteRange(object.Size), "encoder": fmt.Sprint(rec.Play.Encoder), "expiresAt": session.FormatTime(answer.ExpiresAt)}})
	if err != nil {
		return nil, err
	}
	if answer.Index, err = b.sign(ctx, p, index); err != nil {
		return nil, err
	}
	whole, err := b.sign(ctx, p, object)
	if err != nil {
		return nil, err
	}
	answer.Playable, answer.Segments = true, []Part{*whole}
	return answer, nil
}

func (b *Playback) sign(ctx context.Context, p session.Person, o session.Stored) (*Part, error) {
	url, err := b.Signer.SignRange(ctx, p, o.Key, 0, o.Size-1, URLLife)
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", o.Key, err)
	}
	return &Part{URL: url, Range: byteRange(o.Size), SHA256: o.SHA256}, nil
}

func byteRange(size int64) string { return fmt.Sprintf("bytes=0-%d", size-1) }

func stateSentence(s *session.Session) string {
	sentence := map[session.State]string{
		session.Waiting:    "The recording has not been archived yet",
		session.Incomplete: "The recording is incomplete",
		session.Unreadable: "The recording cannot be read",
		session.Expired:    "The recording is past its retention and was deleted",
	}[s.State]
	if s.Reason != "" {
		sentence += ": " + s.Reason
	}
	return sentence + "."
}

const limitAdvice = "To view this session, download the file and play it locally."

// limitSentences are the words of the screen, with the limit in MB, or in KB or bytes below one.
func limitSentences(limit int64) []string {
	const kb, mb = 1 << 10, 1 << 20
	size := fmt.Sprintf("%dbytes", limit)
	switch {
	case limit >= mb:
		size = fmt.Sprintf("%dMB", limit/mb)
	case limit >= kb:
		size = fmt.Sprintf("%dKB", limit/kb)
	}
	return []string{"The file exceeds " + size + ", and the session cannot be replayed directly.", limitAdvice}
}
