package index

import (
	"context"
	"math/rand/v2"
	"time"
)

// At is the same index in another process, at another time.
func At(x *Index, now func() time.Time) *Index {
	y := New(x.db, x.sessions, x.values, x.keep, x.tokens)
	y.now = now
	return y
}

// CheckPages fills an empty index with a random world and compares pages of random queries with the truth, while
// one row in ten arrives late. It returns how many pages it compared.
func CheckPages(ctx context.Context, x *Index, seed uint64, rows, enough int) (pages int, err error) {
	r := rand.New(rand.NewPCG(seed, 0))
	m := newModel(randomRows(r, shape{rows: rows, days: 60}))
	late := r.Perm(rows)[:rows/10]
	for _, i := range late {
		m.hidden[i] = true
	}
	for i := range m.rows {
		if !m.hidden[i] {
			if err := x.PutRow(ctx, &m.rows[i], nil); err != nil {
				return 0, err
			}
		}
	}
	for pages < enough {
		tr := randomTrial(r, m)
		n, _, err := tr.walk(m, &finder{tableReader{x}, x.current, x.tokens, tr.budget}, func() error {
			if len(late) == 0 || r.IntN(enough) > 2*rows/10 {
				return nil
			}
			i := late[0]
			m.hidden[i], late = false, late[1:]
			return x.PutRow(ctx, &m.rows[i], nil)
		})
		if err != nil {
			return pages, err
		}
		pages += n
	}
	return pages, nil
}
