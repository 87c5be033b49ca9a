// Package deployed knows the functions of a stack on an emulator: what each has in its environment, as whom it works, and
// the event that its folder has for it.
package deployed

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Function is one function of a stack.
type Function struct {
	Name        string            // in template.yaml, such as SessionsFunction
	Environment map[string]string // what the template gives it
	Credentials map[string]string // of its role, under the names of environment variables: the emulator judges by it
}

// Functions are those of the stack "tapedeck", by the names of their folders.
func Functions(ctx context.Context, cfg aws.Config) (map[string]Function, error) {
	found, roles := map[string]Function{}, sts.NewFromConfig(cfg)
	pages := lambda.NewListFunctionsPaginator(lambda.NewFromConfig(cfg), &lambda.ListFunctionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the functions: %w", err)
		}
		for _, f := range page.Functions {
			made := aws.ToString(f.FunctionName)
			if found[Folder(made)], err = of(ctx, roles, f); err != nil {
				return nil, fmt.Errorf("%s: %w", made, err)
			}
		}
	}
	return found, nil
}

// Folder is the folder of a function that CloudFormation has named, such as tapedeck-PlaybackFunction-1Q2W3E.
func Folder(made string) string { return strings.ToLower(word(made)) }

func word(made string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(made, "tapedeck-"), "Function")
	return name
}

func of(ctx context.Context, roles *sts.Client, f types.FunctionConfiguration) (Function, error) {
	as, err := roles.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: f.Role, RoleSessionName: aws.String("outside")})
	if err != nil {
		return Function{}, err
	}
	found := Function{Name: word(aws.ToString(f.FunctionName)) + "Function", Credentials: map[string]string{"AWS_ACCESS_KEY_ID": aws.ToString(as.Credentials.AccessKeyId),
		"AWS_SECRET_ACCESS_KEY": aws.ToString(as.Credentials.SecretAccessKey), "AWS_SESSION_TOKEN": aws.ToString(as.Credentials.SessionToken)}}
	if f.Environment != nil {
		found.Environment = f.Environment.Variables
	}
	return found, nil
}
