package api

import (
	"context"

	"tapedeck/internal/playback"
	"tapedeck/internal/session"
)

// GetPlayback answers what a player needs.
func (s *Server) GetPlayback(ctx context.Context, r GetPlaybackRequestObject) (GetPlaybackResponseObject, error) {
	if s.Playback == nil {
		return nil, notHere()
	}
	a, err := s.Playback.Open(ctx, person(ctx), s.RequestID(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return newPlayback(a), nil
}

func newPlayback(a *playback.Answer) GetPlayback200JSONResponse {
	out := GetPlayback200JSONResponse{Playable: a.Playable, Reason: PlaybackReason(a.Reason), Message: a.Message,
		LimitBytes: a.Limit, DurationMs: a.DurationMs, Segments: []Segment{}}
	if out.Message == nil {
		out.Message = []string{}
	}
	if !a.Playable {
		return out
	}
	out.Index = &Part{Url: a.Index.URL, Range: a.Index.Range, Sha256: a.Index.SHA256}
	for n, p := range a.Segments {
		out.Segments = append(out.Segments, Segment{N: n, Url: p.URL, Range: p.Range, Sha256: p.SHA256})
	}
	out.ExpiresAt = optional(session.FormatTime(a.ExpiresAt))
	return out
}
