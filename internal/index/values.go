package index

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/match"
	"tapedeck/internal/session"
)

// The dictionary lies in the values table as a packed snapshot and a log of what was seen since:
//
//	pk d#snapshot  sk !                     the manifest: which snapshot counts, and up to where in the log it goes
//	               sk <version>#<column>#<chunk>  a piece of it
//	pk d#log       sk ULID of the moment    sightings of a session or more, written before their rows
//
// Who keeps the dictionary in memory reads the log's end before each use.
const (
	snapshotKey = "d#snapshot"
	manifestKey = "!"
	logKey      = "d#log"

	// writeLimit is how long a write to the log may be under way; what takes longer fails, and is done again.
	writeLimit = 10 * time.Second
	// overlap is how far the end of the log is read again: the limit, and clocks that differ.
	overlap = 30 * time.Second
	// memoryLife is how long a dictionary in memory is brought up to date by the log alone. Covered entries
	// stay in the log for logLife.
	memoryLife = 12 * time.Hour
	logLife    = 48 * time.Hour
)

// logItem is an entry of the log.
type logItem struct {
	PK   string        `dynamodbav:"pk"`
	SK   string        `dynamodbav:"sk"`
	Seen []logSighting `dynamodbav:"v"`
}

type logSighting struct {
	Column  string `dynamodbav:"c"` // attribute name of the field, or "f"
	Value   string `dynamodbav:"v"`
	Display string `dynamodbav:"d,omitempty"` // where it differs
	Facet   uint8  `dynamodbav:"f"`
	Day     day    `dynamodbav:"n"`
}

// columnNames are the names of the dictionary's columns, in their order.
var columnNames = func() (names []string) {
	for _, f := range Fields {
		names = append(names, f.Attr)
	}
	return append(names, attrF)
}()

func newLogSighting(s sighting) logSighting {
	l := logSighting{Column: columnNames[s.column], Value: s.value, Facet: s.facet, Day: s.day}
	if s.display != s.value {
		l.Display = s.display
	}
	return l
}

func (l logSighting) sighting() (sighting, bool) {
	i := slices.Index(columnNames, l.Column)
	s := sighting{column: i, value: l.Value, display: l.Display, facet: l.Facet, day: l.Day}
	if s.display == "" {
		s.display = s.value
	}
	return s, i >= 0 && l.Value != ""
}

// maxLogSightings bounds an entry of the log: at most 100 x 2 texts of 1 KB, below DynamoDB's 400 KB.
const maxLogSightings = 100

// Cover makes the dictionary cover rows, so that it is a superset of the index at every moment: a value that the
// dictionary lacks would hide its sessions from every search in silence. It reports how many rows were not
// covered. What has been seen of a value, facet and day is written once.
func (x *Index) Cover(ctx context.Context, rows []session.Session) (added int, err error) {
	missing, _ := x.missing(rows, 0)
	if len(missing) == 0 && x.dictionary() != nil {
		return 0, nil
	}
	d, _, err := x.current(ctx) // somebody else may have written it meanwhile
	if err != nil {
		return 0, err
	}
	missing, added = x.missing(rows, added)
	for part := range slices.Chunk(missing, maxLogSightings) {
		if err := x.appendLog(ctx, part); err != nil {
			return 0, err
		}
		d.add(part)
	}
	return added, nil
}

// missing lists what the dictionary in memory lacks of rows, each once, and counts the rows concerned.
func (x *Index) missing(rows []session.Session, n int) (list []sighting, count int) {
	d := x.dictionary()
	if d == nil {
		return nil, n
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	type key struct {
		column int
		value  string
		facet  uint8
		day    day
	}
	listed := map[key]bool{}
	for i := range rows {
		before := len(list)
		for _, s := range sightings(&rows[i]) {
			k := key{s.column, s.value, s.facet, s.day}
			if !listed[k] && !d.columns[s.column].covers(s) {
				listed[k] = true
				list = append(list, s)
			}
		}
		if len(list) > before {
			n++
		}
	}
	return list, n
}

func (d *dictionary) add(list []sighting) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range list {
		d.columns[s.column].add(s)
	}
}

// appendLog writes one entry of the log. Its key is the moment: readers go on from the moment that they have
// read to, less overlap.
func (x *Index) appendLog(ctx context.Context, list []sighting) error {
	now := x.now()
	it := logItem{PK: logKey, SK: session.NewID(now, "log", entropy())}
	for _, s := range list {
		it.Seen = append(it.Seen, newLogSighting(s))
	}
	av, err := marshalMap(it)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	if _, err := x.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &x.values, Item: av}); err != nil {
		return fmt.Errorf("write dictionary: %w", err)
	}
	return nil
}

// current is the dictionary as of now: what any row that is visible in the index by now has brought is in it.
func (x *Index) current(ctx context.Context) (d *dictionary, units float64, err error) {
	x.refreshing.Lock()
	defer x.refreshing.Unlock()
	now := x.now()
	d = x.dictionary()
	if d == nil || now.Sub(x.loadedAt) > memoryLife {
		fresh, cut, n, err := x.loadSnapshot(ctx)
		if err != nil {
			return nil, n, err
		}
		units += n
		d, x.readTo, x.loadedAt = fresh, cut, now
	}
	n, err := x.readLog(ctx, x.readTo.Add(-overlap), func(_ string, list []sighting) { d.add(list) })
	if err != nil {
		return nil, units, err
	}
	x.readTo = now
	x.dict.Store(d)
	return d, units + n, nil
}

// readLog reads the log from a moment on, consistently.
func (x *Index) readLog(ctx context.Context, from time.Time, do func(key string, list []sighting)) (units float64, err error) {
	return x.eachOf(ctx, logKey, session.MinID(from), lastKey, func(it item) error {
		var l logItem
		if err := unmarshalMap(it, &l); err != nil {
			return err
		}
		var list []sighting
		for _, seen := range l.Seen {
			if s, ok := seen.sighting(); ok {
				list = append(list, s)
			}
		}
		do(l.SK, list)
		return nil
	})
}

// Values lists up to n values of a search field that hold prefix, as they were written last: those that begin
// with it first, then those that were seen last.
func (x *Index) Values(ctx context.Context, c session.Column, prefix string, n int) ([]string, error) {
	d, _, err := x.current(ctx)
	if err != nil {
		return nil, err
	}
	return d.suggest(c, match.Fold(session.Text(prefix)), n), nil
}

func consumed(c *types.ConsumedCapacity) float64 {
	if c == nil {
		return 0
	}
	return aws.ToFloat64(c.CapacityUnits)
}
