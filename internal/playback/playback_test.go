package playback_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/index/indextest"
	"tapedeck/internal/playback"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
	"tapedeck/internal/tape"
)

var (
	now    = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	viewer = session.Person{Subject: "ada", Roles: []session.Role{session.Auditor}}
)

// world is a recording of seven segments, of 10 s each, the second and the last without lines, and who wants to see it.
type world struct {
	playback *playback.Playback
	index    *indextest.Memory
	id       string
	play     session.Play
	table    []byte
	events   []session.Event
	signed   []string // key and range, in order
	broken   error    // of the audit log
	told     []string // types of what others were told
}

const segments = 7

func (w *world) Record(_ context.Context, e session.Event) error {
	if w.broken == nil {
		w.events = append(w.events, e)
	}
	return w.broken
}

func (w *world) SignRange(_ context.Context, p session.Person, key string, from, to int64, life time.Duration) (string, error) {
	act := session.ActPlay
	if key == "keys" {
		act = session.ActKeys
	}
	if len(w.events) == 0 || w.events[len(w.events)-1].Action != act || p.Subject != viewer.Subject || life > 5*time.Minute {
		return "", errors.New("this must not be signed")
	}
	w.signed = append(w.signed, fmt.Sprintf("%s bytes=%d-%d", key, from, to))
	return "https://s3.test/" + key, nil
}

func (w *world) SignVideo(_ context.Context, p session.Person, key, version, mediaType string, life time.Duration) (string, error) {
	if len(w.events) == 0 || w.events[len(w.events)-1].Action != session.ActPlay || p.Subject != viewer.Subject || life > 5*time.Minute {
		return "", errors.New("this must not be signed")
	}
	w.signed = append(w.signed, fmt.Sprintf("%s %s as %s", key, version, mediaType))
	return "https://s3.test/" + key, nil
}

func (w *world) ReadRange(_ context.Context, key string, offset, bytes int64) ([]byte, error) {
	if key != w.play.Table.Key {
		return nil, errors.New("this is not the table")
	}
	return w.table[offset : offset+bytes], nil
}

func newWorld(t *testing.T) *world {
	w := &world{id: session.NewID(now, "gw", "x"), index: indextest.NewMemory()}
	at := tape.Record{}
	for n := range int64(segments) {
		r := tape.Record{StartMs: n * 10_000, Play: tape.Part{Offset: at.Play.Offset + at.Play.Bytes, Bytes: 100 + n, RawBytes: 1000},
			Text: tape.Part{Offset: at.Text.Offset + at.Text.Bytes, Bytes: 50 + n, RawBytes: 500}}
		if n == 1 || n == segments-1 {
			r.Text.Bytes, r.Text.RawBytes = 0, 0
		}
		w.table, at = r.AppendTo(w.table), r
	}
	w.play = session.Play{Encoder: 3, Object: session.Stored{Key: "play", Size: 721}, Index: session.Stored{Key: "index", Size: 40},
		Table: session.Stored{Key: "table", Size: int64(len(w.table))}, Transcript: session.Stored{Key: "transcript", Size: 300}}
	size, ms := int64(7000), int64(65_000)
	if err := w.index.PutRow(t.Context(), &session.Session{ID: w.id, ActionAt: now, State: session.Ready, SizeBytes: &size, DurationMs: &ms},
		&session.Recording{Play: &w.play}); err != nil {
		t.Fatal(err)
	}
	w.playback = &playback.Playback{Index: w.index, Audit: w, Signer: w, Originals: w, Derived: w, Settings: settings.Fixed{}, Now: func() time.Time { return now }}
	return w
}

// numbers are those of runs such as "0-1 4-4".
func numbers(t *testing.T, runs string) (list []int) {
	t.Helper()
	for _, run := range strings.Fields(runs) {
		var from, to int
		if _, err := fmt.Sscanf(run, "%d-%d", &from, &to); err != nil {
			t.Fatal(err)
		}
		for n := from; n <= to; n++ {
			list = append(list, n)
		}
	}
	return list
}

// ranges are the byte ranges of an object that entries of the table name.
func (w *world) ranges(t *testing.T, key string, list []int, of func(tape.Record) tape.Part) (signed []string) {
	t.Helper()
	records, err := tape.ParseRecords(w.table)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range list {
		p := of(records[n])
		signed = append(signed, fmt.Sprintf("%s bytes=%d-%d", key, p.Offset, p.Offset+p.Bytes-1))
	}
	return signed
}

func shown(r tape.Record) tape.Part { return r.Play }
func said(r tape.Record) tape.Part  { return r.Text }

// answered are the ranges of an answer.
func answered(key string, parts []playback.Part) (signed []string) {
	for _, p := range parts {
		signed = append(signed, key+" "+p.Range)
	}
	return signed
}

