package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tapedeck/internal/session"
)

// trial is a walk through the pages of one query over one world.
type trial struct {
	rows   []session.Session
	model  *model // of rows; nil: to be made
	query  session.Query
	sizes  []int // of the pages, in turn
	budget budget
	late   []int // rows that become visible in the course of the walk
}

// walkLimit ends a walk that does not end by itself.
const walkLimit = 100_000

// check walks to the end and compares each page with the truth: nothing missing, doubled or out of order. A page
// that ends early must hold all that there is down to where it got. It returns the number of pages.
func (tr *trial) check() (pages int, spent []cost, err error) {
	m := tr.model
	if m == nil {
		m = newModel(tr.rows)
	}
	clear(m.hidden)
	for _, i := range tr.late {
		m.hidden[i] = true
	}
	late := slices.Clone(tr.late)
	return tr.walk(m, m.finder(m.dictionary, tr.budget), func() error {
		for range min(len(late), 1+len(late)/4) {
			m.hidden[late[0]], late = false, late[1:]
		}
		return nil
	})
}

// walk reads pages to the end. between is called after each, and may bring new rows.
func (tr *trial) walk(m *model, f *finder, between func() error) (pages int, spent []cost, err error) {
	q, mark := tr.query, ""
	for ; pages < walkLimit; pages++ {
		q.PageSize = tr.sizes[pages%len(tr.sizes)]
		want := truth(m, q, mark)
		page, c, err := f.page(context.Background(), q)
		if err != nil {
			return pages, spent, err
		}
		spent = append(spent, c)
		next := ""
		if page.NextToken != "" {
			if next, err = f.tokens.Open(page.NextToken, queryHash(q)); err != nil {
				return pages, spent, err
			}
			if mark != "" && next >= mark {
				return pages, spent, fmt.Errorf("page %d got no further than %s", pages, mark)
			}
		}
		if err := compare(page, want, next, q.PageSize); err != nil {
			return pages, spent, fmt.Errorf("page %d of %d rows: %w", pages, q.PageSize, err)
		}
		if page.NextToken == "" {
			return pages + 1, spent, nil
		}
		mark, q.PageToken = next, page.NextToken
		if err := between(); err != nil {
			return pages, spent, err
		}
	}
	return pages, spent, fmt.Errorf("the pages do not end")
}

func compare(page *session.Page, want []string, next string, size int) error {
	var got []string
	for _, s := range page.Items {
		got = append(got, s.ID)
	}
	switch {
	case len(got) > size:
		return fmt.Errorf("it has %d rows", len(got))
	case next == "":
		if !page.Complete || len(want) != len(got) {
			return fmt.Errorf("the last page has %d rows of %d, complete %t", len(got), len(want), page.Complete)
		}
	case page.Complete && len(got) != size:
		return fmt.Errorf("it has %d rows and says that it is complete", len(got))
	case !page.Complete && !page.SearchedBackTo.Equal(session.IDTime(next)):
		return fmt.Errorf("it says that it got back to %s, and goes on below %s", page.SearchedBackTo, session.IDTime(next))
	}
	n := 0 // rows that the page has to have
	for n < len(want) && (next == "" || want[n] >= next) {
		n++
	}
	if !slices.Equal(got, want[:n]) {
		return fmt.Errorf("got %d rows, want %d\n got %v\nwant %v", len(got), n, got, want[:n])
	}
	return nil
}

// shrink looks for a smaller trial that fails as well.
func (tr *trial) shrink() *trial {
	for size := len(tr.rows) / 2; size > 0; {
		smaller := false
		for at := 0; at+size <= len(tr.rows); at += size {
			t := *tr
			t.rows, t.late, t.model = slices.Delete(slices.Clone(tr.rows), at, at+size), nil, nil
			if _, _, err := t.check(); err != nil {
				tr, smaller = &t, true
				break
			}
		}
		if !smaller {
			size /= 2
		}
	}
	for i := 0; i < len(tr.query.Where); i++ {
		t := *tr
		t.query.Where = slices.Delete(slices.Clone(tr.query.Where), i, i+1)
		if _, _, err := t.check(); err != nil {
			tr, i = &t, -1
		}
	}
	return tr
}

func (tr *trial) report(t *testing.T, seed uint64, err error) {
	t.Helper()
	small := tr.shrink()
	_, _, smallErr := small.check()
	t.Fatalf("seed %d: %v\nshrunk to %d rows, %+v, pages of %v, budget %+v: %v\n%+v", seed, err, len(small.rows), small.query, small.sizes, small.budget, smallErr, small.rows[:min(5, len(small.rows))])
}

