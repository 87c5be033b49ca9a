package index

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// marksKey holds how far the reconciler has come with what takes several of its runs; sk = the mark's name.
const marksKey = "c#reconcile"

type markItem struct {
	PK    string `dynamodbav:"pk"`
	SK    string `dynamodbav:"sk"`
	Value string `dynamodbav:"mark,omitempty"`
}

// Mark reads a mark, consistently; "" where there is none.
func (x *Index) Mark(ctx context.Context, name string) (string, error) {
	it, err := x.get(ctx, x.values, item{"pk": str(marksKey), "sk": str(name)})
	if err != nil {
		return "", fmt.Errorf("read mark %s: %w", name, err)
	}
	return text(it["mark"]), nil
}

// SetMark writes a mark.
func (x *Index) SetMark(ctx context.Context, name, value string) error {
	it, err := marshalMap(markItem{PK: marksKey, SK: name, Value: value})
	if err != nil {
		return err
	}
	if _, err := x.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &x.values, Item: it}); err != nil {
		return fmt.Errorf("write mark %s: %w", name, err)
	}
	return nil
}
