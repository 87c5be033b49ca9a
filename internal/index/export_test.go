package index

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// Company is the sessions of BenchmarkSearch.
func Company(n int) []session.Session { return newCompany(7, n).sessions(n) }

// Item is a session as PutRow stores it.
func Item(s *session.Session) (map[string]types.AttributeValue, error) {
	return sessionItem(s, nil, s.ActionAt.AddDate(5, 0, 0))
}

// PrintTable measures questions to an index that holds rows.
func PrintTable(x *Index, rows []session.Session, walks int) {
	table(&finder{tableReader{x}, x.current, x.tokens, budget{pageUnits, pageCalls}}, rows, walks, nil)
}

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
