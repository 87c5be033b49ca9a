package index

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/match"
	"tapedeck/internal/session"
)

// `make bench-search` prints these tables; they stand in docs/benchmarks.md.
var benchRows = flag.Int("rows", 100_000, "sessions in the model of BenchmarkSearch")

// asked is a kind of question that people ask.
type asked struct {
	name string
	make func(r *rand.Rand, rows []session.Session) session.Query
}

var questions = []asked{
	{"list", func(r *rand.Rand, rows []session.Session) session.Query { return all() }},
	{"list, a range", func(r *rand.Rand, rows []session.Session) session.Query { return during(r, rows, all()) }},
	{"exact", func(r *rand.Rand, rows []session.Session) session.Query { return all(exactly(r, rows)) }},
	{"exact, a range", func(r *rand.Rand, rows []session.Session) session.Query {
		return during(r, rows, all(exactly(r, rows)))
	}},
	{"substring", func(r *rand.Rand, rows []session.Session) session.Query { return all(part(r, rows)) }},
	{"substring, a range", func(r *rand.Rand, rows []session.Session) session.Query { return during(r, rows, all(part(r, rows))) }},
	{"any field", func(r *rand.Rand, rows []session.Session) session.Query {
		c := part(r, rows)
		c.Column = session.Any
		return all(c)
	}},
	{"network", func(r *rand.Rand, rows []session.Session) session.Query {
		t, _, err := session.ParseTerm("clientIp", fmt.Sprintf("%s/%d", one(r, rows).ClientIP, []int{12, 16, 20, 24}[r.IntN(4)]))
		if err != nil {
			panic(err)
		}
		return all(session.Condition{Column: "clientIp", Terms: []session.Term{t}})
	}},
	{"filters", func(r *rand.Rand, rows []session.Session) session.Query { return all(filters(r)...) }},
	{"search and filters", func(r *rand.Rand, rows []session.Session) session.Query {
		return all(append(filters(r), part(r, rows))...)
	}},
	{"two fields", func(r *rand.Rand, rows []session.Session) session.Query { return all(part(r, rows), part(r, rows)) }},
	{"a field, but not another", func(r *rand.Rand, rows []session.Session) session.Query {
		c := part(r, rows)
		c.Not = true
		return all(part(r, rows), c)
	}},
}

func all(where ...session.Condition) session.Query {
	return session.Query{From: time.UnixMilli(0), To: session.EndOfTime, PageSize: 50, Where: where}
}

func during(r *rand.Rand, rows []session.Session, q session.Query) session.Query {
	q.From = one(r, rows).ActionAt
	q.To = q.From.AddDate(0, 0, []int{1, 7, 30, 90}[r.IntN(4)])
	return q
}

func one(r *rand.Rand, rows []session.Session) *session.Session { return &rows[r.IntN(len(rows))] }

func exactly(r *rand.Rand, rows []session.Session) session.Condition {
	c := session.SearchFields[r.IntN(len(session.SearchFields))]
	return session.Condition{Column: c, Terms: []session.Term{{Text: one(r, rows).Value(c), Exact: true}}}
}

func part(r *rand.Rand, rows []session.Session) session.Condition {
	c := session.SearchFields[r.IntN(len(session.SearchFields))]
	letters := []rune(one(r, rows).Value(c))
	n := min(len(letters), 2+r.IntN(5))
	from := r.IntN(len(letters) - n + 1)
	return session.Condition{Column: c, Terms: []session.Term{{Text: strings.TrimSpace(string(letters[from : from+n]))}}}
}

func filters(r *rand.Rand) (where []session.Condition) {
	for _, c := range []session.Column{"serverOs", "protocol", "connectedFrom"} {
		if list := session.Filters[c]; r.IntN(2) == 0 {
			where = append(where, session.Condition{Column: c, Terms: []session.Term{{Text: list[r.IntN(len(list))], Exact: true}}})
		}
	}
	if where == nil {
		return filters(r)
	}
	return where
}

func BenchmarkSearch(b *testing.B) {
	n := *benchRows
	rows := newCompany(7, n).sessions(n)
	m := newModel(rows)
	fmt.Printf("\n%d sessions on the model of DynamoDB's read units; the second and third page of each walk included.\n\n", n)
	table(m.finder(m.dictionary, budget{pageUnits, pageCalls}), rows, 300, m)
}

