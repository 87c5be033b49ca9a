package ingest_test

import (
	"context"
	"encoding/json"
	"io"
	"path"
	"strings"
	"testing"

	"tapedeck/internal/archive"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
)

// film is the row of the only session, and what plays of it.
func (w *world) film() (session.Session, *session.Video) {
	w.t.Helper()
	s := w.only()
	_, rec, err := w.index.Session(context.Background(), s.ID)
	if err != nil || rec == nil {
		w.t.Fatalf("recording %+v, %v", rec, err)
	}
	if rec.Play == nil {
		return s, nil
	}
	return s, rec.Play.Video
}

func TestAFilmsOriginalIsWhatPlays(t *testing.T) {
	for name, want := range map[string]struct {
		kind string
		ms   int64
	}{"film.mp4": {"video/mp4", 8000}, "film.webm": {"video/webm", 8000}, "live.webm": {"video/webm", 7800}, "fragments.mp4": {"video/mp4", 8000}} {
		w := newWorld(t)
		w.bring("video", asIs, file{"video/" + name, "recording"})
		s, v := w.film()
		data := file{"video/" + name, ""}.read(t)
		if s.State != session.Ready || s.Reason != "" || *s.DurationMs != want.ms || *s.SizeBytes != int64(len(data)) {
			t.Errorf("%s: row %+v", name, s)
		}
		if v == nil || v.Type != want.kind || v.Size != int64(len(data)) || path.Base(v.Key) != "1-"+name {
			t.Fatalf("%s: %+v", name, v)
		}
		body, err := w.archive.OpenOriginal(t.Context(), v.Stored)
		if err != nil {
			t.Fatal(err)
		}
		defer body.Close()
		if kept, err := io.ReadAll(body); err != nil || string(kept) != string(data) {
			t.Errorf("%s: %d bytes are kept, %v", name, len(kept), err)
		}
		for _, key := range w.archive.Keys() {
			if strings.Contains(key, "play.") || strings.Contains(key, "index.json") {
				t.Errorf("%s: %s was made", name, key)
			}
		}
	}
}

func TestTheKeyOfAFilmSaysThatItIsOne(t *testing.T) {
	data := file{"video/film.webm", ""}.read(t)
	for name, want := range map[string]string{"a film.webm": "1-a_film.webm", "capture": "1-capture.film", "X.MP4": "1-X.MP4.film"} {
		w := newWorld(t)
		w.archive.PutInbox(folder, name, data)
		w.archive.PutInbox(folder, session.ManifestName, manifest(map[string]any{"format": "video", "objects": []map[string]any{{"key": name, "part": "recording"}}}))
		w.arrive(folder)
		if s, v := w.film(); s.State != session.Ready || v == nil || path.Base(v.Key) != want {
			t.Errorf("%s: row %+v, %+v", name, s, v)
		}
	}
}

func TestOfAFilmsPartsOnlyTheFilmIsCalledOne(t *testing.T) {
	w := newWorld(t)
	w.archive.PutInbox(folder, "capture", file{"video/film.webm", ""}.read(t))
	w.archive.PutInbox(folder, "keys", []byte("s3cret"))
	w.archive.PutInbox(folder, session.ManifestName, manifest(map[string]any{"format": "video",
		"objects": []map[string]any{{"key": "keys", "part": "input"}, {"key": "capture", "part": "recording"}}}))
	w.arrive(folder)
	if _, v := w.film(); v == nil || path.Base(v.Key) != "2-capture.film" {
		t.Errorf("%+v", v)
	}
	for _, key := range w.archive.Keys() {
		if strings.Contains(key, "keys") && archive.IsVideo(key) {
			t.Errorf("what was typed is kept as %s", key)
		}
	}
}

