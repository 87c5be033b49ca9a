package jobstest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"tapedeck/internal/jobs"
	"tapedeck/internal/session"
)

// Jobs is what the contract is about.
type Jobs interface {
	Create(ctx context.Context, e *session.Export) error
	Load(ctx context.Context, id string) (*session.Export, error)
	Save(ctx context.Context, e *session.Export) error
	SaveShard(ctx context.Context, e *session.Export, s *session.Shard) error
	Of(ctx context.Context, subject string, n int32) ([]session.Export, error)
	WillExpire(ctx context.Context, id string, at time.Time) error
	Expired(ctx context.Context, now time.Time) ([]jobs.Due, error)
	HasExpired(ctx context.Context, d jobs.Due) error
	TakeSlots(ctx context.Context, id, subject string, now time.Time) error
	FreeSlots(ctx context.Context, id string) error
	Slotted(ctx context.Context) (ids []string, err error)
	Claim(ctx context.Context, key []string, id string, now time.Time) (bound string, err error)
}

var start = time.Date(2026, 11, 25, 6, 4, 5, 123e6, time.UTC)

// Sample is the i-th of any number of distinct jobs, of two shards.
func Sample(i int, subject string) *session.Export {
	at := start.Add(time.Duration(i) * time.Second)
	return &session.Export{ID: session.NewID(at, "export", fmt.Sprint(i)), State: session.ExportRequested, SessionID: "s", SessionRecord: "r",
		Person: session.Person{Subject: subject, Name: "Ada"}, FileName: "f.age", CreatedAt: at, ActionAt: start,
		Sources: []session.Source{{Stored: session.Stored{Key: "k", Size: 7, SHA256: "aa", VersionID: "v"}, Name: "n", ETag: `"e"`}},
		Size:    7, SHA256: "aa", PartBytes: 4, Parts: 2, FileSize: 20, Header: []byte("header"), Wrapped: []byte{0, 255},
		Shards: []session.Shard{{N: 0, First: 0, Count: 1}, {N: 1, First: 1, Count: 1}}}
}

// Contract is what every table of jobs does. fresh makes an empty one.
func Contract(t *testing.T, fresh func(t *testing.T) Jobs) {
	for name, test := range map[string]func(*testing.T, Jobs){
		"a job comes back as it was created, and is created once": creates,
		"only who read the last version writes":                   fences,
		"a write whose answer was lost is met again":              lostAnswers,
		"a person's jobs are listed newest first":                 lists,
		"what has expired is listed until it is taken off":        expires,
		"a person has three slots, and all have twenty":           limits,
		"of many takers at once none gets a slot too many":        manyTakers,
		"slots of jobs that have ended, or never were, give way":  givesWay,
		"a slot that was taken anew is not abandoned":             takenAnew,
		"an idempotency key is bound to the first job for a day":  claims,
		"of many claims at once all are bound to the same job":    manyClaims,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
}

var ctx = context.Background()

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, j Jobs, id string) *session.Export {
	t.Helper()
	e, err := j.Load(ctx, id)
	must(t, err)
	return e
}

func creates(t *testing.T, j Jobs) {
	e := Sample(1, "ada")
	if _, err := j.Load(ctx, e.ID); session.CodeOf(err) != session.CodeNotFound {
		t.Errorf("a job that is not there: %v", err)
	}
	must(t, j.Create(ctx, e))
	if got := load(t, j, e.ID); !reflect.DeepEqual(got, e) || got.Version != 1 || got.Shards[1].Version != 1 {
		t.Errorf("created %+v\ngot %+v", e, got)
	}
	must(t, j.SaveShard(ctx, e, &e.Shards[1]))
	other := Sample(1, "eve")
	if err := j.Create(ctx, other); !errors.Is(err, jobs.ErrConflict) {
		t.Errorf("a second job of the same id: %v", err)
	}
	if got := load(t, j, e.ID); !reflect.DeepEqual(got, e) {
		t.Errorf("the second changed the first: %+v", got)
	}
}