// table measures each kind of question and prints a line of each, with what others do beside it where there is a
// model to do it on.
func table(f *finder, rows []session.Session, walks int, m *model) {
	fmt.Print("| question | calls p50 / p95 | read units p50 / p95 / max | rounds p50 / p95 | ms p50 / p95 | pages that end early |")
	if m != nil {
		fmt.Print(" days + filter: units p50 / p95 | index + filter: units p50 / p95 |")
	}
	fmt.Print("\n|---|---|---|---|---|---|")
	if m != nil {
		fmt.Print("---|---|")
	}
	fmt.Println()
	for i, kind := range questions {
		r := rand.New(rand.NewPCG(uint64(i), 99))
		var calls, units, rounds, wall, byDay, byIndex []float64
		early := 0
		for range walks {
			q := kind.make(r, rows)
			for range 3 {
				start := time.Now()
				page, c, err := f.page(context.Background(), q)
				if err != nil {
					panic(err)
				}
				wall = append(wall, float64(time.Since(start).Microseconds())/1000)
				calls, units, rounds = append(calls, float64(c.calls)), append(units, c.units), append(rounds, float64(c.rounds))
				if !page.Complete {
					early++
				}
				if q.PageToken = page.NextToken; q.PageToken == "" {
					break
				}
			}
			if m != nil && len(byDay) < max(6, min(60, 60_000_000/len(rows)/10)) { // a first page each; they read all there is
				q.PageToken = ""
				byDay, byIndex = append(byDay, m.baseline(q, true)), append(byIndex, m.baseline(q, false))
			}
		}
		fmt.Printf("| %s | %.0f / %.0f | %.1f / %.1f / %.1f | %.0f / %.0f | %.1f / %.1f | %d of %d |", kind.name, q(calls, .5), q(calls, .95),
			q(units, .5), q(units, .95), q(units, 1), q(rounds, .5), q(rounds, .95), q(wall, .5), q(wall, .95), early, len(calls))
		if m != nil {
			fmt.Printf(" %.0f / %.0f | %.0f / %.0f |", q(byDay, .5), q(byDay, .95), q(byIndex, .5), q(byIndex, .95))
		}
		fmt.Println()
	}
}

func q(list []float64, p float64) float64 {
	slices.Sort(list)
	return list[min(len(list)-1, int(p*float64(len(list))))]
}

// baseline is what a first page costs as others do it: a partition a day, or one index of all, read backwards with
// the conditions as a filter until the page is full.
func (m *model) baseline(query session.Query, days bool) (spent float64) {
	where := match.Conditions(query.Where)
	found, size, day := 0, 0, -1
	flush := func() { spent, size = spent+units(size), 0 }
	for _, s := range slices.Backward(m.rows) {
		if !s.ActionAt.Before(query.To) {
			continue
		}
		if s.ActionAt.Before(query.From) || found == query.PageSize {
			break
		}
		if d := int(dayOf(s.ActionAt)); days && d != day {
			if day >= 0 {
				flush()
			}
			day = d
		}
		if size += 330; size > 1<<20 {
			flush()
		}
		if match.All(where, &s) {
			found++
		}
	}
	flush()
	return spent
}

func BenchmarkDictionary(b *testing.B) {
	const n = 300_000
	r := rand.New(rand.NewPCG(8, 0))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var c column
	for len(c.all()) < n {
		for range n - c.len() {
			v := fmt.Sprintf("%d.%d.%d.%d", 1+r.IntN(220), r.IntN(256), r.IntN(256), 1+r.IntN(254))
			c.add(sighting{value: v, display: v, facet: uint8(r.IntN(20)), day: day(20000 + r.IntN(400))})
		}
		c.pack(c.all())
	}
	packed := c.encode()
	start := time.Now()
	loaded, err := decodeColumn(packed)
	if err != nil {
		b.Fatal(err)
	}
	load := time.Since(start)
	c = column{}
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Printf("\n%d distinct addresses: %.1f MB in memory, %.1f MB as a snapshot (%.0f read units), read in %d ms.\n", loaded.len(),
		float64(after.HeapAlloc-before.HeapAlloc)/1e6, float64(len(packed))/1e6, 2*units(len(packed)), load.Milliseconds())
	for _, text := range []string{"2.1", "77.", "10.2.0.0/16"} {
		t, _, err := session.ParseTerm("clientIp", text)
		if err != nil {
			b.Fatal(err)
		}
		terms := match.NewTerms([]session.Term{t})
		start, found := time.Now(), 0
		for range 10 {
			found = len(loaded.matches(terms))
		}
		fmt.Printf("`%s` finds %d of them in %.1f ms.\n", text, found, float64(time.Since(start).Microseconds())/10_000)
	}
	runtime.KeepAlive(loaded)
}
