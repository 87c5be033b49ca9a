package index_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"tapedeck/internal/session"
)

// guard refuses what DynamoDB refuses and its emulators let pass ("Service, account, and table quotas" and "Key
// condition expressions" of the developer guide), and writes down every expression that was used.
type guard struct {
	mu          sync.Mutex
	expressions map[string]bool
}

// keyAttributes are the keys of tables and indexes: no key may be an empty string, no filter may name one of the
// index that is read.
var keyAttributes = map[string]bool{"pk": true, "sk": true, "id": true, "gt": true, "f": true, "name": true, "email": true,
	"account": true, "server": true, "host": true, "clientIp": true, "clientName": true}

func (g *guard) install(o *dynamodb.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("guard",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				if err := g.check(in.Parameters); err != nil {
					return middleware.InitializeOutput{}, middleware.Metadata{}, err
				}
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
	})
}

func (g *guard) check(parameters any) error {
	switch in := parameters.(type) {
	case *dynamodb.QueryInput:
		if in.FilterExpression != nil && in.IndexName != nil {
			return fmt.Errorf("guard: a filter on an index: %s", *in.FilterExpression)
		}
		return g.expression(in.ExpressionAttributeValues, in.KeyConditionExpression, in.FilterExpression)
	case *dynamodb.PutItemInput:
		if err := g.item(in.Item); err != nil {
			return err
		}
		return g.expression(in.ExpressionAttributeValues, in.ConditionExpression)
	case *dynamodb.UpdateItemInput:
		if err := g.item(in.Key); err != nil {
			return err
		}
		return g.expression(in.ExpressionAttributeValues, in.ConditionExpression, in.UpdateExpression)
	case *dynamodb.TransactWriteItemsInput, *dynamodb.ScanInput:
		return fmt.Errorf("guard: %T is not used here", in)
	}
	return nil
}

func (g *guard) item(it map[string]types.AttributeValue) error {
	size := 0
	for name, v := range it {
		s, ok := v.(*types.AttributeValueMemberS)
		if keyAttributes[name] && (!ok || s.Value == "" || len(s.Value) > 2048 || name == "sk" && len(s.Value) > 1024) {
			return fmt.Errorf("guard: key %s is %v", name, v)
		}
		if b, ok := v.(*types.AttributeValueMemberB); ok {
			size += len(b.Value)
		}
	}
	if size > 400_000 {
		return fmt.Errorf("guard: an item of %d bytes", size)
	}
	return nil
}

func (g *guard) expression(values map[string]types.AttributeValue, expressions ...*string) error {
	for _, e := range expressions {
		s := aws.ToString(e)
		if len(s) > 4096 || strings.Count(s, ",") >= 100 {
			return fmt.Errorf("guard: an expression of %d bytes", len(s))
		}
		g.mu.Lock()
		g.expressions[s] = true
		g.mu.Unlock()
	}
	for name, v := range values {
		if s, ok := v.(*types.AttributeValueMemberS); ok && s.Value == "" {
			return fmt.Errorf("guard: %s is an empty key", name)
		}
	}
	return nil
}

// What is searched for is bound to names or never leaves the function: no expression depends on it.
func TestContractNoTermReachesAnExpression(t *testing.T) {
	x, _ := newContractPair(t, "injection")
	terms := []string{`" OR pk = "R#`, ":lo", "#key", "attribute_exists(pk)", "a AND b", "%", "*", "_", "\x00", "q\u202er", "'"}
	used := func() int {
		contractGuard.mu.Lock()
		defer contractGuard.mu.Unlock()
		return len(contractGuard.expressions)
	}
	for _, text := range terms {
		s := session.Session{ID: session.NewID(start, "gw", text), No: 1, ActionAt: start, Name: session.Text("x" + text + "y"), State: session.Ready}
		if err := x.PutRow(t.Context(), &s, nil); err != nil {
			t.Fatal(err)
		}
	}
	before := 0
	for _, text := range append([]string{"plain", "plain"}, terms...) {
		for _, exact := range []bool{false, true} {
			q := named(session.Text(text))
			q.Where[0].Terms[0].Exact = exact
			page, err := x.List(t.Context(), q)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			for _, s := range page.Items {
				if exact || !strings.Contains(strings.ToLower(s.Name), strings.ToLower(session.Text(text))) && text != "q\u202er" {
					t.Errorf("%q found %q", text, s.Name)
				}
			}
			if !exact && len(page.Items) == 0 && text != "plain" {
				t.Errorf("%q does not find the session that has it", text)
			}
		}
		if text == "plain" {
			before = used()
		}
	}
	if used() != before {
		t.Errorf("expressions depend on terms: %v", contractGuard.expressions)
	}
}
