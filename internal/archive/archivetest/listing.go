package archivetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// listings checks what a reconciler reads. The archive must be empty.
func listings(t *testing.T, e Engine) {
	ctx := context.Background()

	t.Run("an archive is empty until something is archived", func(t *testing.T) {
		if empty, err := e.Empty(ctx); err != nil || !empty {
			t.Errorf("before: %v, %v", empty, err)
		}
		id := session.NewID(time.UnixMilli(1_750_000_000_000), "gw", "first")
		if _, err := e.PutOriginal(ctx, archive.OriginalKey(id, "aa", 0, "x"), nil); err != nil {
			t.Fatal(err)
		}
		if empty, err := e.Empty(ctx); err != nil || empty {
			t.Errorf("after: %v, %v", empty, err)
		}
	})

	t.Run("sessions are listed in order, once, with their commits", func(t *testing.T) { sessions(t, e) })

	t.Run("a kept conflict is seen", func(t *testing.T) {
		id := session.NewID(time.UnixMilli(1_750_000_000_000), "gw", "conflict")
		for _, want := range []bool{false, true} {
			if got, err := e.HasConflict(ctx, id); err != nil || got != want {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
			if err := e.KeepConflict(ctx, id, "dd", []byte("{}")); err != nil {
				t.Fatal(err)
			}
		}
	})

	t.Run("folders of the inbox are found by when something was put there", func(t *testing.T) {
		want := []session.Folder{{Gateway: "gw-2", Name: "2026/11/a b+c"}, {Gateway: "gw-2", Name: "z"}}
		for _, f := range want {
			e.PutInbox(f, session.ManifestName, []byte("{}"))
			e.PutInbox(f, "recording.cast", []byte("x"))
		}
		now := time.Now()
		for _, c := range []struct {
			after, until time.Time
			want         []session.Folder
		}{{now.Add(-time.Hour), now.Add(time.Hour), want}, {time.Time{}, now.Add(time.Hour), want}, {now.Add(time.Hour), now.Add(2 * time.Hour), nil},
			{time.Time{}, now.Add(-time.Hour), nil}} {
			var got []session.Folder
			for f, err := range e.Arrivals(ctx, c.after, c.until) {
				if err != nil {
					t.Fatal(err)
				}
				if f.Gateway == "gw-2" && !slices.Contains(got, f) {
					got = append(got, f)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("after %s until %s: %v, want %v", c.after, c.until, got, c.want)
			}
		}
	})

	t.Run("what was archived is marked until it is overwritten", func(t *testing.T) {
		e.PutInbox(folder, "marked", []byte("1"))
		marked := func(want bool) {
			t.Helper()
			if got, err := e.MarkedArchived(ctx, folder, "marked"); err != nil || got != want {
				t.Errorf("marked: %v, %v, want %v", got, err, want)
			}
		}
		marked(false)
		if err := e.MarkArchived(ctx, folder, "marked"); err != nil {
			t.Fatal(err)
		}
		marked(true)
		e.PutInbox(folder, "marked", []byte("2"))
		marked(false)
	})
}

// sessions puts more than a call lists, and one session with more objects than most calls have left.
func sessions(t *testing.T, e Engine) {
	ctx := context.Background()
	start := time.UnixMilli(1_740_000_000_000)
	var want []archive.Listed
	var keys []string
	for i := range 300 {
		id := session.NewID(start.Add(time.Duration(i/3)*time.Millisecond), "gw", fmt.Sprint(i))
		want = append(want, archive.Listed{ID: id, Committed: i%7 != 0})
		objects := 2
		if i == 200 {
			objects = 600
		}
		for n := range objects {
			keys = append(keys, archive.OriginalKey(id, "a0", n, "x"))
		}
	}
	slices.SortFunc(want, func(a, b archive.Listed) int { return cmp.Compare(a.ID, b.ID) })
	put(t, keys, func(key string) error {
		_, err := e.PutOriginal(ctx, key, []byte("x"))
		return err
	})
	put(t, want, func(l archive.Listed) error {
		if !l.Committed {
			return nil
		}
		_, err := e.PutCommit(ctx, &archive.Commit{Registration: session.Registration{Session: session.Session{ID: l.ID}}})
		return err
	})
	if _, err := e.PutOriginal(ctx, "sessions/no-id/a0/original/0-x", nil); err != nil {
		t.Fatal(err)
	}
	for _, from := range []int{0, 1, 150, 299, 300} {
		after := session.PrevID(session.MinID(start))
		if from > 0 {
			after = want[from-1].ID
		}
		if got := listed(t, e, after, want[299].ID); !slices.Equal(got, want[from:]) {
			t.Errorf("after %d: %d sessions, want %d", from, len(got), 300-from)
		}
	}
}

// listed walks through the sessions after one, up to another.
func listed(t *testing.T, e Engine, after, to string) (all []archive.Listed) {
	t.Helper()
	for range 1000 {
		found, more, err := e.Sessions(context.Background(), after)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range found {
			if l.ID <= to {
				all = append(all, l)
			}
		}
		if !more {
			return all
		}
		if len(found) == 0 {
			t.Fatal("there is more, and nothing was listed")
		}
		after = found[len(found)-1].ID
	}
	t.Fatal("the list does not end")
	return nil
}

// put does something for each of a list, a few at a time.
func put[T any](t *testing.T, list []T, do func(T) error) {
	t.Helper()
	var all sync.WaitGroup
	for part := range slices.Chunk(list, len(list)/8+1) {
		all.Go(func() {
			for _, x := range part {
				if err := do(x); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}
