package audittest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"tapedeck/internal/session"
)

// Log is what an audit log does.
type Log interface {
	Record(ctx context.Context, e session.Event) error
	Entries(ctx context.Context, q session.EntryQuery) (*session.EntryPage, error)
}

// Contract is what every audit log does. fresh makes an empty one.
func Contract(t *testing.T, fresh func(t *testing.T, now func() time.Time) Log) {
	t.Run("what is recorded is there at once, whole, newest first", func(t *testing.T) {
		w := newWorld(t, fresh)
		w.record(session.Event{Action: session.ActPlay, SessionID: id(1), RequestID: "r-1", Person: session.Person{Subject: "auth0|ada", Name: "Ada 애다", Email: "ada@example.test"},
			Detail: map[string]string{"seconds": "0.000-12.500", "segments": "0-3"}})
		w.now = w.now.Add(time.Millisecond)
		w.record(session.Event{Action: session.ActConflict, SessionID: id(2), Gateway: "gw-1"})
		page := w.page(session.EntryQuery{From: w.now.Add(-time.Hour), To: w.now.Add(time.Hour), PageSize: 10})
		if len(page.Items) != 2 || !page.Complete || page.NextToken != "" {
			t.Fatalf("%+v", page)
		}
		for i, want := range []session.Event{w.events[1], w.events[0]} {
			e := page.Items[i]
			if len(want.Detail) == 0 {
				want.Detail = map[string]string{}
			}
			if at := w.now.Add(-time.Duration(i) * time.Millisecond); !reflect.DeepEqual(e.Event, want) || !e.At.Equal(at) || !session.IDTime(e.ID).Equal(at) {
				t.Errorf("want %+v, got %+v", want, e)
			}
		}
	})
	t.Run("a range has its first moment and not its last; an empty one has nothing", func(t *testing.T) {
		w := newWorld(t, fresh)
		at := w.now
		for i := range 3 {
			w.now = at.Add(time.Duration(i) * time.Second)
			w.record(session.Event{Action: session.ActOpen, RequestID: fmt.Sprint(i)})
		}
		for _, c := range []struct {
			from, to time.Time
			want     string
		}{
			{at, at.Add(2 * time.Second), "1 0"}, {at.Add(time.Millisecond), at.Add(3 * time.Second), "2 1"}, {at, at, ""},
			{time.UnixMilli(0), at, ""}, {at, session.EndOfTime, "2 1 0"}, {time.UnixMilli(0), session.EndOfTime, "2 1 0"},
		} {
			if got := w.walk(session.EntryQuery{From: c.from, To: c.to, PageSize: 10}); got != c.want {
				t.Errorf("from %s to %s: %q, want %q", c.from, c.to, got, c.want)
			}
		}
	})
	t.Run("each query has its entries, each once, newest first, whatever its pages", func(t *testing.T) {
		w := newWorld(t, fresh)
		r := rand.New(rand.NewPCG(1, 2))
		w.fill(r, 300)
		for range 60 {
			q := session.EntryQuery{From: w.start.Add(time.Duration(r.IntN(100)) * time.Hour), To: w.now.Add(-time.Duration(r.IntN(100)) * time.Hour), PageSize: 1 + r.IntN(60),
				Actions: some(r, session.ActList, session.ActPlay, session.ActOpen), Persons: some(r, "ada", "eli", "mina", "ADA@example.test"),
				Sessions: some(r, id(0), id(1), id(2)), Gateways: some(r, "gw-0", "gw-1")}
			if want, got := w.truth(q), w.walk(q); got != want {
				t.Errorf("%+v:\n%s, want\n%s", q, got, want)
			}
		}
	})
	t.Run("what is recorded meanwhile changes no page that follows", func(t *testing.T) {
		w := newWorld(t, fresh)
		w.fill(rand.New(rand.NewPCG(3, 4)), 40)
		q := session.EntryQuery{From: w.start, To: w.now.AddDate(0, 0, 1), PageSize: 7}
		want, got := w.truth(q), ""
		for {
			page := w.page(q)
			got += w.names(page.Items)
			w.now = w.now.Add(time.Minute)
			w.record(session.Event{Action: session.ActAudit, RequestID: "later"})
			if q.PageToken = page.NextToken; q.PageToken == "" {
				break
			}
		}
		if trim(got) != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
	t.Run("a token is good for its own query alone", func(t *testing.T) {
		w := newWorld(t, fresh)
		w.fill(rand.New(rand.NewPCG(5, 6)), 5)
		q := session.EntryQuery{From: w.start, To: w.now, PageSize: 2}
		q.PageToken = w.page(q).NextToken
		other := q
		other.PageSize = 1
		w.page(other)
		other.Persons = []string{"ada"}
		if _, err := w.log.Entries(t.Context(), other); session.CodeOf(err) != session.CodeInvalidPageToken {
			t.Error(err)
		}
	})
}

// id is the n-th session's.
func id(n int) string {
	return session.NewID(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), "gw", fmt.Sprint(n))
}

// some is mostly nothing, and otherwise one or two of the values.
func some[T any](r *rand.Rand, values ...T) (list []T) {
	for range max(0, r.IntN(6)-3) {
		list = append(list, values[r.IntN(len(values))])
	}
	return list
}

// world is a log, and the truth of what is in it.
type world struct {
	t          *testing.T
	log        Log
	start, now time.Time
	events     []session.Event // in the order of their recording; each has a request id of its own
	at         []time.Time
}

func newWorld(t *testing.T, fresh func(*testing.T, func() time.Time) Log) *world {
	w := &world{t: t, start: time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)}
	w.now = w.start
	w.log = fresh(t, func() time.Time { return w.now })
	return w
}

