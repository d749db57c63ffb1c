// Package objects is a part of a module with heavy imports.
package objects

import (
	"context"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Store reads from one bucket.
type Store struct {
	client *s3.Client
	bucket string
}

//bunsui:cached ttl=60 receiver=instance max_entries=100
func (s *Store) read(ctx context.Context, name string) ([]byte, error) {
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &name})
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}

//bunsui:cached ttl=5m receiver=ignore
//bunsui:profile
func (s *Store) head(ctx context.Context, name string) (*s3.HeadObjectOutput, error) {
	return s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: &name})
}

//bunsui:cached ttl=5m receiver=ignore
func (s *Store) list(ctx context.Context, prefix string, limit int32) ([]types.Object, error) {
	out, err := s.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &prefix, MaxKeys: &limit})
	if err != nil {
		return nil, err
	}
	return out.Contents, nil
}

//bunsui:profile
func (s *Store) put(ctx context.Context, in *s3.PutObjectInput) (*s3.PutObjectOutput, error) {
	return s.client.PutObject(ctx, in)
}

//bunsui:cached ttl=1h
func config(_ context.Context, region string) (aws.Config, error) {
	return aws.Config{Region: region}, nil
}

//bunsui:cached ttl=1h
func class(_ context.Context, c types.StorageClass) (bool, error) {
	return c == types.StorageClassStandard, nil
}
