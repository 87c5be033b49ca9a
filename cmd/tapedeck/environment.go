package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tapedeck/internal/awsenv"
)

// required is a variable of the environment that a command cannot do without.
func required(name string) (string, error) {
	var env awsenv.Vars
	if s := env.Optional(name); s != "" {
		return s, nil
	}
	for _, v := range variables {
		if v.name == name {
			return "", fmt.Errorf("%s is not set; it is the %s", name, v.does)
		}
	}
	return "", fmt.Errorf("%s is not set", name)
}

// awsConfig is AWS's configuration, of which it is known that it names a region and somebody.
func awsConfig(ctx context.Context) (aws.Config, error) {
	cfg, err := awsenv.Config(ctx)
	if err != nil {
		return cfg, err
	}
	if cfg.Region == "" {
		return cfg, errors.New("AWS_REGION is not set, and no profile says it")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil && ctx.Err() == nil {
		return cfg, fmt.Errorf("there are no AWS credentials; AWS_PROFILE, or any other way of AWS's programs, gives them: %w", err)
	}
	return cfg, nil
}

// lookAt is os.Stat for what a person has named.
func lookAt(path string) (os.FileInfo, error) {
	info, err := os.Stat(path)
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, fmt.Errorf("%s: %w", path, e.Err)
	}
	return info, err
}
