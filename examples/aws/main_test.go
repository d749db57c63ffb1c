package main

import (
	"context"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/bunsui/bunsui-go/examples/internal/awstest"
)

// versitygw is a real S3 server, fauxqs an emulator of SQS. go test -v shows what the
// program prints.
func TestOnVersitygwAndFauxqs(t *testing.T) {
	a := app{s3: awstest.S3(t), sqs: awstest.SQS(t), bucket: "bucket"}
	makeBucket(t, s3.NewFromConfig(a.s3, pathStyle), a.bucket)
	queue, err := sqs.NewFromConfig(a.sqs).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("queue")})
	if err != nil {
		t.Fatal(err)
	}
	a.queue = *queue.QueueUrl
	for _, part := range []struct {
		run   func() (string, error)
		wants []string
	}{
		{func() (string, error) { return printed(t, a.share) }, []string{
			`^s3: 1?[0-9] connections opened, 3 of them by Start; \d+ of 43 requests found one; \d+ waited\n`,
			`\n  S3.PutObject  40 calls  0 errors  0 retries  0 throttles  median \S+ms  longest \S+ms\n`,
		}},
		{func() (string, error) { return printed(t, a.isolate) }, []string{
			`(?m)^objects: 2 clients, lent 1 times, at most 5$`,
			`(?m)^queues: 1 clients, lent 1 times, at most 3$`,
			`(?m)^objects: 2 connections opened, 2 of them by Start; 1 of 3 requests found one; 0 waited$`,
			`(?m)^queues: 1 connections opened, 1 of them by Start; 1 of 2 requests found one; 0 waited$`,
			`(?m)^  SQS.SendMessage  1 calls  0 errors `,
		}},
	} {
		got, err := part.run()
		if err != nil {
			t.Error(err)
		}
		for _, want := range part.wants {
			if !regexp.MustCompile(want).MatchString(got) {
				t.Errorf("%s does not match:\n%s", want, got)
			}
		}
	}
}

// printed returns what a part of the program prints.
func printed(t *testing.T, part func(context.Context, io.Writer) error) (string, error) {
	var b strings.Builder
	err := part(t.Context(), io.MultiWriter(&b, t.Output()))
	return b.String(), err
}

func makeBucket(t testing.TB, c *s3.Client, name string) {
	t.Helper()
	if _, err := c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
}
