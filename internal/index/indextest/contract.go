package indextest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tapedeck/internal/session"
)

// Index is what the contract holds: the whole session index.
type Index interface {
	Registration(ctx context.Context, identity string) (*session.Registration, error)
	TakeNumbers(ctx context.Context, n int) (first int64, err error)
	StartNumbers(ctx context.Context, last int64) error
	RaiseNumber(ctx context.Context, n int64) error
	LastNumber(ctx context.Context) (int64, error)
	Register(ctx context.Context, r *session.Registration) (held *session.Registration, first bool, err error)
	MarkConflict(ctx context.Context, identity string) error
	PutRow(ctx context.Context, s *session.Session, rec *session.Recording) error
	Session(ctx context.Context, id string) (*session.Session, *session.Recording, error)
	List(ctx context.Context, q session.Query) (*session.Page, error)
	AddWaiting(ctx context.Context, r *session.Registration, since time.Time) error
	DoneWaiting(ctx context.Context, id string) error
	Waiting(ctx context.Context, before time.Time) ([]string, error)
	Lease(ctx context.Context, id string, now, until time.Time) (bool, error)
	Release(ctx context.Context, id string) error
	AddAttempt(ctx context.Context, id, attempt string, since time.Time) error
	DoneAttempt(ctx context.Context, id, attempt string) error
	Attempts(ctx context.Context, before time.Time) ([][2]string, error)
	Rows(ctx context.Context, after, to string, n int) ([]session.Session, error)
	Mark(ctx context.Context, name string) (string, error)
	SetMark(ctx context.Context, name, value string) error
}

var start = time.Date(2026, 11, 23, 6, 4, 5, 123e6, time.UTC)

// Contract is what every session index does. fresh makes an empty one.
func Contract(t *testing.T, fresh func(t *testing.T) Index) {
	t.Run("numbers are never given twice", func(t *testing.T) { numbers(t, fresh(t)) })
	t.Run("nothing is numbered without a counter", func(t *testing.T) { counter(t, fresh(t)) })
	t.Run("rows are read in order, oldest first", func(t *testing.T) { rows(t, fresh(t)) })
	t.Run("a mark is what was set last", func(t *testing.T) { marks(t, fresh(t)) })
	t.Run("the first registration holds for ever", func(t *testing.T) { registration(t, fresh(t)) })
	t.Run("a row comes back as it was put", func(t *testing.T) { roundTrip(t, fresh(t)) })
	t.Run("a row never goes back to an earlier state", func(t *testing.T) { forwardOnly(t, fresh(t)) })
	t.Run("pages are whole, in order and without doubles", func(t *testing.T) { pages(t, fresh(t)) })
	t.Run("rows that arrive while paging neither double nor hide others", func(t *testing.T) { lateRows(t, fresh(t)) })
	t.Run("work lists", func(t *testing.T) { workLists(t, fresh(t)) })
	t.Run("one holds a lease at a time", func(t *testing.T) { leases(t, fresh(t)) })
}

// Sample is the i-th of any number of distinct sessions, each with every column filled.
func Sample(i int, at time.Time) *session.Session {
	port, ms, size := 22+i, int64(1000+i), int64(2000+i)
	uuid := fmt.Sprintf("uuid-%d", i)
	return &session.Session{ID: session.NewID(at, "gw", uuid), No: int64(i + 1), ActionAt: at, Name: fmt.Sprintf("Kim %d 민지", i),
		Email: "minji@example.test", Role: "SRE", Account: "ubuntu", ServerName: "web-01", Host: "10.2.3.4", Port: &port,
		ClientIP: "192.0.2.7", ClientName: "SSH-2.0-OpenSSH_9.6", ServerOS: "ETC", ServerOSRaw: "Plan 9", Protocol: "SSH",
		ConnectedFrom: "Proxy", State: session.Ready, DurationMs: &ms, SizeBytes: &size, SessionRecord: "ubuntu_20261123_060405", Encoder: 2}
}

