// Package queue hands sessions over to the archiver.
package queue

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Queue is one SQS queue. A message's body is the identity of a registration, nothing else.
type Queue struct {
	sqs *sqs.Client
	url string
}

// New makes a Queue.
func New(client *sqs.Client, url string) *Queue { return &Queue{client, url} }

// Send puts a session into the queue. Sending it twice does no harm: the archiver takes a lease.
func (q *Queue) Send(ctx context.Context, identity string) error {
	if _, err := q.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &identity}); err != nil {
		return fmt.Errorf("hand over to the archiver: %w", err)
	}
	return nil
}