// What the audit log says was given is read back, and looked up in the table: it must be what the answer holds and
// what was signed, and nothing else.
func TestTheRecordIsWhatWasGiven(t *testing.T) {
	for _, c := range []struct {
		segments, transcript []int
		want                 map[string]string
	}{
		{[]int{0, 1, 2, 5}, nil, map[string]string{"segments": "0-2 5-5", "seconds": "0.000-30.000 50.000-60.000"}},
		{nil, []int{3, 4}, map[string]string{"transcript": "3-4", "transcriptSeconds": "30.000-50.000"}},
		{[]int{6}, []int{0, 1, 2}, map[string]string{"segments": "6-6", "seconds": "60.000-65.000", "transcript": "0-0 2-2", "transcriptSeconds": "0.000-10.000 20.000-30.000"}},
		{[]int{4, 2, 3}, []int{6}, map[string]string{"segments": "2-4", "seconds": "20.000-50.000"}},
		{nil, []int{1}, map[string]string{}},
	} {
		w := newWorld(t)
		out, err := w.playback.Ranges(t.Context(), viewer, "r", w.id, c.segments, c.transcript)
		if err != nil || len(w.events) != 1 {
			t.Fatalf("%v %v: %v, %d records", c.segments, c.transcript, err, len(w.events))
		}
		detail := w.events[0].Detail
		c.want["encoder"], c.want["expiresAt"] = "3", "2026-11-24T12:05:00.000Z"
		if !reflect.DeepEqual(detail, c.want) {
			t.Errorf("%v %v: recorded %v", c.segments, c.transcript, detail)
		}
		recorded := slices.Concat(w.ranges(t, "play", numbers(t, detail["segments"]), shown), w.ranges(t, "transcript", numbers(t, detail["transcript"]), said))
		given := slices.Concat(answered("play", out.Segments), answered("transcript", out.Transcript))
		slices.Sort(recorded)
		slices.Sort(given)
		slices.Sort(w.signed)
		if !slices.Equal(recorded, given) || !slices.Equal(w.signed, given) {
			t.Errorf("%v %v: recorded %q\ngiven %q\nsigned %q", c.segments, c.transcript, recorded, given, w.signed)
		}
	}
}

func TestTheRecordOfAnOpenedRecordingIsWhatWasGiven(t *testing.T) {
	w := newWorld(t)
	out, err := w.playback.Open(t.Context(), viewer, "r", w.id)
	if err != nil || len(w.events) != 1 {
		t.Fatalf("%v, %d records", err, len(w.events))
	}
	want := map[string]string{"index": "bytes=0-39", "encoder": "3", "expiresAt": "2026-11-24T12:05:00.000Z", "segments": "0-1", "seconds": "0.000-20.000"}
	detail := w.events[0].Detail
	if !reflect.DeepEqual(detail, want) {
		t.Errorf("recorded %v", detail)
	}
	recorded := append([]string{"index " + detail["index"]}, w.ranges(t, "play", numbers(t, detail["segments"]), shown)...)
	given := append(answered("index", []playback.Part{*out.Index}), answered("play", out.Segments)...)
	if !slices.Equal(recorded, given) || !slices.Equal(w.signed, given) {
		t.Errorf("recorded %q\ngiven %q\nsigned %q", recorded, given, w.signed)
	}
}

func TestWhatIsTooLargeToEncodeSaysSo(t *testing.T) {
	w := newWorld(t)
	id := session.NewID(now, "gw", "large")
	large := &session.Session{ID: id, ActionAt: now, State: session.Ready, Reason: session.ReasonTooLarge}
	if err := w.index.PutRow(t.Context(), large, &session.Recording{}); err != nil {
		t.Fatal(err)
	}
	out, err := w.playback.Open(t.Context(), viewer, "r", id)
	want := []string{"The recording is kept, but is too large to be replayed directly.", "To view this session, download the file and play it locally."}
	if err != nil || out.Playable || out.Reason != "not_replayable" || !slices.Equal(out.Message, want) || len(w.signed) > 0 {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestWhatAnEarlierEncoderPreparedSaysSo(t *testing.T) {
	w := newWorld(t)
	old := w.play
	old.Encoder, old.Table = 1, session.Stored{}
	if err := w.index.PutRow(t.Context(), &session.Session{ID: w.id, ActionAt: now, State: session.Ready}, &session.Recording{Play: &old}); err != nil {
		t.Fatal(err)
	}
	out, err := w.playback.Open(t.Context(), viewer, "r", w.id)
	if err != nil || out.Playable || out.Message[0] != "The recording was prepared for replay by an earlier version, and has to be prepared again." || len(w.signed) > 0 {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestWithoutARecordNothingIsGiven(t *testing.T) {
	w := newWorld(t)
	w.broken = session.Errorf(session.CodeUnavailable, "down")
	if out, err := w.playback.Open(t.Context(), viewer, "r", w.id); out != nil || session.CodeOf(err) != session.CodeUnavailable {
		t.Errorf("%+v, %v", out, err)
	}
	if out, err := w.playback.Ranges(t.Context(), viewer, "r", w.id, []int{1}, []int{0}); out != nil || session.CodeOf(err) != session.CodeUnavailable {
		t.Errorf("%+v, %v", out, err)
	}
	if len(w.signed) > 0 {
		t.Errorf("signed %q", w.signed)
	}
}

// The second part of a table's entry is where keys lie, when there are any: no range of it leaves with the right to play.
func TestKeysAreNotGivenOutAsATranscript(t *testing.T) {
	w := newWorld(t)
	w.typed(t, 300)
	out, err := w.playback.Ranges(t.Context(), viewer, "r", w.id, []int{0}, []int{0, 2})
	if err != nil || len(out.Segments) != 1 || len(out.Transcript) != 0 || len(w.signed) != 1 {
		t.Errorf("%+v, %v, signed %v", out, err, w.signed)
	}
}

func (w *world) Announce(_ context.Context, a session.Announcement) { w.told = append(w.told, a.Type) }

func TestOthersAreToldThatASessionWasOpenedAndNotOfEachRange(t *testing.T) {
	w := newWorld(t)
	w.playback.Events = w
	if _, err := w.playback.Open(t.Context(), viewer, "r", w.id); err != nil {
		t.Fatal(err)
	}
	if _, err := w.playback.Ranges(t.Context(), viewer, "r", w.id, []int{3}, nil); err != nil {
		t.Fatal(err)
	}
	w.broken = errors.New("down")
	if _, err := w.playback.Open(t.Context(), viewer, "r", w.id); err == nil {
		t.Error("it was opened without the audit log")
	}
	if !slices.Equal(w.told, []string{"opened"}) {
		t.Errorf("they were told %q", w.told)
	}
}
