package indextest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tapedeck/internal/session"
)

func counter(t *testing.T, x Index) {
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	lost := func() {
		t.Helper()
		if n, err := x.TakeNumbers(ctx, 1); !errors.Is(err, session.ErrNoNumbers) {
			t.Errorf("took %d, %v", n, err)
		}
		if n, err := x.LastNumber(ctx); err != nil || n != 0 {
			t.Errorf("the last is %d, %v", n, err)
		}
	}
	take := func(want int64) {
		t.Helper()
		if n, err := x.TakeNumbers(ctx, 2); err != nil || n != want {
			t.Errorf("took %d, %v, want %d", n, err, want)
		}
	}
	lost()
	must(x.RaiseNumber(ctx, 50))
	lost() // raising makes no counter
	must(x.StartNumbers(ctx, 7))
	take(8)
	must(x.StartNumbers(ctx, 100)) // it is there
	take(10)
	must(x.RaiseNumber(ctx, 5)) // never down
	take(12)
	must(x.RaiseNumber(ctx, 50))
	take(51)
	if n, err := x.LastNumber(ctx); err != nil || n != 52 {
		t.Errorf("the last is %d, %v", n, err)
	}
}

func rows(t *testing.T, x Index) {
	var want []string
	for i := range 12 {
		s := Sample(i, start.Add(time.Duration(i/3)*time.Millisecond)) // three of each millisecond
		want = append(want, s.ID)
		if err := x.PutRow(t.Context(), s, nil); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(want)
	for _, c := range []struct {
		after, to string
		n         int
		want      []string
	}{
		{"", "Z", 100, want}, {"", "Z", 12, want}, {"", "Z", 5, want[:5]}, {want[4], "Z", 3, want[5:8]}, {want[4], want[6], 100, want[5:7]},
		{want[4], want[4], 100, nil}, {want[11], "Z", 100, nil}, {"", want[0], 100, want[:1]}, {want[6], want[4], 100, nil},
	} {
		found, err := x.Rows(t.Context(), c.after, c.to, c.n)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range found {
			got = append(got, s.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d rows after %q up to %q: %q, want %q", c.n, c.after, c.to, got, c.want)
		}
	}
}

func marks(t *testing.T, x Index) {
	for _, value := range []string{"", "one", "two", ""} {
		if err := x.SetMark(t.Context(), "a", value); err != nil {
			t.Fatal(err)
		}
		if got, err := x.Mark(t.Context(), "a"); err != nil || got != value {
			t.Errorf("got %q, %v, want %q", got, err, value)
		}
		if got, err := x.Mark(t.Context(), "b"); err != nil || got != "" {
			t.Errorf("another is %q, %v", got, err)
		}
	}
}
