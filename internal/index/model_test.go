package index

import (
	"context"
	"sort"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/pagetoken"
	"tapedeck/internal/session"
)

// model is the sessions table in memory, with DynamoDB's own rules of what a query reads and costs: Limit and 1 MB
// count before anything else, and half a read unit pays for each 4 KB begun.
type model struct {
	rows     []session.Session // in order of their ids
	sizes    []int32           // of a row in an index
	hidden   []bool            // not visible yet
	postings map[partition][]int32

	dictionary *dictionary
}

func newModel(rows []session.Session) *model {
	sort.Slice(rows, func(i, j int) bool { return rows[i].ID < rows[j].ID })
	m := &model{rows: rows, dictionary: dictionaryOf(rows), hidden: make([]bool, len(rows)), postings: map[partition][]int32{}, sizes: make([]int32, len(rows))}
	for i := range rows {
		m.sizes[i] = int32(indexedSize(&rows[i]))
		for _, p := range partitionsOf(&rows[i]) {
			m.postings[p] = append(m.postings[p], int32(i))
		}
	}
	return m
}

// partitionsOf are the index partitions that hold a session.
func partitionsOf(s *session.Session) []partition {
	list := []partition{{byTime, attrTime, timeShard}, {byFacet, attrF, FacetCode(s)}}
	for _, seen := range sightings(s)[1:] {
		f := Fields[seen.column]
		list = append(list, partition{f.Index, f.Attr, seen.value})
	}
	return list
}

// indexedSize is the size of a row in an index: names and values of the attributes that are projected.
func indexedSize(s *session.Session) int {
	row, err := marshal(newRowItem(s))
	if err != nil {
		panic(err)
	}
	n := len(attrPK) + len(attrID) + 2*len(s.ID) + len(attrF) + 2 + len(attrRow) + valueSize(row)
	return n + 20 // the hash key: its name, and a value of middling length
}

// valueSize follows "DynamoDB item sizes and formats" of the developer guide.
func valueSize(v types.AttributeValue) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return (len(v.Value)+1)/2 + 1
	case *types.AttributeValueMemberM:
		n := 3
		for name, e := range v.Value {
			n += len(name) + valueSize(e) + 1
		}
		return n
	}
	return 1
}

func (m *model) read(_ context.Context, p partition, lo, hi string, limit int) (c chunk, err error) {
	list := m.postings[p]
	size := 0
	for i := sort.Search(len(list), func(i int) bool { return m.rows[list[i]].ID >= hi }) - 1; i >= 0; i-- {
		row := list[i]
		if m.rows[row].ID < lo {
			break
		}
		if m.hidden[row] {
			continue
		}
		if len(c.rows) == limit || size >= 1<<20 {
			c.last = c.rows[len(c.rows)-1].ID
			break
		}
		size += int(m.sizes[row])
		c.rows = append(c.rows, m.rows[row])
	}
	if len(c.rows) == limit { // DynamoDB does not look whether there is more
		c.last = c.rows[limit-1].ID
	}
	c.units = units(size)
	return c, nil
}

// units is what an eventually consistent read of so many bytes costs.
func units(bytes int) float64 { return 0.5 * float64(max(1, (bytes+4095)/4096)) }

// dictionaryOf is the dictionary of the rows of a model.
func dictionaryOf(rows []session.Session) *dictionary {
	d := newDictionary()
	for i := range rows {
		d.add(sightings(&rows[i]))
	}
	return d
}

// finder is a search over the model. The dictionary costs a log query of one unit.
func (m *model) finder(d *dictionary, b budget) *finder {
	return &finder{from: m, tokens: pagetoken.New([]byte("a key of more than sixteen bytes"), nil, func() time.Time { return noon }), budget: b,
		dictionary: func(context.Context) (*dictionary, float64, error) { return d, 1, nil }}
}
