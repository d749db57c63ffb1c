package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// A call is what awspool.Endpoints makes.
type call = func(context.Context, aws.Config) error

func listBuckets(ctx context.Context, cfg aws.Config) error {
	_, err := s3.NewFromConfig(cfg).ListBuckets(ctx, nil)
	return err
}

func headBucket(ctx context.Context, cfg aws.Config) error {
	_, err := s3.NewFromConfig(cfg).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String("bucket")})
	return err
}

func listTables(ctx context.Context, cfg aws.Config) error {
	_, err := dynamodb.NewFromConfig(cfg).ListTables(ctx, nil)
	return err
}

func listFunctions(ctx context.Context, cfg aws.Config) error {
	_, err := lambda.NewFromConfig(cfg).ListFunctions(ctx, nil)
	return err
}

func listStateMachines(ctx context.Context, cfg aws.Config) error {
	_, err := sfn.NewFromConfig(cfg).ListStateMachines(ctx, nil)
	return err
}

func listQueues(ctx context.Context, cfg aws.Config) error {
	_, err := sqs.NewFromConfig(cfg).ListQueues(ctx, nil)
	return err
}
