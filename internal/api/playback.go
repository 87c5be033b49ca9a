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
	out.ExpiresAt = optional(session.FormatTime(a.ExpiresAt))
	if a.Video != nil {
		out.Video = &Video{Url: a.Video.URL, ContentType: VideoContentType(a.Video.Type), Bytes: a.Video.Bytes}
		return out
	}
	out.Index = &Part{Url: a.Index.URL, Range: a.Index.Range, Sha256: a.Index.SHA256}
	out.Segments = newSegments(a.Segments)
	return out
}

func newSegments(parts []playback.Part) []Segment {
	list := []Segment{}
	for _, p := range parts {
		list = append(list, Segment{N: p.N, Url: p.URL, Range: p.Range, Sha256: p.SHA256})
	}
	return list
}

// CreateRanges answers signed ranges.
func (s *Server) CreateRanges(ctx context.Context, r CreateRangesRequestObject) (CreateRangesResponseObject, error) {
	if s.Playback == nil {
		return nil, notHere()
	}
	var transcript []int
	if r.Body.Transcript != nil {
		transcript = *r.Body.Transcript
	}
	found, err := s.Playback.Ranges(ctx, person(ctx), s.RequestID(ctx), r.Id, r.Body.Segments, transcript)
	if err != nil {
		return nil, err
	}
	return CreateRanges200JSONResponse{Segments: newSegments(found.Segments), Transcript: newSegments(found.Transcript),
		ExpiresAt: session.FormatTime(found.ExpiresAt)}, nil
}

// CreateKeys answers signed ranges of what was typed.
func (s *Server) CreateKeys(ctx context.Context, r CreateKeysRequestObject) (CreateKeysResponseObject, error) {
	if s.Playback == nil {
		return nil, notHere()
	}
	found, err := s.Playback.Keys(ctx, person(ctx), s.RequestID(ctx), r.Id, r.Body.Segments)
	if err != nil {
		return nil, err
	}
	return CreateKeys200JSONResponse{Segments: newSegments(found.Segments), ExpiresAt: session.FormatTime(found.ExpiresAt)}, nil
}
