package index

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// chunkBytes is the size of a piece of a snapshot: an item holds 400 KB.
const chunkBytes = 350_000

// manifestItem says which snapshot counts.
type manifestItem struct {
	PK      string `dynamodbav:"pk"`
	SK      string `dynamodbav:"sk"`
	Version string `dynamodbav:"version"`
	Before  string `dynamodbav:"before,omitempty"` // the version before this, that a reader may still be at
	Cut     int64  `dynamodbav:"cut"`              // Unix ms: the log before it is in the snapshot
	Chunks  int    `dynamodbav:"chunks"`
}

type chunkItem struct {
	PK     string `dynamodbav:"pk"`
	SK     string `dynamodbav:"sk"`
	Column string `dynamodbav:"c"`
	Bytes  []byte `dynamodbav:"b"`
}

// loadSnapshot reads the snapshot that counts, or an empty dictionary where there is none yet. cut is up to
// where in the log it goes.
func (x *Index) loadSnapshot(ctx context.Context) (d *dictionary, cut time.Time, units float64, err error) {
	for range 5 { // a snapshot that is replaced while it is read is read anew
		m, err := x.manifest(ctx)
		if err != nil {
			return nil, cut, units, err
		}
		d = newDictionary()
		if m == nil {
			return d, time.UnixMilli(0), units, nil
		}
		chunks, n, err := x.readChunks(ctx, m.Version)
		units += n
		if err != nil {
			return nil, cut, units, err
		}
		if chunks.n != m.Chunks {
			continue
		}
		for i, name := range columnNames {
			if packed := chunks.of[name]; packed != nil {
				c, err := decodeColumn(packed)
				if err != nil {
					return nil, cut, units, fmt.Errorf("column %s: %w", name, err)
				}
				d.columns[i] = *c
			}
		}
		return d, time.UnixMilli(m.Cut), units, nil
	}
	return nil, cut, units, errors.New("index: the dictionary's snapshot has not all its pieces")
}

func (x *Index) manifest(ctx context.Context) (*manifestItem, error) {
	it, err := x.get(ctx, x.values, item{"pk": str(snapshotKey), "sk": str(manifestKey)})
	if err != nil || it == nil {
		return nil, err
	}
	m := new(manifestItem)
	return m, unmarshalMap(it, m)
}

type chunks struct {
	n  int
	of map[string][]byte
}

func (x *Index) readChunks(ctx context.Context, version string) (c chunks, units float64, err error) {
	c.of = map[string][]byte{}
	units, err = x.eachOf(ctx, snapshotKey, version+"#", version+"#"+lastKey, func(it item) error {
		var chunk chunkItem
		if err := unmarshalMap(it, &chunk); err != nil {
			return err
		}
		c.n++
		c.of[chunk.Column] = append(c.of[chunk.Column], chunk.Bytes...)
		return nil
	})
	return c, units, err
}

// eachOf reads the items of a partition of the values table with from <= sk <= to, in order, consistently.
func (x *Index) eachOf(ctx context.Context, pk, from, to string, do func(item) error) (units float64, err error) {
	var start map[string]types.AttributeValue
	for {
		out, err := x.db.Query(ctx, &dynamodb.QueryInput{
			TableName: &x.values, ConsistentRead: aws.Bool(true), ExclusiveStartKey: start, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
			KeyConditionExpression:    aws.String("pk = :pk AND sk BETWEEN :from AND :to"),
			ExpressionAttributeValues: item{":pk": str(pk), ":from": str(from), ":to": str(to)},
		})
		if err != nil {
			return units, fmt.Errorf("read %s: %w", pk, err)
		}
		units += consumed(out.ConsumedCapacity)
		for _, it := range out.Items {
			if err := do(it); err != nil {
				return units, fmt.Errorf("read %s: %w", pk, err)
			}
		}
		if start = out.LastEvaluatedKey; len(start) == 0 {
			return units, nil
		}
	}
}

// firstKey and lastKey are around every sort key that is made here.
const firstKey, lastKey = "!", "~"

