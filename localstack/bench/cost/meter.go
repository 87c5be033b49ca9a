package cost

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
)

// Seconds that a function waits for an answer within its region: assumed, and not measured.
const (
	dynamoDBWait = 0.005
	s3Wait       = 0.030
)

// Meter counts what clients of DynamoDB and S3 ask for: put Install into their APIOptions.
type Meter struct {
	mu     sync.Mutex
	used   Usage
	waited float64
	tables map[string]*dynamodb.CreateTableInput
	items  map[string]item // of the tables, by table and key: what an index costs depends on what was there
}

// NewMeter makes a Meter of clients that use these tables, which are empty.
func NewMeter(tables ...*dynamodb.CreateTableInput) *Meter {
	m := &Meter{used: Usage{}, tables: map[string]*dynamodb.CreateTableInput{}, items: map[string]item{}}
	for _, t := range tables {
		m.tables[aws.ToString(t.TableName)] = t
	}
	return m
}

// Take is what was used since it was last taken, and for how many seconds a function would have waited that does one
// thing after the other.
func (m *Meter) Take() (Usage, float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	used, waited := m.used, m.waited
	m.used, m.waited = Usage{}, 0
	return used, waited
}

// Count counts what no client is asked for.
func (m *Meter) Count(unit Unit, n float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used[unit] += n
}

// Stored is how many bytes of storage the items of all tables are, their index entries included.
func (m *Meter) Stored() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, it := range m.items {
		name, _, _ := strings.Cut(key, "\x00")
		n += itemBytes(it) + overheadBytes
		for _, ix := range m.tables[name].GlobalSecondaryIndexes {
			if e := entry(m.tables[name].KeySchema, ix, it); e != nil {
				n += itemBytes(e) + overheadBytes
			}
		}
	}
	return n
}

// Install adds the meter to the calls of a client.
func (m *Meter) Install(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("meter",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			service, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
			if service == dynamodb.ServiceID {
				if f := reflect.ValueOf(in.Parameters).Elem().FieldByName("ReturnConsumedCapacity"); f.IsValid() {
					f.SetString(string(types.ReturnConsumedCapacityTotal))
				}
			}
			out, metadata, err := next.HandleInitialize(ctx, in)
			m.mu.Lock()
			defer m.mu.Unlock()
			switch service {
			case dynamodb.ServiceID:
				m.waited += dynamoDBWait
				m.dynamoDB(operation, in.Parameters, out.Result, err)
			case "S3":
				m.waited += s3Wait
				if unit := classOf(operation); unit != "" {
					m.used[unit]++
				}
			}
			return out, metadata, err
		}), middleware.After) // what the call is stands in the context by then
}

// classOf is what S3 charges an operation as; "" for what is free.
func classOf(operation string) Unit {
	for _, verb := range []string{"Delete", "Abort"} {
		if strings.HasPrefix(operation, verb) {
			return ""
		}
	}
	for _, verb := range []string{"Get", "Head"} {
		if strings.HasPrefix(operation, verb) {
			return S3Get
		}
	}
	return S3Put
}

func (m *Meter) dynamoDB(operation string, in, out any, err error) {
	write := true
	for _, verb := range []string{"Get", "BatchGet", "Query", "Scan"} {
		write = write && !strings.HasPrefix(operation, verb)
	}
	switch {
	case err != nil && write:
		m.used[WriteUnit]++ // a condition that fails is charged; for items of up to a KB
	case err != nil:
	case write:
		m.used[WriteUnit] += capacity(out)
		m.indexes(in)
	default:
		m.used[ReadUnit] += capacity(out)
	}
}

// capacity is what the answer says that it cost.
func capacity(out any) (units float64) {
	v := reflect.ValueOf(out).Elem().FieldByName("ConsumedCapacity")
	if !v.IsValid() {
		return 0
	}
	switch c := v.Interface().(type) {
	case *types.ConsumedCapacity:
		return aws.ToFloat64(c.CapacityUnits)
	case []types.ConsumedCapacity:
		for _, each := range c {
			units += aws.ToFloat64(each.CapacityUnits)
		}
	}
	return units
}

// indexes counts what a write costs the table's indexes, and keeps what the item is now.
func (m *Meter) indexes(in any) {
	var name string
	var key, after item
	switch in := in.(type) {
	case *dynamodb.PutItemInput:
		name, key, after = aws.ToString(in.TableName), in.Item, in.Item
	case *dynamodb.DeleteItemInput:
		name, key = aws.ToString(in.TableName), in.Key
	default:
		return // items that are updated in their place are in no index
	}
	t := m.tables[name]
	for _, k := range t.KeySchema {
		name += fmt.Sprintf("\x00%v", key[aws.ToString(k.AttributeName)].(*types.AttributeValueMemberS).Value)
	}
	before := m.items[name]
	for _, ix := range t.GlobalSecondaryIndexes {
		m.used[WriteUnit] += entryUnits(ix, entry(t.KeySchema, ix, before), entry(t.KeySchema, ix, after))
	}
	if after == nil {
		delete(m.items, name)
	} else {
		m.items[name] = maps.Clone(after)
	}
}
