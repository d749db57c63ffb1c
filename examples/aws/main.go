// Command aws uses S3 and SQS in the two ways that runtime/pool/awspool has: one client
// for everybody, whose connections are pooled, and pools of clients that are found by
// name. It prints what both have counted. Its test runs it on programs that stand in for
// AWS; it needs a bucket, a queue, and credentials in the environment:
//
//	AWS_REGION=eu-central-1 go run ./aws BUCKET QUEUE_URL
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/pool/awspool"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: aws BUCKET QUEUE_URL")
		os.Exit(2)
	}
	cfg := aws.Config{
		Region: os.Getenv("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider(
			os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")),
	}
	a := app{s3: cfg, sqs: cfg, bucket: os.Args[1], queue: os.Args[2]}
	err := errors.Join(a.share(context.Background(), os.Stdout), a.isolate(context.Background(), os.Stdout))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type app struct {
	s3, sqs       aws.Config
	bucket, queue string
}

// share is for most programs: one client, which is safe for concurrent use. At most ten
// of 40 goroutines are served at a time.
func (a app) share(ctx context.Context, w io.Writer) error {
	urls, err := awspool.Endpoints(ctx, a.s3, func(ctx context.Context, cfg aws.Config) error {
		_, err := s3.NewFromConfig(cfg, pathStyle).ListBuckets(ctx, nil)
		return err
	})
	if err != nil {
		return err
	}
	t := awspool.New(a.s3, awspool.Options{Name: "s3", Min: 3, Max: 10, Endpoints: urls})
	if err := t.Start(ctx); err != nil {
		return err
	}
	client := awspool.Client(t, s3.NewFromConfig, pathStyle)

	errs := make(chan error, 40)
	var wait sync.WaitGroup
	for i := range cap(errs) {
		wait.Go(func() { errs <- put(ctx, client, a.bucket, fmt.Sprint("shared/", i)) })
	}
	wait.Wait()
	close(errs)
	for e := range errs {
		err = errors.Join(err, e)
	}
	print(w, t.Stats())
	return errors.Join(err, t.Close(ctx))
}

// isolate is for those who want clients that share nothing: registered with a minimum and
// a maximum, used by name, closed together.
func (a app) isolate(ctx context.Context, w io.Writer) error {
	pool.Register("objects", awspool.Clients(a.s3, awspool.ClientsOptions{Name: "objects", Min: 2, Max: 5}, s3.NewFromConfig, pathStyle))
	pool.Register("queues", awspool.Clients(a.sqs, awspool.ClientsOptions{Name: "queues", Min: 1, Max: 3}, sqs.NewFromConfig))
	if err := pool.Start(ctx); err != nil {
		return err
	}
	err := errors.Join(a.store(ctx), a.tell(ctx))
	all := pool.StatsAll()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := all[name]
		fmt.Fprintf(w, "%s: %d clients, lent %d times, at most %d\n", name, s.Open(), s.Acquired, s.Max)
	}
	for _, s := range awspool.List() {
		print(w, s)
	}
	return errors.Join(err, pool.Stop(ctx))
}

func (a app) store(ctx context.Context) error {
	objects, err := pool.Named[*s3.Client]("objects")
	if err != nil {
		return err
	}
	return objects.With(ctx, func(ctx context.Context, c *s3.Client) error { return put(ctx, c, a.bucket, "isolated") })
}

func (a app) tell(ctx context.Context) error {
	queues, err := pool.Named[*sqs.Client]("queues")
	if err != nil {
		return err
	}
	return queues.With(ctx, func(ctx context.Context, c *sqs.Client) error {
		_, err := c.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &a.queue, MessageBody: aws.String("hello")})
		return err
	})
}

func put(ctx context.Context, c *s3.Client, bucket, key string) error {
	_, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("hello")})
	return err
}

// pathStyle has all buckets at one host, and so their requests share connections.
func pathStyle(o *s3.Options) { o.UsePathStyle = true }

func print(w io.Writer, s awspool.Stats) {
	fmt.Fprintf(w, "%s: %d connections opened, %d of them by Start; %d of %d requests found one; %d waited\n",
		s.Name, s.Created, s.Warmed, s.Reused, s.Requests, s.Waits)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, o := range s.Operations {
		fmt.Fprintf(table, "  %s.%s\t%d calls\t%d errors\t%d retries\t%d throttles\tmedian %v\tlongest %v\n",
			o.Service, o.Name, o.Calls, o.Errors, o.Retries, o.Throttles, o.Quantile(0.5).Round(10_000), o.Max.Round(10_000))
	}
	_ = table.Flush()
}
