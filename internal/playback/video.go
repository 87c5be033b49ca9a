package playback

import (
	"context"
	"fmt"

	"tapedeck/internal/session"
)

// Video is the signed address of a whole film. A browser asks for the ranges that it likes.
type Video struct {
	URL   string
	Type  string // media type
	Bytes int64
}

// openVideo gives a film. Which seconds of it are seen is known to the browser alone, so all of it is recorded as given.
func (b *Playback) openVideo(ctx context.Context, p session.Person, requestID string, s *session.Session, play *session.Play, answer *Answer) (*Answer, error) {
	v := play.Video
	answer.ExpiresAt = b.Now().Add(URLLife)
	detail := map[string]string{"video": "whole file", "bytes": fmt.Sprint(v.Size), "sha256": v.SHA256, "seconds": "all",
		"encoder": fmt.Sprint(play.Encoder), "expiresAt": session.FormatTime(answer.ExpiresAt)}
	if s.DurationMs != nil {
		detail["seconds"] = fmt.Sprintf("0.000-%.3f", float64(*s.DurationMs)/1000)
	}
	if err := b.Audit.Record(ctx, session.Event{Action: session.ActPlay, Person: p, RequestID: requestID, SessionID: s.ID, Detail: detail}); err != nil {
		return nil, err
	}
	url, err := b.Originals.SignVideo(ctx, p, v.Key, v.VersionID, v.Type, URLLife)
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", v.Key, err)
	}
	answer.Playable, answer.Video = true, &Video{URL: url, Type: v.Type, Bytes: v.Size}
	b.opened(ctx, p, requestID, s, 1)
	return answer, nil
}
