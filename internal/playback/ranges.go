package playback

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/metrics"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// MaxRanges is how many ranges may be asked for at once.
const MaxRanges = 64

// Ranges are signed ranges of segments and of their lines of transcript.
type Ranges struct {
	Segments   []Part
	Transcript []Part // segments without lines are not among them
	ExpiresAt  time.Time
}

// Ranges gives signed ranges for segments, and for the transcript's lines of segments. Which seconds of the
// recording they are, seen or read, is in the audit log before they are given. Errors: CodeForbidden, CodeInvalid, CodeNotFound,
// CodeNotReady, CodeUnavailable.
func (b *Playback) Ranges(ctx context.Context, p session.Person, requestID, id string, segments, transcript []int) (*Ranges, error) {
	s, play, err := b.replayable(ctx, p, requestID, id, access.Play)
	if err != nil {
		return nil, err
	}
	records, err := b.wanted(ctx, play, slices.Concat(segments, transcript))
	if err != nil {
		return nil, err
	}
	transcript = slices.DeleteFunc(slices.Clone(transcript), func(n int) bool {
		return records[n].Text.Bytes == 0 || play.Keys != nil // where there are keys, they are what the table means
	})
	out := &Ranges{ExpiresAt: b.Now().Add(URLLife)}
	detail := map[string]string{"encoder": fmt.Sprint(play.Encoder), "expiresAt": session.FormatTime(out.ExpiresAt)}
	detail["segments"], detail["seconds"] = given(segments, records, s.DurationMs)
	detail["transcript"], detail["transcriptSeconds"] = given(transcript, records, s.DurationMs)
	maps.DeleteFunc(detail, func(_, value string) bool { return value == "" })
	if err := b.Audit.Record(ctx, session.Event{Action: session.ActPlay, Person: p, RequestID: requestID, SessionID: id, Detail: detail}); err != nil {
		return nil, err
	}
	if out.Segments, err = b.signSegments(ctx, p, play, segments, records); err != nil {
		return nil, err
	}
	if out.Transcript, err = b.signTexts(ctx, p, play.Transcript.Key, transcript, records); err != nil {
		return nil, err
	}
	metrics.Put(metrics.RangesIssued.Of(float64(len(out.Segments) + len(out.Transcript))))
	return out, nil
}

// replayable is a session that is replayed, for a deed. Of one that is not the error says why.
func (b *Playback) replayable(ctx context.Context, p session.Person, requestID, id string, d access.Deed) (*session.Session, *session.Play, error) {
	s, play, err := b.find(ctx, p, requestID, id, d)
	if err != nil {
		return nil, nil, err
	}
	settings, err := b.Settings.Current(ctx)
	if err != nil {
		return nil, nil, err
	}
	if reason, message := refusal(s, play, settings.PlaybackLimit); reason != "" {
		return nil, nil, session.Errorf(session.CodeNotReady, "%s", strings.Join(message, " "))
	}
	return s, play, nil
}

// wanted reads the table's entries of what is asked for, if that is possible.
func (b *Playback) wanted(ctx context.Context, play *session.Play, list []int) (map[int]tape.Record, error) {
	if play.Video != nil {
		return nil, session.Errorf(session.CodeInvalid, "a film has no segments: its address is good for all of it")
	}
	if n := len(list); n == 0 || n > MaxRanges {
		return nil, session.Errorf(session.CodeInvalid, "%d ranges are asked for; 1 to %d are possible", n, MaxRanges)
	}
	wanted := slices.Compact(slices.Sorted(slices.Values(list)))
	if count := segmentCount(play); wanted[0] < 0 || wanted[len(wanted)-1] >= count {
		return nil, session.Errorf(session.CodeInvalid, "the recording has segments 0 to %d", count-1)
	}
	return b.records(ctx, play, wanted)
}

// signTexts signs what the second part of entries says, in an object.
func (b *Playback) signTexts(ctx context.Context, p session.Person, key string, wanted []int, records map[int]tape.Record) ([]Part, error) {
	parts := []Part{}
	for _, n := range wanted {
		text := records[n].Text
		part, err := b.sign(ctx, p, key, n, text.Offset, text.Bytes, hex.EncodeToString(text.SHA256[:]))
		if err != nil {
			return nil, err
		}
		parts = append(parts, *part)
	}
	return parts, nil
}

func (b *Playback) signSegments(ctx context.Context, p session.Person, play *session.Play, wanted []int, records map[int]tape.Record) ([]Part, error) {
	parts := []Part{}
	for _, n := range wanted {
		at := records[n].Play
		part, err := b.sign(ctx, p, play.Object.Key, n, at.Offset, at.Bytes, hex.EncodeToString(at.SHA256[:]))
		if err != nil {
			return nil, err
		}
		parts = append(parts, *part)
	}
	return parts, nil
}

func segmentCount(play *session.Play) int { return int(play.Table.Size / tape.RecordSize) }

// window is the numbers from, from+1, ... below to.
func window(from, to int) (list []int) {
	for n := from; n < to; n++ {
		list = append(list, n)
	}
	return list
}

// records reads entries of the table, and the ones after them, which say when each segment ends. wanted is in
// order. Entries that lie near each other are read at once.
func (b *Playback) records(ctx context.Context, play *session.Play, wanted []int) (map[int]tape.Record, error) {
	records := map[int]tape.Record{}
	count := segmentCount(play)
	for from := 0; from < len(wanted); {
		to := from + 1
		for to < len(wanted) && wanted[to]-wanted[to-1] <= 64 {
			to++
		}
		first, last := wanted[from], min(wanted[to-1]+1, count-1)
		data, err := b.Derived.ReadRange(ctx, play.Table.Key, int64(first)*tape.RecordSize, int64(last-first+1)*tape.RecordSize)
		if err != nil {
			return nil, err
		}
		list, err := tape.ParseRecords(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", play.Table.Key, err)
		}
		for i, r := range list {
			records[first+i] = r
		}
		from = to
	}
	return records, nil
}

// given is what the audit log says of segments, or of their lines of transcript: their numbers and the seconds of the
// recording that they hold, as runs such as "3-5", in order. Of nothing it says "".
func given(parts []int, records map[int]tape.Record, durationMs *int64) (numbers, seconds string) {
	list := slices.Compact(slices.Sorted(slices.Values(parts)))
	var runs, times []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[j+1] == list[j]+1 {
			j++
		}
		until := records[list[j]].StartMs
		if next, ok := records[list[j]+1]; ok {
			until = next.StartMs
		} else if durationMs != nil {
			until = *durationMs
		}
		runs = append(runs, fmt.Sprintf("%d-%d", list[i], list[j]))
		times = append(times, fmt.Sprintf("%.3f-%.3f", float64(records[list[i]].StartMs)/1000, float64(until)/1000))
		i = j + 1
	}
	return strings.Join(runs, " "), strings.Join(times, " ")
}