func fences(t *testing.T, j Jobs) {
	e := Sample(1, "ada")
	must(t, j.Create(ctx, e))
	mine, other := load(t, j, e.ID), load(t, j, e.ID)

	other.State, other.UploadID = session.ExportRunning, "u"
	must(t, j.Save(ctx, other))
	mine.State = session.ExportCancelled
	if err := j.Save(ctx, mine); !errors.Is(err, jobs.ErrConflict) || mine.Version != 1 {
		t.Errorf("an old version was saved: %v, version %d", err, mine.Version)
	}
	other.Shards[0].Lease = session.Lease{Holder: "b", Until: start.Add(time.Minute), Tries: 1}
	must(t, j.SaveShard(ctx, other, &other.Shards[0]))
	mine.Shards[0].Done = 1
	if err := j.SaveShard(ctx, mine, &mine.Shards[0]); !errors.Is(err, jobs.ErrConflict) || mine.Shards[0].Version != 1 {
		t.Errorf("who has lost the lease wrote: %v", err)
	}
	mine.Shards[1].Done = 1
	must(t, j.SaveShard(ctx, mine, &mine.Shards[1])) // the other shard is another's
	got := load(t, j, e.ID)
	other.Shards[1] = mine.Shards[1]
	if !reflect.DeepEqual(got, other) {
		t.Errorf("want %+v\ngot %+v", other, got)
	}
	ghost := Sample(2, "ada")
	ghost.Version = 1
	if err := j.Save(ctx, ghost); !errors.Is(err, jobs.ErrConflict) {
		t.Errorf("a job that was never created was saved: %v", err)
	}
}

func lostAnswers(t *testing.T, j Jobs) {
	e := Sample(1, "ada")
	must(t, j.Create(ctx, e))
	must(t, j.Create(ctx, e))
	e.State = session.ExportRunning
	must(t, j.Save(ctx, e))
	e.Version--
	must(t, j.Save(ctx, e))
	s := &e.Shards[0]
	s.Done = 1
	must(t, j.SaveShard(ctx, e, s))
	s.Version--
	must(t, j.SaveShard(ctx, e, s))
	if got := load(t, j, e.ID); !reflect.DeepEqual(got, e) {
		t.Errorf("want %+v\ngot %+v", e, got)
	}
}