func randomTrial(r *rand.Rand, m *model) *trial {
	rows := m.rows
	tr := &trial{rows: rows, model: m, query: randomQuery(r, rows), budget: budget{units: 20 + float64(r.IntN(109)), calls: 16 + r.IntN(241)}}
	switch r.IntN(6) {
	case 0, 1:
		tr.budget = budget{pageUnits, pageCalls}
	case 2: // hardly anything: each page must get on all the same
		tr.budget = budget{0.5 + float64(r.IntN(4)), 1 + r.IntN(4)}
	}
	for range 1 + r.IntN(3) {
		tr.sizes = append(tr.sizes, []int{1 + r.IntN(200), 1 + r.IntN(10), 50}[r.IntN(3)])
	}
	if r.IntN(3) == 0 {
		tr.late = r.Perm(len(rows))[:len(rows)/10]
	}
	return tr
}

// enough is how many random pages are compared.
const enough = 12_000

func TestNoPageEverLies(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	for _, seed := range []uint64{1, seed} {
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		for pages := 0; pages < enough/2; {
			m := newModel(randomRows(r, shape{rows: 1 + r.IntN(3000), days: 1 + r.IntN(200)}))
			for range 40 {
				tr := randomTrial(r, m)
				n, _, err := tr.check()
				if err != nil {
					tr.report(t, seed, err)
				}
				pages += n
			}
		}
	}
}

// Each text of one to three letters that some value has is searched for, and what is in all, in one, in none.
func TestNoTermIsTooCommonOrTooRare(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 0))
	m := newModel(randomRows(r, shape{rows: 1500, days: 90}))
	rows := m.rows
	terms := map[string]bool{"e": true, ".": true, "nobody": true, "root": true, rows[700].ClientIP: true}
	for i := range rows {
		for _, value := range []string{rows[i].Name, rows[i].ServerName, rows[i].ClientName} {
			letters := []rune(value)
			for n := 1; n <= 3; n++ {
				for at := 0; at+n <= len(letters); at++ {
					terms[string(letters[at:at+n])] = true
				}
			}
		}
	}
	if len(terms) < 200 {
		t.Fatalf("%d terms", len(terms))
	}
	i := 0
	for text := range terms {
		i++
		for _, c := range []session.Column{session.Any, "name", "serverName", "clientIp"} {
			term, ok, err := session.ParseTerm(c, text)
			if err != nil || !ok {
				continue
			}
			tr := &trial{rows: rows, model: m, sizes: []int{200}, budget: budget{20 + float64(i%109), 256},
				query: session.Query{To: session.EndOfTime, Where: []session.Condition{{Column: c, Terms: []session.Term{term}}}}}
			if _, _, err := tr.check(); err != nil {
				tr.report(t, 2, err)
			}
		}
	}
}

func TestADeadlineEndsAPageWithWhatIsProven(t *testing.T) {
	rows := randomRows(rand.New(rand.NewPCG(3, 0)), shape{rows: 3000, days: 30})
	m := newModel(rows)
	f := m.finder(m.dictionary, budget{pageUnits, pageCalls})
	f.from = slowReader{m, 40 * time.Millisecond}
	ctx, cancel := context.WithTimeout(context.Background(), spareTime+spareTime/4+60*time.Millisecond)
	defer cancel()
	q := session.Query{To: session.EndOfTime, PageSize: 200, Where: []session.Condition{
		{Column: "clientIp", Terms: []session.Term{{Text: "1"}}}, {Column: "name", Terms: []session.Term{{Text: "k"}}}, {Column: "account", Not: true, Terms: []session.Term{{Text: "root"}}}}}
	page, spent, err := f.page(ctx, q)
	if err != nil || page.Complete || page.NextToken == "" || spent.rounds > 5 {
		t.Fatalf("complete %v, %+v, %v", page.Complete, spent, err)
	}
	next, err := f.tokens.Open(page.NextToken, queryHash(q))
	if err != nil {
		t.Fatal(err)
	}
	if err := compare(page, truth(m, q, ""), next, q.PageSize); err != nil {
		t.Error(err)
	}
}

// slowReader takes its time, unless the caller's is over.
type slowReader struct {
	reader
	wait time.Duration
}

func (r slowReader) read(ctx context.Context, p partition, lo, hi string, limit int) (chunk, error) {
	select {
	case <-ctx.Done():
		return chunk{}, ctx.Err()
	case <-time.After(r.wait):
		return r.reader.read(ctx, p, lo, hi, limit)
	}
}
