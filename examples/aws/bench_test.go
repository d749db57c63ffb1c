package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/bunsui/bunsui-go/examples/internal/awstest"
	"github.com/bunsui/bunsui-go/runtime/pool/awspool"
)

// BenchmarkGetObject makes a thousand calls, 50 at a time, on a real S3 server of this
// machine, with a new transport each time, and reports how many connections were opened
// for them. The time of ours includes that of Start.
//
//	go test -run - -bench GetObject -benchtime 5x ./aws
func BenchmarkGetObject(b *testing.B) {
	for _, protocol := range []string{"HTTP", "TLS"} {
		cfg := awstest.S3(b)
		if protocol == "TLS" {
			cfg = awstest.S3WithTLS(b)
		}
		direct := s3.NewFromConfig(cfg, pathStyle)
		makeBucket(b, direct, "bucket")
		if err := put(b.Context(), direct, "bucket", "key"); err != nil {
			b.Fatal(err)
		}
		for _, size := range []int{0, 10, 50} {
			name := "default"
			if size > 0 {
				name = "Max=" + strconv.Itoa(size)
			}
			b.Run(protocol+"/"+name, func(b *testing.B) { benchmarkGets(b, cfg, size) })
		}
	}
}

// benchmarkGets uses the transport of the SDK if size is 0, and else ours.
func benchmarkGets(b *testing.B, cfg aws.Config, size int) {
	var opened atomic.Int64
	for b.Loop() {
		c := cfg.Copy()
		c.HTTPClient = counting(&opened, cfg)
		if size == 0 {
			thousand(b, c)
			continue
		}
		t := awspool.New(c, awspool.Options{Min: size, Max: size})
		if err := t.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		thousand(b, t.Config())
		if err := t.Close(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(opened.Load())/float64(b.N), "connections/op")
}

// counting returns the HTTP client that the SDK has by default, but that it counts the
// connections that it opens and trusts the server of the test.
func counting(opened *atomic.Int64, cfg aws.Config) aws.HTTPClient {
	trust := cfg.HTTPClient.(*http.Client).Transport.(*http.Transport).TLSClientConfig
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		dial := t.DialContext
		t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			opened.Add(1)
			return dial(ctx, network, address)
		}
		if trust != nil {
			t.TLSClientConfig = trust.Clone()
		}
	})
}

// thousand gets an object as often, 50 times at once.
func thousand(b *testing.B, cfg aws.Config) {
	client := s3.NewFromConfig(cfg, pathStyle)
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			for range 20 {
				answer, err := client.GetObject(b.Context(), &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String("key")})
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
			}
		})
	}
	wait.Wait()
}
