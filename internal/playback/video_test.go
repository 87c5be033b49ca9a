package playback_test

import (
	"reflect"
	"slices"
	"testing"

	"tapedeck/internal/session"
	"tapedeck/internal/settings"
)

// film makes the recording a film.
func (w *world) film(t *testing.T, ms *int64) {
	t.Helper()
	size := int64(9196)
	play := &session.Play{Encoder: 5, Video: &session.Video{Stored: session.Stored{Key: "film.mp4", VersionID: "v1", Size: size, SHA256: "ab"}, Type: "video/mp4"}}
	if err := w.index.PutRow(t.Context(), &session.Session{ID: w.id, ActionAt: now, State: session.Ready, SizeBytes: &size, DurationMs: ms}, &session.Recording{Play: play}); err != nil {
		t.Fatal(err)
	}
}

func TestTheRecordOfAFilmSaysThatAllOfItWasGiven(t *testing.T) {
	ms := int64(8000)
	for seconds, length := range map[string]*int64{"0.000-8.000": &ms, "all": nil} {
		w := newWorld(t)
		w.film(t, length)
		out, err := w.playback.Open(t.Context(), viewer, "r", w.id)
		if err != nil || !out.Playable || out.Index != nil || len(out.Segments) > 0 || out.Video == nil || out.Video.URL != "https://s3.test/film.mp4" || out.Video.Bytes != 9196 {
			t.Fatalf("%+v, %v", out, err)
		}
		want := map[string]string{"video": "whole file", "bytes": "9196", "sha256": "ab", "seconds": seconds, "encoder": "5", "expiresAt": "2026-11-24T12:05:00.000Z"}
		if len(w.events) != 1 || !reflect.DeepEqual(w.events[0].Detail, want) || w.events[0].Action != session.ActPlay || w.events[0].SessionID != w.id {
			t.Errorf("recorded %+v", w.events)
		}
		if !slices.Equal(w.signed, []string{"film.mp4 v1 as video/mp4"}) {
			t.Errorf("signed %q", w.signed)
		}
	}
}

func TestAFilmIsNotGivenWithoutARecordNorAboveTheLimit(t *testing.T) {
	w := newWorld(t)
	w.film(t, nil)
	w.broken = session.Errorf(session.CodeUnavailable, "down")
	if out, err := w.playback.Open(t.Context(), viewer, "r", w.id); out != nil || session.CodeOf(err) != session.CodeUnavailable {
		t.Errorf("%+v, %v", out, err)
	}
	w.broken = nil
	limit := int64(9196) // of the file's own bytes
	w.playback.Settings = settings.Fixed{PlaybackLimit: &limit}
	if out, err := w.playback.Open(t.Context(), viewer, "r", w.id); err != nil || out.Playable || out.Reason != "too_large" || out.Video != nil {
		t.Errorf("%+v, %v", out, err)
	}
	if len(w.signed) > 0 || len(w.events) > 0 {
		t.Errorf("signed %q, recorded %v", w.signed, w.events)
	}
	limit++
	if out, err := w.playback.Open(t.Context(), viewer, "r", w.id); err != nil || !out.Playable {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestAFilmHasNoSegments(t *testing.T) {
	w := newWorld(t)
	w.film(t, nil)
	if out, err := w.playback.Ranges(t.Context(), viewer, "r", w.id, []int{0}, nil); out != nil || session.CodeOf(err) != session.CodeInvalid || len(w.signed) > 0 {
		t.Errorf("%+v, %v", out, err)
	}
}