func (w *world) record(e session.Event) {
	w.t.Helper()
	if err := w.log.Record(w.t.Context(), e); err != nil {
		w.t.Fatal(err)
	}
	w.events, w.at = append(w.events, e), append(w.at, w.now)
}

// fill records n events of some days, some of which have none. No two are of the same moment.
func (w *world) fill(r *rand.Rand, n int) {
	acts := []session.Act{session.ActList, session.ActPlay, session.ActOpen, session.ActConflict}
	for i := range n {
		e := session.Event{Action: acts[r.IntN(len(acts))], RequestID: fmt.Sprint(i), SessionID: id(r.IntN(4))}
		if e.Action == session.ActConflict {
			e.Gateway = fmt.Sprint("gw-", r.IntN(2))
		} else {
			e.Person.Subject = []string{"ada", "eli", "mina"}[r.IntN(3)]
			e.Person.Email = e.Person.Subject + "@example.test"
		}
		w.record(e)
		w.now = w.now.Add(time.Duration(1+r.IntN(3_600_000)) * time.Millisecond)
		if r.IntN(60) == 0 {
			w.now = w.now.AddDate(0, 0, 3)
		}
	}
}

func (w *world) page(q session.EntryQuery) *session.EntryPage {
	w.t.Helper()
	page, err := w.log.Entries(w.t.Context(), q)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(page.Items) > q.PageSize || !page.Complete && page.NextToken == "" {
		w.t.Fatalf("%d entries of %d, complete %t, token %q", len(page.Items), q.PageSize, page.Complete, page.NextToken)
	}
	return page
}

// names are the request ids of entries.
func (w *world) names(items []session.Entry) (s string) {
	for _, e := range items {
		s += e.RequestID + " "
	}
	return s
}

// walk goes through all pages and names their entries.
func (w *world) walk(q session.EntryQuery) (names string) {
	w.t.Helper()
	back := session.EndOfTime
	for {
		page := w.page(q)
		names += w.names(page.Items)
		if !page.Complete {
			if !page.SearchedBackTo.Before(back) {
				w.t.Fatalf("searched back to %s, and before to %s", page.SearchedBackTo, back)
			}
			back = page.SearchedBackTo
		}
		if q.PageToken = page.NextToken; q.PageToken == "" {
			return trim(names)
		}
	}
}

// truth names the entries that a query has.
func (w *world) truth(q session.EntryQuery) (names string) {
	for i := len(w.events) - 1; i >= 0; i-- {
		e := session.Entry{At: w.at[i], Event: w.events[i]}
		if !e.At.Before(q.From) && e.At.Before(q.To) && q.Answers(&e) {
			names += e.RequestID + " "
		}
	}
	return trim(names)
}

func trim(s string) string {
	if s == "" {
		return s
	}
	return s[:len(s)-1]
}