func lists(t *testing.T, j Jobs) {
	var want []string
	for i := range 5 {
		e := Sample(i, "ada")
		must(t, j.Create(ctx, e))
		want = append(want, e.ID)
	}
	must(t, j.Create(ctx, Sample(9, "eve")))
	slices.Reverse(want)
	for n, want := range map[int32][]string{100: want, 2: want[:2]} {
		list, err := j.Of(ctx, "ada", n)
		must(t, err)
		var got []string
		for _, e := range list {
			got = append(got, e.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
	if list, err := j.Of(ctx, "nobody", 100); err != nil || len(list) > 0 {
		t.Errorf("nobody's: %v, %v", list, err)
	}
}

func expires(t *testing.T, j Jobs) {
	at := start.Add(24 * time.Hour)
	must(t, j.WillExpire(ctx, "b", at.Add(time.Second)))
	must(t, j.WillExpire(ctx, "a", at))
	must(t, j.WillExpire(ctx, "a", at))
	must(t, j.WillExpire(ctx, "a", at.Add(2*time.Second)))
	for now, want := range map[time.Time][]jobs.Due{at.Add(-time.Millisecond): nil, at: {{ID: "a", At: at}},
		at.Add(time.Hour): {{ID: "a", At: at}, {ID: "b", At: at.Add(time.Second)}, {ID: "a", At: at.Add(2 * time.Second)}}} {
		if list, err := j.Expired(ctx, now); err != nil || !slices.Equal(list, want) {
			t.Errorf("at %v: %v, %v", now, list, err)
		}
	}
	must(t, j.HasExpired(ctx, jobs.Due{ID: "a", At: at}))
	must(t, j.HasExpired(ctx, jobs.Due{ID: "a", At: at}))
	if list, err := j.Expired(ctx, at.Add(time.Hour)); err != nil || len(list) != 2 || list[0].ID != "b" {
		t.Errorf("%v, %v", list, err)
	}
}

func limits(t *testing.T, j Jobs) {
	take := func(id, subject string) session.Code { return session.CodeOf(j.TakeSlots(ctx, id, subject, start)) }
	for i := range jobs.PerPerson {
		must(t, j.TakeSlots(ctx, fmt.Sprint("ada", i), "ada", start))
	}
	must(t, j.TakeSlots(ctx, "ada0", "ada", start)) // it keeps its own
	if code := take("ada3", "ada"); code != session.CodeTooManyExports {
		t.Errorf("a fourth of one person: %q", code)
	}
	for i := range jobs.InAll - jobs.PerPerson {
		must(t, j.TakeSlots(ctx, fmt.Sprint("p", i), fmt.Sprint("p", i), start))
	}
	if code := take("q", "q"); code != session.CodeTooManyExports {
		t.Errorf("one more than all: %q", code)
	}
	must(t, j.FreeSlots(ctx, "ada1"))
	must(t, j.FreeSlots(ctx, "ada1"))
	if ids, err := j.Slotted(ctx); err != nil || len(ids) != jobs.InAll-1 || slices.Contains(ids, "ada1") || slices.Contains(ids, "q") {
		t.Errorf("%q, %v", ids, err)
	}
	must(t, j.TakeSlots(ctx, "q", "q", start)) // and the refused one has left no slot behind
	must(t, j.FreeSlots(ctx, "p0"))
	must(t, j.TakeSlots(ctx, "q1", "q", start))
}

func manyTakers(t *testing.T, j Jobs) {
	const people, each = 8, 5
	var mu sync.Mutex
	got := map[string]int{}
	var all sync.WaitGroup
	for p := range people {
		for i := range each {
			all.Go(func() {
				subject := fmt.Sprint("person", p)
				err := j.TakeSlots(ctx, fmt.Sprint(subject, "-", i), subject, start)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					got[subject]++
					got["all"]++
				} else if session.CodeOf(err) != session.CodeTooManyExports {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	for who, n := range got {
		if limit := map[bool]int{true: jobs.InAll, false: jobs.PerPerson}[who == "all"]; n > limit {
			t.Errorf("%s: %d", who, n)
		}
	}
	if ids, err := j.Slotted(ctx); err != nil || len(ids) != got["all"] || len(ids) == 0 {
		t.Errorf("%d hold slots, %d were told so, %v", len(ids), got["all"], err)
	}
}

func givesWay(t *testing.T, j Jobs) {
	active, ended := Sample(1, "ada"), Sample(2, "ada")
	for _, e := range []*session.Export{active, ended} {
		must(t, j.TakeSlots(ctx, e.ID, "ada", start))
		must(t, j.Create(ctx, e))
	}
	must(t, j.TakeSlots(ctx, "never created", "ada", start))
	must(t, j.FreeSlots(ctx, "something else"))
	if err := j.TakeSlots(ctx, "x", "ada", start.Add(2*time.Minute)); session.CodeOf(err) != session.CodeTooManyExports {
		t.Errorf("while all three may be under way: %v", err)
	}
	ended.State = session.ExportFailed
	must(t, j.Save(ctx, ended))
	must(t, j.TakeSlots(ctx, "x", "ada", start.Add(2*time.Minute)))
	must(t, j.TakeSlots(ctx, "y", "ada", start.Add(2*time.Minute+time.Millisecond)))
	if err := j.TakeSlots(ctx, "z", "ada", start.Add(3*time.Minute)); session.CodeOf(err) != session.CodeTooManyExports {
		t.Errorf("the one that is under way gave way: %v", err)
	}
}

func takenAnew(t *testing.T, j Jobs) {
	for _, id := range []string{"a", "b", "c"} {
		must(t, j.TakeSlots(ctx, id, "ada", start))
	}
	for _, id := range []string{"a", "b", "c"} {
		must(t, j.TakeSlots(ctx, id, "ada", start.Add(3*time.Minute)))
	}
	if err := j.TakeSlots(ctx, "d", "ada", start.Add(4*time.Minute)); session.CodeOf(err) != session.CodeTooManyExports {
		t.Errorf("a slot of the last minute was given away: %v", err)
	}
	must(t, j.TakeSlots(ctx, "d", "ada", start.Add(6*time.Minute)))
}

func claims(t *testing.T, j Jobs) {
	claim := func(id string, at time.Time, key ...string) string {
		t.Helper()
		bound, err := j.Claim(ctx, key, id, at)
		must(t, err)
		return bound
	}
	for _, c := range []struct {
		id, want string
		after    time.Duration
		key      []string
	}{
		{"one", "one", 0, []string{"ada", "s", "k"}},
		{"two", "one", 0, []string{"ada", "s", "k"}},
		{"two", "one", 23 * time.Hour, []string{"ada", "s", "k"}},
		{"eve", "eve", 0, []string{"eve", "s", "k"}},
		{"s2", "s2", 0, []string{"ada", "s2", "k"}},
		{"k2", "k2", 0, []string{"ada", "s", "k2"}},
		{"next day", "next day", 25 * time.Hour, []string{"ada", "s", "k"}},
	} {
		if got := claim(c.id, start.Add(c.after), c.key...); got != c.want {
			t.Errorf("%s %v after %v is bound to %s", c.id, c.key, c.after, got)
		}
	}
}

func manyClaims(t *testing.T, j Jobs) {
	bound := make([]string, 10)
	var all sync.WaitGroup
	for i := range bound {
		all.Go(func() {
			var err error
			if bound[i], err = j.Claim(ctx, []string{"ada", "s", "k"}, fmt.Sprint(i), start); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if slices.Sort(bound); bound[0] == "" || bound[0] != bound[9] {
		t.Errorf("bound to %q", bound)
	}
}
