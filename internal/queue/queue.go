// Package queue brings messages to the functions that work in the background.
package queue

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Queue is one SQS queue.
type Queue struct {
	sqs *sqs.Client
	url string
}

// New makes a Queue.
func New(client *sqs.Client, url string) *Queue { return &Queue{client, url} }

// Send puts a message into the queue: ids and nothing else. Sending it twice does no harm: who works at what it names
// takes a lease.
func (q *Queue) Send(ctx context.Context, message string) error {
	if _, err := q.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &message}); err != nil {
		return fmt.Errorf("send to the queue: %w", err)
	}
	return nil
}
