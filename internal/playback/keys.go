package playback

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"tapedeck/internal/access"
	"tapedeck/internal/metrics"
	"tapedeck/internal/session"
)

// Keys gives signed ranges of what was typed, passwords too, and of what the clipboard got, while segments were shown;
// segments without any are not among them. Which seconds they are is in the audit log before they are given. Errors: those of
// Ranges, and CodeNotFound where nothing of the kind is kept.
func (b *Playback) Keys(ctx context.Context, p session.Person, requestID, id string, segments []int) (*Ranges, error) {
	s, play, err := b.replayable(ctx, p, requestID, id, access.Keys)
	if err != nil {
		return nil, err
	}
	if play.Keys == nil || play.Keys.Size == 0 {
		return nil, session.Errorf(session.CodeNotFound, "nothing that was typed is kept of this session")
	}
	records, err := b.wanted(ctx, play, segments)
	if err != nil {
		return nil, err
	}
	segments = slices.DeleteFunc(slices.Clone(segments), func(n int) bool { return records[n].Text.Bytes == 0 })
	out := &Ranges{ExpiresAt: b.Now().Add(URLLife)}
	detail := map[string]string{"encoder": fmt.Sprint(play.Encoder), "expiresAt": session.FormatTime(out.ExpiresAt)}
	detail["segments"], detail["seconds"] = given(segments, records, s.DurationMs)
	maps.DeleteFunc(detail, func(_, value string) bool { return value == "" })
	if err := b.Audit.Record(ctx, session.Event{Action: session.ActKeys, Person: p, RequestID: requestID, SessionID: id, Detail: detail}); err != nil {
		return nil, err
	}
	if out.Segments, err = b.signTexts(ctx, p, play.Keys.Key, segments, records); err != nil {
		return nil, err
	}
	metrics.Put(metrics.RangesIssued.Of(float64(len(out.Segments))))
	return out, nil
}
