package index_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tapedeck/internal/index"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/pagetoken"
	"tapedeck/internal/session"
)

var start = time.Date(2026, 11, 23, 6, 4, 5, 123e6, time.UTC)

// newContractPair makes two processes over the same tables.
func newContractPair(t *testing.T, name string) (writer, reader *index.Index) {
	db := dynalite(t)
	sessions, values := createTables(t, db, name)
	tokens := pagetoken.New([]byte("a key of more than sixteen bytes"), nil, time.Now)
	const years = 24 * time.Hour * 365 * 100
	return index.New(db, sessions, values, years, tokens), index.New(db, sessions, values, years, tokens)
}

func named(name string) session.Query {
	return session.Query{To: session.EndOfTime, PageSize: 50, Where: []session.Condition{{Column: "name", Terms: []session.Term{{Text: name}}}}}
}

func TestContractARowIsFoundByWhoeverSearchesNext(t *testing.T) {
	writer, reader := newContractPair(t, "pair")
	for i := range 30 {
		s := indextest.Sample(i, start.Add(time.Duration(i)*time.Hour))
		s.Name = fmt.Sprintf("person %02d", i)
		if err := writer.PutRow(t.Context(), s, nil); err != nil {
			t.Fatal(err)
		}
		page, err := reader.List(t.Context(), named(s.Name[4:]))
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != s.ID {
			t.Fatalf("row %d is not found: %+v, %v", i, page, err)
		}
	}
}

func TestContractASnapshotTakesNothingAway(t *testing.T) {
	ctx := context.Background()
	writer, warm := newContractPair(t, "pack")
	put := func(i int) {
		s := indextest.Sample(i, start.Add(time.Duration(i)*time.Minute))
		s.Name = fmt.Sprintf("person %03d", i)
		if err := writer.PutRow(ctx, s, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 {
		put(i)
	}
	if page, err := warm.List(ctx, named("person 0")); err != nil || len(page.Items) != 40 {
		t.Fatalf("%d rows, %v", len(page.Items), err)
	}
	later := func(d time.Duration) *index.Index {
		return index.At(writer, func() time.Time { return time.Now().Add(d) })
	}
	for round, wait := range []time.Duration{time.Hour, 100 * time.Hour, 200 * time.Hour} {
		n, err := later(wait).Pack(ctx)
		if err != nil || n == 0 {
			t.Fatalf("round %d: %d values, %v", round, n, err)
		}
		cold := later(wait)
		if page, err := cold.List(ctx, named("person 0")); err != nil || len(page.Items) != 40 {
			t.Fatalf("round %d: from the snapshot %d rows, %v", round, len(page.Items), err)
		}
		values, err := cold.Values(ctx, "name", "person 00", 20)
		if err != nil || len(values) != 10 {
			t.Errorf("round %d: values %q, %v", round, values, err)
		}
	}
	put(40)
	if page, err := warm.List(ctx, named("person 04")); err != nil || len(page.Items) != 1 {
		t.Errorf("a row after the snapshot: %d, %v", len(page.Items), err)
	}
}

func TestContractWhatWasSeenIsWrittenOnce(t *testing.T) {
	first, second := newContractPair(t, "cover")
	var rows []session.Session
	for i := range 250 {
		rows = append(rows, *indextest.Sample(i, start))
	}
	if n, err := first.Cover(t.Context(), rows); err != nil || n != 250 {
		t.Fatalf("%d rows were not covered, %v", n, err)
	}
	for _, x := range []*index.Index{first, second} {
		if n, err := x.Cover(t.Context(), rows); err != nil || n != 0 {
			t.Errorf("again %d, %v", n, err)
		}
	}
	values, err := second.Values(t.Context(), "name", "KIM 24", 20)
	slices.Sort(values)
	if want := []string{"Kim 24 민지", "Kim 240 민지", "Kim 241 민지", "Kim 242 민지", "Kim 243 민지", "Kim 244 민지", "Kim 245 민지", "Kim 246 민지", "Kim 247 민지", "Kim 248 민지", "Kim 249 민지"}; err != nil || !slices.Equal(values, want) {
		t.Errorf("values %q, %v", values, err)
	}
}

func TestContractNoPageEverLies(t *testing.T) {
	x, _ := newContractPair(t, "pages")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	pages, err := index.CheckPages(t.Context(), x, seed, 1000, 500)
	if err != nil {
		t.Fatalf("seed %d: after %d pages: %v", seed, pages, err)
	}
}