// Pack makes a new snapshot of the old one and the log, without values whose sessions are all past their time,
// and deletes what nobody reads any more. It reports how many values the snapshot has. A log that is short is
// left for later: 0. One pack at a time takes effect.
func (x *Index) Pack(ctx context.Context) (entries int, err error) {
	old, err := x.manifest(ctx)
	if err != nil {
		return 0, err
	}
	d, cut, _, err := x.loadSnapshot(ctx)
	if err != nil {
		return 0, err
	}
	now := x.now()
	m := manifestItem{PK: snapshotKey, SK: manifestKey, Version: session.NewID(now, "snapshot", entropy()), Cut: now.Add(-2 * overlap).UnixMilli()}
	end := session.MinID(time.UnixMilli(m.Cut))
	fresh := 0
	if _, err := x.readLog(ctx, cut.Add(-overlap), func(key string, list []sighting) {
		if key < end {
			d.add(list)
			if key >= session.MinID(cut) {
				fresh++
			}
		}
	}); err != nil {
		return 0, err
	}
	if fresh < minPacked && (old == nil || now.Sub(time.UnixMilli(old.Cut)) < logLife) {
		return 0, nil
	}
	if old != nil {
		m.Before = old.Version
	}
	if m.Chunks, entries, err = x.writeChunks(ctx, d, m.Version, now); err != nil {
		return 0, err
	}
	if err := x.putManifest(ctx, m, old); err != nil {
		return 0, err
	}
	return entries, x.clearOld(ctx, m, now)
}

// minPacked is how many entries the log has before it is worth a new snapshot.
const minPacked = 20

// pastLife is how long a value is kept after the last of its rows may have gone: DynamoDB deletes within days
// of their ttl.
const pastLife = 60 * 24 * time.Hour

func (x *Index) writeChunks(ctx context.Context, d *dictionary, version string, now time.Time) (n, entries int, err error) {
	for i, name := range columnNames {
		c := &d.columns[i]
		kept := c.all()[:0]
		for _, e := range c.all() {
			if e.last.start().Add(x.keep + pastLife).After(now) {
				kept = append(kept, e)
			}
		}
		c.pack(kept)
		entries += c.len()
		if c.len() == 0 {
			continue
		}
		for packed := c.encode(); len(packed) > 0; n++ {
			size := min(chunkBytes, len(packed))
			it, err := marshalMap(chunkItem{PK: snapshotKey, SK: fmt.Sprintf("%s#%d#%04d", version, i, n), Column: name, Bytes: packed[:size]})
			if err != nil {
				return 0, 0, err
			}
			if _, err := x.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &x.values, Item: it}); err != nil {
				return 0, 0, fmt.Errorf("write snapshot: %w", err)
			}
			packed = packed[size:]
		}
	}
	return n, entries, nil
}

// putManifest makes a snapshot count, unless another pack was faster.
func (x *Index) putManifest(ctx context.Context, m manifestItem, old *manifestItem) error {
	it, err := marshalMap(m)
	if err != nil {
		return err
	}
	in := &dynamodb.PutItemInput{TableName: &x.values, Item: it, ConditionExpression: aws.String("attribute_not_exists(pk)")}
	if old != nil {
		in.ConditionExpression = aws.String("version = :old")
		in.ExpressionAttributeValues = item{":old": str(old.Version)}
	}
	if _, err := x.db.PutItem(ctx, in); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return nil
}

// clearOld deletes the pieces of snapshots before the last two, and the part of the log that both have and that
// no memory goes back to.
func (x *Index) clearOld(ctx context.Context, m manifestItem, now time.Time) error {
	var old []string
	if _, err := x.eachOf(ctx, snapshotKey, firstKey, lastKey, func(it item) error {
		sk := text(it["sk"])
		if sk != manifestKey && sk[:session.IDLen] != m.Version && sk[:session.IDLen] != m.Before && sk < m.Version {
			old = append(old, sk)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, sk := range old {
		if err := x.deleteWork(ctx, snapshotKey, sk); err != nil {
			return err
		}
	}
	end := min(session.MinID(now.Add(-logLife)), session.MinID(time.UnixMilli(m.Cut)))
	var covered []string
	if _, err := x.eachOf(ctx, logKey, firstKey, end, func(it item) error {
		covered = append(covered, text(it["sk"]))
		return nil
	}); err != nil {
		return err
	}
	for _, sk := range covered {
		if err := x.deleteWork(ctx, logKey, sk); err != nil {
			return err
		}
	}
	return nil
}
