package cost

import (
	"math"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type item = map[string]types.AttributeValue

const (
	writeUnitBytes = 1 << 10
	overheadBytes  = 100 // that are charged with each stored item, and with each of its index entries
)

// itemBytes is the size of an item as DynamoDB counts it ("DynamoDB item sizes and formats").
func itemBytes(it item) (n int) {
	for name, v := range it {
		n += len(name) + valueBytes(v)
	}
	return n
}

func valueBytes(v types.AttributeValue) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return 1 + (len(v.Value)+1)/2
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + itemBytes(v.Value)
	case *types.AttributeValueMemberL:
		n := 3
		for _, e := range v.Value {
			n += 1 + valueBytes(e)
		}
		return n
	case *types.AttributeValueMemberSS:
		n := 3
		for _, e := range v.Value {
			n += len(e)
		}
		return n
	}
	return 1 // true, false, null
}

// entry is what an index keeps of an item; nil where the item lacks a key of the index.
func entry(table []types.KeySchemaElement, ix types.GlobalSecondaryIndex, it item) item {
	kept := item{}
	for _, key := range ix.KeySchema {
		v, ok := it[aws.ToString(key.AttributeName)]
		if !ok {
			return nil
		}
		kept[aws.ToString(key.AttributeName)] = v
	}
	if ix.Projection.ProjectionType == types.ProjectionTypeAll {
		return it
	}
	names := ix.Projection.NonKeyAttributes
	for _, key := range table {
		names = append(names[:len(names):len(names)], aws.ToString(key.AttributeName))
	}
	for _, name := range names {
		if v, ok := it[name]; ok {
			kept[name] = v
		}
	}
	return kept
}

// entryUnits is what an index costs when an item becomes another, or nil; dynalite counts tables only. ("Write
// considerations for global secondary indexes".)
func entryUnits(ix types.GlobalSecondaryIndex, before, after item) float64 {
	switch {
	case before == nil && after == nil, reflect.DeepEqual(before, after):
		return 0
	case before == nil:
		return writeUnits(after)
	case after == nil:
		return writeUnits(before)
	}
	for _, key := range ix.KeySchema {
		if name := aws.ToString(key.AttributeName); !reflect.DeepEqual(before[name], after[name]) {
			return writeUnits(before) + writeUnits(after) // deleted here, put there
		}
	}
	return max(writeUnits(before), writeUnits(after))
}

func writeUnits(it item) float64 { return math.Ceil(float64(itemBytes(it)) / writeUnitBytes) }
