package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/bunsui/bunsui-go/examples/internal/awstest"
	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/pool/awspool"
)

// A stage is a client, its transport, a proxy that misbehaves, and a real S3 server with
// an object behind it.
type stage struct {
	*awspool.Transport
	client *s3.Client
	proxy  *redistest.Proxy
	server *awstest.S3Server
}

func newStage(t *testing.T, o awspool.Options) *stage {
	server := awstest.NewS3Server(t)
	proxy := redistest.NewProxy(t, server.Address())
	return newStageAt(t, proxy.Addr(), &stage{proxy: proxy, server: server}, o)
}

// newStageAt completes a stage whose client connects to an address.
func newStageAt(t *testing.T, address string, s *stage, o awspool.Options) *stage {
	cfg := s.server.Config()
	c := s3.NewFromConfig(cfg, pathStyle)
	makeBucket(t, c, "bucket")
	if err := put(t.Context(), c, "bucket", "key"); err != nil {
		t.Fatal(err)
	}
	cfg.BaseEndpoint = aws.String("http://" + address)
	cfg.HTTPClient = &http.Client{Transport: new(http.Transport)} // reaches the proxy
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxBackoff = 20 * time.Millisecond
			o.RateLimiter = unlimited{}
		})
	}
	s.Transport = awspool.New(cfg, o)
	s.client = awspool.Client(s.Transport, s3.NewFromConfig, pathStyle)
	return s
}

// unlimited lets all calls be tried again, however many have failed.
type unlimited struct{}

func (unlimited) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}

func (unlimited) AddTokens(uint) error { return nil }

func (s *stage) get(ctx context.Context) error {
	answer, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String("key")})
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// finish closes the transport, and checks that nothing is left.
func (s *stage) finish(t *testing.T) awspool.Stats {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Error(err)
	}
	st := s.Stats()
	if st.Open != 0 || st.InUse != 0 || st.UnderWay != 0 || st.Waiting != 0 || st.Created != st.Closed {
		t.Errorf("after Close: %+v", st)
	}
	return st
}

// Calls go on while connections are cut, the proxy swallows, and the server is killed. All
// end, and when all is well again they succeed.
func TestFaultsWhileCallsRun(t *testing.T) {
	s := newStage(t, awspool.Options{Name: "s3", Min: 2, Max: 8, ReadTimeout: 300 * time.Millisecond})
	st := s.suffer(t, 3, s.proxy.Cut, s.proxy.Swallow, s.server.Kill)
	if o := st.Operations[0]; o.Retries == 0 || st.Created <= 8 {
		t.Errorf("%+v", o)
	}
}

// Without a proxy between them, connections are refused while there is no server.
func TestServerIsKilledWhileCallsRun(t *testing.T) {
	server := awstest.NewS3Server(t)
	s := newStageAt(t, server.Address(), &stage{server: server}, awspool.Options{Name: "s3", Min: 2, Max: 8})
	st := s.suffer(t, 9, server.Kill)
	if st.DialErrors == 0 || st.Created <= 8 {
		t.Errorf("%+v", st)
	}
}

// suffer makes calls, 16 at once, through faults in turn, each of which is over after a
// while and a restart of the server, and 1,200 calls that succeed.
func (s *stage) suffer(t *testing.T, rounds int, faults ...func()) awspool.Stats {
	t.Helper()
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var c callers
	stop := c.start(t.Context(), s)
	for range rounds {
		for _, fault := range faults {
			fault()
			time.Sleep(50 * time.Millisecond)
			s.server.Kill()
			s.server.Start()
			if s.proxy != nil {
				s.proxy.Heal()
			}
			before := c.succeeded.Load()
			for end := time.Now().Add(time.Minute); c.succeeded.Load() < before+1200; time.Sleep(time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("calls do not succeed any more: %+v", s.Stats())
				}
			}
		}
	}
	stop()
	st := s.finish(t)
	o := st.Operations[0]
	t.Logf("%d calls, %d of them failed, %d hung; %d requests; %d connections opened, %d closed, %d could not be opened, %d left open",
		o.Calls, o.Errors, c.hung.Load(), st.Requests, st.Created, st.Closed, st.DialErrors, st.Open)
	if c.hung.Load() > 0 || c.succeeded.Load()+c.failed.Load() != int64(o.Calls) || c.failed.Load() < int64(o.Errors) {
		t.Errorf("%d succeeded, %d failed, %d hung: %+v", c.succeeded.Load(), c.failed.Load(), c.hung.Load(), o)
	}
	return st
}

// callers count what becomes of calls.
type callers struct{ succeeded, failed, hung atomic.Int64 }

// start begins to make calls, and returns what ends that and waits for them.
func (c *callers) start(ctx context.Context, s *stage) (stop func()) {
	const tooLong = 20 * time.Second
	var wait sync.WaitGroup
	var stopped atomic.Bool
	for range 16 {
		wait.Go(func() {
			for !stopped.Load() {
				began := time.Now()
				err := s.get(ctx)
				if time.Since(began) > tooLong {
					c.hung.Add(1)
				}
				if err == nil {
					c.succeeded.Add(1)
					continue
				}
				c.failed.Add(1)
				time.Sleep(time.Millisecond)
			}
		})
	}
	return func() {
		stopped.Store(true)
		wait.Wait()
	}
}

// A context ends a call that waits for an answer that is late, and the connection, which
// nobody can use, is replaced.
func TestDelay(t *testing.T) {
	s := newStage(t, awspool.Options{Max: 2})
	if err := s.get(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.proxy.Latency(time.Minute)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.get(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	s.proxy.Latency(0)
	if err := s.get(t.Context()); err != nil {
		t.Error(err)
	}
	if st := s.finish(t); st.Created != 2 {
		t.Errorf("%+v", st)
	}
}

// A connection that is half open, with or without a request under way, is given up after
// ReadTimeout, and the call succeeds by a retry.
func TestHalfOpen(t *testing.T) {
	s := newStage(t, awspool.Options{Max: 1, ReadTimeout: 200 * time.Millisecond})
	if err := s.get(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.proxy.Swallow()
	time.AfterFunc(300*time.Millisecond, s.proxy.Heal)
	began := time.Now()
	if err := s.get(t.Context()); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took < 200*time.Millisecond {
		t.Errorf("it succeeded after %v, which cannot be", took)
	}
	if st := s.finish(t); st.Created < 2 {
		t.Errorf("%+v", st)
	}
}

// A server that is not there any more is an error after all retries, at once.
func TestRefused(t *testing.T) {
	s := newStage(t, awspool.Options{Max: 1})
	cfg := s.Config()
	dead := awstest.NewS3Server(t)
	dead.Kill()
	c := s3.NewFromConfig(cfg, pathStyle, func(o *s3.Options) { o.BaseEndpoint = aws.String("http://" + dead.Address()) })
	if _, err := c.ListBuckets(t.Context(), nil); err == nil {
		t.Error("no error")
	}
	if st := s.finish(t); st.DialErrors != 3 || st.Created != 0 || st.Operations[0].Retries != 2 {
		t.Errorf("%+v", st)
	}
}