func TestAFilmThatIsCutOffIsReadyAndOneThatCannotBeReadSaysWhy(t *testing.T) {
	short := func(n int) func(*testing.T, []byte) []byte {
		return func(_ *testing.T, data []byte) []byte { return data[:len(data)-n] }
	}
	for name, c := range map[string]struct {
		keep   func(*testing.T, []byte) []byte
		files  []file
		state  session.State
		reason string
	}{
		"a WebM that is cut off":      {short(100), []file{{"video/live.webm", "recording"}}, session.Ready, "truncated"},
		"an MP4 without its end":      {short(100), []file{{"video/film.mp4", "recording"}}, session.Ready, "truncated"},
		"an MP4 without its contents": {short(5000), []file{{"video/film.mp4", "recording"}}, session.Unreadable, "video: it lacks what describes the film (moov): it was probably cut off"},
		"text":                        {asIs, []file{{"cast/cast-less.cast", "recording"}}, session.Unreadable, "video: it is neither MP4 nor WebM"},
		"one that is compressed":      {gzipped, []file{{"video/film.mp4", "recording"}}, session.Unreadable, "video: it is neither MP4 nor WebM"},
		"in two parts": {asIs, []file{{"video/film.mp4", "recording"}, {"video/fragments.mp4", "recording"}}, session.Unreadable,
			`video: 2 parts are "recording"; a film is kept so, but only one that is a single file can be replayed`},
		"with a log": {asIs, []file{{"video/film.mp4", "recording"}, {"cast/cast-less.cast", "log"}}, session.Ready, ""},
	} {
		w := newWorld(t)
		w.bring("video", c.keep, c.files...)
		s, v := w.film()
		if s.State != c.state || s.Reason != c.reason || (v != nil) != (c.state == session.Ready) {
			t.Errorf("%s: %s, %q, %+v", name, s.State, s.Reason, v)
		}
	}
}

func TestAFilmThatAnEarlierEncoderCouldNotReadBecomesReady(t *testing.T) {
	w := newWorld(t)
	w.ingest.Derived = asciicastOnly{w.archive}
	w.bring("video", asIs, file{"video/film.mp4", "recording"})
	w.ingest.Derived = w.archive
	s := w.only()
	c, err := w.archive.ReadCommit(t.Context(), s.ID)
	if err != nil || s.State != session.Unreadable {
		t.Fatalf("row %+v, %v", s, err)
	}
	if err := w.ingest.Rederive(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := w.ingest.Archive(t.Context(), w.queue[0]); err != nil {
		t.Fatal(err)
	}
	if s, v := w.film(); s.State != session.Ready || v == nil {
		t.Errorf("row %+v, %+v", s, v)
	}
}

func TestALostIndexIsMadeAgainWithItsFilms(t *testing.T) {
	w := newWorld(t)
	w.bring("video", asIs, file{"video/film.mp4", "recording"})
	before, film := w.film()
	w.index.DropRow(before.ID)
	w.now = w.now.Add(2 * 60 * 60 * 1e9)
	if _, err := w.reconciler().Run(t.Context(), reconcile.Options{}); err != nil {
		t.Fatal(err)
	}
	if s, v := w.film(); v == nil || *v != *film || s.No != before.No {
		t.Errorf("row %+v, %+v; it was %+v", s, v, film)
	}
}

func TestAFilmThatCannotBeReadInARunIsReadByTheNext(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 10
	w.bring("video", asIs, file{"video/film.mp4", "recording"})
	if s := w.only(); s.State != session.Waiting || len(w.queue) != 1 {
		t.Fatalf("row %+v, queue %q", s, w.queue)
	}
	if err := w.ingest.Archive(t.Context(), w.queue[0]); err != nil {
		t.Fatal(err)
	}
	if s, v := w.film(); s.State != session.Ready || v == nil {
		t.Errorf("row %+v, %+v", s, v)
	}
}

func TestAFilmUnderANameThatNoPlayerIsGivenSaysSo(t *testing.T) {
	w := newWorld(t)
	w.ingest.Derived = asciicastOnly{w.archive}
	film := file{"video/film.mp4", "recording"}
	w.bring("video", asIs, film)
	w.ingest.Derived = w.archive
	id := w.only().ID
	c, err := w.archive.ReadCommit(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if c.Originals[1].Stored, err = w.archive.PutOriginal(t.Context(), archive.OriginalKey(id, c.Attempt, 1, "capture"), film.read(t)); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	w.archive.Break(archive.CommitKey(id), data)
	if err := w.ingest.Rederive(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := w.ingest.Archive(t.Context(), c.Registration.Identity); err != nil {
		t.Fatal(err)
	}
	if s, v := w.film(); s.State != session.Unreadable || v != nil || s.Reason != "video: an earlier version archived it under a name that no player is given" {
		t.Errorf("row %+v, %+v", s, v)
	}
}
