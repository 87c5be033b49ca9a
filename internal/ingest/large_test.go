package ingest_test

import (
	"context"
	"errors"
	"io"
	"reflect"
	"testing"
	"time"

	"tapedeck/internal/session"
)

func TestALargeRecordingIsHandedOver(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 10
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	if s := w.only(); s.State != session.Waiting || len(w.queue) != 1 {
		t.Fatalf("row %+v, queue %v", s, w.queue)
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err != nil {
		t.Fatal(err)
	}
	if s := w.only(); s.State != session.Ready {
		t.Errorf("row %+v", s)
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err != nil {
		t.Errorf("the same message again: %v", err)
	}
}

func TestALargeOriginalIsNotEncodedInPassing(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 10
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	w.archive.Fail = func(write string, after bool) error {
		if write == "object" { // of the derived ones: its original is committed
			return errors.New("killed")
		}
		return nil
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err == nil {
		t.Fatal("it was not killed")
	}
	w.archive.Fail, w.queue = nil, nil
	c, err := w.archive.ReadCommit(context.Background(), w.only().ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.ingest.Restore(context.Background(), c); err != nil || len(w.queue) != 1 || w.only().State != session.Waiting {
		t.Fatalf("row %+v, queue %q, %v", w.only(), w.queue, err)
	}
	if err := w.ingest.Archive(context.Background(), w.queue[0]); err != nil || w.only().State != session.Ready {
		t.Errorf("row %+v, %v", w.only(), err)
	}
}

// without is a context that leaves no time to encode, though enough for everything else.
func without(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestWhatCannotBeEncodedInARunIsListedAndKept(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 10
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	if err := w.ingest.Archive(without(t), w.queue[0]); err != nil { // it copied the original, which took its time
		t.Fatal(err)
	}
	if s := w.only(); s.State != session.Waiting || len(w.queue) != 2 {
		t.Fatalf("after the run that copied: row %+v, queue %q", s, w.queue)
	}
	w.now = w.now.Add(17 * time.Minute)
	if err := w.ingest.Archive(without(t), w.queue[1]); err != nil {
		t.Fatal(err)
	}
	s := w.only()
	if s.State != session.Ready || s.Reason != session.ReasonTooLarge || len(w.queue) != 2 {
		t.Errorf("row %+v, queue %q", s, w.queue)
	}
	_, rec, err := w.index.Session(t.Context(), s.ID)
	if err != nil || rec.Play != nil || len(rec.Originals) != 2 {
		t.Fatalf("recording %+v, %v", rec, err)
	}
	body, err := w.archive.OpenOriginal(t.Context(), rec.Originals[1].Stored)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if kept, err := io.ReadAll(body); err != nil || string(kept) != cast {
		t.Errorf("kept is %q, %v", kept, err)
	}
	w.arrive(folder) // the same event again
	if again := w.only(); !reflect.DeepEqual(again, s) {
		t.Errorf("once more: %+v", again)
	}
}

func TestARunThatHasTimeEncodesWhatTheOneThatCopiedCouldNot(t *testing.T) {
	w := newWorld(t)
	w.ingest.InlineBytes = 10
	w.archive.PutInbox(folder, "recording.cast", []byte(cast))
	w.archive.PutInbox(folder, session.ManifestName, manifest(nil))
	w.arrive(folder)
	if err := w.ingest.Archive(without(t), w.queue[0]); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	if err := w.ingest.Archive(t.Context(), w.queue[1]); err != nil || w.only().State != session.Ready || w.only().Reason != "" {
		t.Errorf("row %+v, %v", w.only(), err)
	}
	w.sweep("the end of its time", w.only().ID)
}
