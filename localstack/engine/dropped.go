package engine

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// dropped does to a stack's buckets what the template says and the emulators' CloudFormation drops.
func (e *Engine) dropped(ctx context.Context, stack string, outputs map[string]string) error {
	client := s3.NewFromConfig(e.Config(), func(o *s3.Options) { o.UsePathStyle = true })
	if err := lockObjects(ctx, client, outputs["EvidenceBucket"]); err != nil || e.Name != "ministack" {
		return err
	}
	for _, bucket := range []string{"InboxBucket", "EvidenceBucket", "DerivedBucket"} {
		if err := encrypt(ctx, client, outputs[bucket], outputs["RecordingsKeyArn"]); err != nil {
			return err
		}
	}
	if outputs["ExportsBucket"] == "" {
		return nil // a version from before there were exports
	}
	key, err := cloudformation.NewFromConfig(e.Config()).DescribeStackResource(ctx, &cloudformation.DescribeStackResourceInput{StackName: &stack, LogicalResourceId: aws.String("ExportsKey")})
	if err != nil {
		return fmt.Errorf("find the exports' key: %w", err)
	}
	return encrypt(ctx, client, outputs["ExportsBucket"], aws.ToString(key.StackResourceDetail.PhysicalResourceId))
}

func lockObjects(ctx context.Context, client *s3.Client, bucket string) error {
	_, err := client.PutObjectLockConfiguration(ctx, &s3.PutObjectLockConfigurationInput{Bucket: &bucket,
		ObjectLockConfiguration: &types.ObjectLockConfiguration{ObjectLockEnabled: types.ObjectLockEnabledEnabled}})
	if err != nil {
		return fmt.Errorf("switch Object Lock on: %w", err)
	}
	return nil
}

// encrypt names the key that a bucket encrypts with. Whoever reads or writes there needs it from then on (emulator_iam.py).
func encrypt(ctx context.Context, client *s3.Client, bucket, key string) error {
	_, err := client.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{Bucket: &bucket, ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{
		Rules: []types.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: &types.ServerSideEncryptionByDefault{SSEAlgorithm: types.ServerSideEncryptionAwsKms, KMSMasterKeyID: &key}}}}})
	if err != nil {
		return fmt.Errorf("encrypt %s: %w", bucket, err)
	}
	return nil
}