func numbers(t *testing.T, x Index) {
	if err := x.StartNumbers(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	seen := map[int64]bool{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				first, err := x.TakeNumbers(t.Context(), 3)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for n := first; n < first+3; n++ {
					if seen[n] || n < 1 {
						t.Errorf("number %d was given twice, or is none", n)
					}
					seen[n] = true
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func registration(t *testing.T, x Index) {
	ctx, size := t.Context(), int64(5)
	if _, err := x.Registration(ctx, "nobody"); session.CodeOf(err) != session.CodeNotFound {
		t.Fatalf("an unknown registration: %v", err)
	}
	r := &session.Registration{Identity: session.Identity("gw", "u"), UUID: "u", Folder: session.Folder{Gateway: "gw", Name: "a/b"}, Digest: "d",
		Session: *Sample(1, start), RawActionAt: start.Add(time.Hour), Format: "asciicast", Attempt: "t1",
		Objects: []session.Object{{Key: "recording.cast", Part: "recording", Size: &size, SHA256: "ab"}, {Key: "x", Part: "log"}}}
	for i, wantFirst := range []bool{true, false, false} {
		later := *r
		later.Session.No += int64(i)
		held, first, err := x.Register(ctx, &later)
		if err != nil || first != wantFirst || !reflect.DeepEqual(held, r) {
			t.Fatalf("registration %d: first %v, %v\n got %+v\nwant %+v", i, first, err, held, r)
		}
	}
	if err := x.MarkConflict(ctx, r.Identity); err != nil {
		t.Fatal(err)
	}
	got, err := x.Registration(ctx, r.Identity)
	if err != nil || !got.Conflict || got.Session.No != r.Session.No {
		t.Errorf("after a conflict: %+v, %v", got, err)
	}
}

func roundTrip(t *testing.T, x Index) {
	ctx := t.Context()
	full := Sample(1, start)
	rec := &session.Recording{Attempt: "t", Originals: []session.Original{{Stored: session.Stored{Key: "k", VersionID: "v", Size: 3, SHA256: "s"}, Name: "n", Part: "recording"}},
		Play: &session.Play{Encoder: 1, Object: session.Stored{Key: "p", Size: 9, SHA256: "t"}, Index: session.Stored{Key: "i", Size: 1, SHA256: "u"}}}
	film := Sample(3, start)
	filmed := &session.Recording{Attempt: "t", Play: &session.Play{Encoder: 5, Video: &session.Video{Stored: session.Stored{Key: "f", VersionID: "v", Size: 4, SHA256: "s"}, Type: "video/mp4"}}}
	empty := &session.Session{ID: session.NewID(start, "gw", "empty"), No: 7, ActionAt: start, State: session.Waiting, Reason: "being archived"}
	long := Sample(2, start)
	long.Name = session.Text(strings.Repeat("ﷺ", 2000)) // each becomes 18 characters when compared
	for _, c := range []struct {
		s   *session.Session
		rec *session.Recording
	}{{full, rec}, {film, filmed}, {empty, nil}, {long, nil}} {
		if err := x.PutRow(ctx, c.s, c.rec); err != nil {
			t.Fatal(err)
		}
		s, got, err := x.Session(ctx, c.s.ID)
		if err != nil || !reflect.DeepEqual(s, c.s) || !reflect.DeepEqual(got, c.rec) {
			t.Errorf("%v\n got %+v %+v\nwant %+v %+v", err, s, got, c.s, c.rec)
		}
	}
	for _, id := range []string{session.NewID(start, "gw", "other"), "C#no", "", "x"} {
		if _, _, err := x.Session(ctx, id); session.CodeOf(err) != session.CodeNotFound {
			t.Errorf("session %q: %v", id, err)
		}
	}
}

func forwardOnly(t *testing.T, x Index) {
	s := Sample(1, start)
	for _, c := range []struct{ put, want session.State }{{session.Waiting, session.Waiting}, {session.Ready, session.Ready},
		{session.Waiting, session.Ready}, {session.Incomplete, session.Ready}, {session.Expired, session.Expired}, {session.Ready, session.Expired}} {
		s.State = c.put
		if err := x.PutRow(t.Context(), s, nil); err != nil {
			t.Fatal(err)
		}
		if got, _, err := x.Session(t.Context(), s.ID); err != nil || got.State != c.want {
			t.Errorf("after %s the row is %s, want %s (%v)", c.put, got.State, c.want, err)
		}
	}
}

func pages(t *testing.T, x Index) {
	var want []string
	for i := range 57 {
		s := Sample(i, start.Add(time.Duration(i/3)*time.Millisecond)) // three of each millisecond
		want = append(want, s.ID)
		if err := x.PutRow(t.Context(), s, nil); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(want)
	slices.Reverse(want)
	for _, size := range []int{1, 7, 19, 56, 57, 58, 200} {
		q := session.Query{From: start, To: start.Add(time.Second), PageSize: size}
		if got := walk(t, x, q, nil); !slices.Equal(got, want) {
			t.Errorf("pages of %d: %d rows, want %d in order", size, len(got), len(want))
		}
	}
	for _, c := range []struct{ from, to, want int }{{0, 19, 57}, {1, 2, 3}, {18, 19, 3}, {19, 30, 0}, {5, 5, 0}} {
		ms := func(n int) time.Time { return start.Add(time.Duration(n) * time.Millisecond) }
		if got := walk(t, x, session.Query{From: ms(c.from), To: ms(c.to), PageSize: 10}, nil); len(got) != c.want {
			t.Errorf("from %d to %d ms: %d rows, want %d", c.from, c.to, len(got), c.want)
		}
	}
}

func lateRows(t *testing.T, x Index) {
	before := map[string]bool{}
	put := func(i int) string {
		s := Sample(i, start.Add(time.Duration(i*37%101)*time.Second))
		if err := x.PutRow(t.Context(), s, nil); err != nil {
			t.Fatal(err)
		}
		return s.ID
	}
	for i := range 40 {
		before[put(i)] = true
	}
	next := 40
	got := walk(t, x, session.Query{From: start, To: start.Add(time.Hour), PageSize: 6}, func() { put(next); next++ })
	seen := map[string]bool{}
	for i, id := range got {
		if seen[id] || i > 0 && got[i-1] <= id {
			t.Errorf("%s is doubled or out of order", id)
		}
		seen[id] = true
	}
	for id := range before {
		if !seen[id] {
			t.Errorf("%s is missing", id)
		}
	}
}

func walk(t *testing.T, x Index, q session.Query, between func()) (ids []string) {
	t.Helper()
	for range 1000 {
		page, err := x.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if !page.Complete || len(page.Items) > q.PageSize {
			t.Fatalf("a page of %d rows, complete %v", len(page.Items), page.Complete)
		}
		for _, s := range page.Items {
			ids = append(ids, s.ID)
		}
		if q.PageToken = page.NextToken; q.PageToken == "" {
			return ids
		}
		if between != nil {
			between()
		}
	}
	t.Fatal("the pages do not end")
	return nil
}

func workLists(t *testing.T, x Index) {
	ctx := t.Context()
	r := &session.Registration{Identity: "identity", Session: *Sample(1, start)}
	must := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	must(x.AddWaiting(ctx, r, start), x.AddWaiting(ctx, r, start.Add(time.Hour))) // the first time counts
	must(x.AddAttempt(ctx, r.Session.ID, "a1", start), x.AddAttempt(ctx, r.Session.ID, "a2", start.Add(time.Hour)))
	waiting := func(after time.Duration) int {
		list, err := x.Waiting(ctx, start.Add(after))
		must(err)
		return len(list)
	}
	if before, after := waiting(0), waiting(time.Second); before != 0 || after != 1 {
		t.Errorf("waiting: %d before, %d after", before, after)
	}
	attempts, err := x.Attempts(ctx, start.Add(time.Minute))
	must(err)
	if want := [][2]string{{r.Session.ID, "a1"}}; !reflect.DeepEqual(attempts, want) {
		t.Errorf("attempts %v, want %v", attempts, want)
	}
	must(x.DoneWaiting(ctx, r.Session.ID), x.DoneWaiting(ctx, r.Session.ID), x.DoneAttempt(ctx, r.Session.ID, "a1"))
	attempts, err = x.Attempts(ctx, start.Add(24*time.Hour))
	must(err)
	if n := waiting(time.Hour); n != 0 || len(attempts) != 1 {
		t.Errorf("in the end %d wait, attempts %v", n, attempts)
	}
}

func leases(t *testing.T, x Index) {
	ctx := t.Context()
	r := &session.Registration{Identity: "identity", Session: *Sample(1, start)}
	id := r.Session.ID
	lease := func(at, until time.Duration, want bool) {
		t.Helper()
		if got, err := x.Lease(ctx, id, start.Add(at), start.Add(until)); err != nil || got != want {
			t.Errorf("lease at %v: %v, %v, want %v", at, got, err, want)
		}
	}
	lease(0, time.Minute, false) // nothing waits
	if err := x.AddWaiting(ctx, r, start); err != nil {
		t.Fatal(err)
	}
	lease(0, time.Minute, true)
	lease(30*time.Second, 2*time.Minute, false)
	lease(time.Minute, 2*time.Minute, true) // ended
	if err := x.Release(ctx, id); err != nil {
		t.Fatal(err)
	}
	lease(61*time.Second, 3*time.Minute, true)
}
