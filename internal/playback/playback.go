// Package playback gives out what a player needs: signed addresses of a recording's byte ranges, each
// recorded in the audit log before it leaves.
package playback

import (
	"context"
	"fmt"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/metrics"
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

// Originals signs an original, whole, that a browser plays as it is.
type Originals interface {
	SignVideo(ctx context.Context, p session.Person, key, version, mediaType string, life time.Duration) (url string, err error)
}

// Derived reads parts of derived objects.
type Derived interface {
	ReadRange(ctx context.Context, key string, offset, bytes int64) ([]byte, error)
}

// Settings are those of the organisation.
type Settings interface {
	Current(ctx context.Context) (session.Settings, error)
}

// Events tells others what has been done.
type Events interface {
	Announce(ctx context.Context, a session.Announcement)
}

// Playback is the use case.
type Playback struct {
	Index     Index
	Audit     access.Recorder
	Signer    Signer
	Originals Originals
	Derived   Derived
	Settings  Settings
	Now       func() time.Time
	Events    Events // nil: nobody is told
}

// Part is one signed closed range of one object.
type Part struct {
	N      int // the segment's number
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
	Segments   []Part // the first ones
	Video      *Video // of a film, instead of index and segments
	ExpiresAt  time.Time
}

// firstSegments is how many segments come with the first answer, so that the first frame needs no other.
const firstSegments = 2

// Open answers how to replay a session. Errors: CodeForbidden, CodeNotFound, CodeNotReady, CodeUnavailable.
func (b *Playback) Open(ctx context.Context, p session.Person, requestID, id string) (*Answer, error) {
	s, play, err := b.find(ctx, p, requestID, id, access.Play)
	if err != nil {
		return nil, err
	}
	settings, err := b.Settings.Current(ctx)
	if err != nil {
		return nil, err
	}
	answer := &Answer{Limit: settings.PlaybackLimit, DurationMs: s.DurationMs}
	if answer.Reason, answer.Message = refusal(s, play, settings.PlaybackLimit); answer.Reason != "" {
		return answer, nil
	}
	if play.Video != nil {
		return b.openVideo(ctx, p, requestID, s, play, answer)
	}
	wanted := window(0, min(firstSegments, segmentCount(play)))
	records, err := b.records(ctx, play, wanted)
	if err != nil {
		return nil, err
	}
	answer.ExpiresAt = b.Now().Add(URLLife)
	detail := map[string]string{"index": byteRange(0, play.Index.Size), "encoder": fmt.Sprint(play.Encoder), "expiresAt": session.FormatTime(answer.ExpiresAt)}
	detail["segments"], detail["seconds"] = given(wanted, records, s.DurationMs)
	if err := b.Audit.Record(ctx, session.Event{Action: session.ActPlay, Person: p, RequestID: requestID, SessionID: id, Detail: detail}); err != nil {
		return nil, err
	}
	if answer.Index, err = b.sign(ctx, p, play.Index.Key, 0, 0, play.Index.Size, play.Index.SHA256); err != nil {
		return nil, err
	}
	if answer.Segments, err = b.signSegments(ctx, p, play, wanted, records); err != nil {
		return nil, err
	}
	answer.Playable = true
	b.opened(ctx, p, requestID, s, 1+len(answer.Segments))
	return answer, nil
}

// opened counts the addresses that a replay begins with, and tells others.
func (b *Playback) opened(ctx context.Context, p session.Person, requestID string, s *session.Session, addresses int) {
	metrics.Put(metrics.RangesIssued.Of(float64(addresses)))
	if b.Events != nil {
		b.Events.Announce(ctx, session.AnnounceOpened(b.Now(), p, requestID, s))
	}
}

// find is a session that can be replayed at all, and what of it, for a deed.
func (b *Playback) find(ctx context.Context, p session.Person, requestID, id string, d access.Deed) (*session.Session, *session.Play, error) {
	if err := access.DemandOf(ctx, b.Audit, p, requestID, id, d); err != nil {
		return nil, nil, err
	}
	s, rec, err := b.Index.Session(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if err := access.DemandSession(ctx, b.Audit, p, requestID, s); err != nil {
		return nil, nil, err
	}
	if s.State != session.Ready {
		return nil, nil, session.Errorf(session.CodeNotReady, "%s", s.StateSentence())
	}
	if rec == nil {
		return s, nil, nil
	}
	return s, rec.Play, nil
}

// refusal says why a session that is ready is not replayed; "" when it is.
func refusal(s *session.Session, play *session.Play, limit *int64) (reason string, message []string) {
	switch {
	case limit != nil && s.SizeBytes != nil && *s.SizeBytes >= *limit:
		return "too_large", limitSentences(*limit)
	case play == nil:
		return "not_replayable", []string{"The recording is kept, but is too large to be replayed directly.", limitAdvice}
	case !play.Replayable():
		return "not_replayable", []string{"The recording was prepared for replay by an earlier version, and has to be prepared again.", limitAdvice}
	}
	return "", nil
}

func (b *Playback) sign(ctx context.Context, p session.Person, key string, n int, offset, bytes int64, sha256 string) (*Part, error) {
	url, err := b.Signer.SignRange(ctx, p, key, offset, offset+bytes-1, URLLife)
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", key, err)
	}
	return &Part{N: n, URL: url, Range: byteRange(offset, bytes), SHA256: sha256}, nil
}

func byteRange(offset, bytes int64) string { return fmt.Sprintf("bytes=%d-%d", offset, offset+bytes-1) }

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
