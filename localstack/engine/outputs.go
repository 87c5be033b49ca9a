package engine

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// Config is how this program itself speaks to the engine.
func (e *Engine) Config() aws.Config {
	return aws.Config{Region: Region, BaseEndpoint: &e.Endpoint, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
}

// Outputs are those of a stack that is deployed.
func (e *Engine) Outputs(ctx context.Context, name string) (map[string]string, error) {
	out, err := cloudformation.NewFromConfig(e.Config()).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		return nil, fmt.Errorf("read the stack's outputs: %w", err)
	}
	stack := out.Stacks[0]
	if stack.StackStatus != types.StackStatusCreateComplete && stack.StackStatus != types.StackStatusUpdateComplete {
		return nil, fmt.Errorf("the stack is %s: %s", stack.StackStatus, aws.ToString(stack.StackStatusReason))
	}
	outputs := map[string]string{}
	for _, o := range stack.Outputs {
		outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return outputs, nil
}
