package awspool_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/pool/awspool"
)

// A fake is a client as services have them, with the SDK's stack and retries, and one
// operation, to which an answer of 503 is a throttle. Real clients are in the examples.
type fake struct{ config aws.Config }

type fakeOptions struct{}

func newFake(cfg aws.Config, _ ...func(*fakeOptions)) *fake { return &fake{cfg} }

func (f *fake) fetch(ctx context.Context) error {
	ctx = middleware.WithServiceID(middleware.ClearStackValues(ctx), "Fake")
	stack := middleware.NewStack("Fetch", smithyhttp.NewStackRequest)
	retryer := retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Millisecond, nil })
	})
	send := middleware.FinalizeMiddlewareFunc("send", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
		out middleware.FinalizeOutput, m middleware.Metadata, err error,
	) {
		request := in.Request.(*smithyhttp.Request)
		request.Method = http.MethodGet
		if request.URL, err = url.Parse(*f.config.BaseEndpoint); err != nil {
			return out, m, err
		}
		out, m, err = next.HandleFinalize(ctx, in)
		if err == nil {
			answer := out.Result.(*smithyhttp.Response)
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusServiceUnavailable {
				err = &smithy.GenericAPIError{Code: "ThrottlingException"}
			}
		}
		return out, m, err
	})
	err := errors.Join(
		stack.Finalize.Add(retry.NewAttemptMiddleware(retryer, smithyhttp.RequestCloner), middleware.After),
		stack.Finalize.Add(send, middleware.After),
		stack.Deserialize.Add(pass{}, middleware.After),
	)
	for _, option := range f.config.APIOptions {
		err = errors.Join(err, option(stack))
	}
	if err != nil {
		return err
	}
	_, _, err = middleware.DecorateHandler(smithyhttp.NewClientHandlerWithOptions(f.config.HTTPClient), stack).Handle(ctx, nil)
	return err
}

// pass takes the response for the result.
type pass struct{}

func (pass) ID() string { return "pass" }

func (pass) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, m middleware.Metadata, err error,
) {
	out, m, err = next.HandleDeserialize(ctx, in)
	out.Result = out.RawResponse
	return out, m, err
}

func TestOperations(t *testing.T) {
	var requests, bad atomic.Int64
	_, cfg := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) <= bad.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		time.Sleep(2 * time.Millisecond)
		ok(w, r)
	})
	p := awspool.New(cfg, awspool.Options{})
	c := awspool.Client(p, newFake)
	bad.Store(2)
	if err := c.fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	bad.Store(100)
	if err := c.fetch(t.Context()); err == nil {
		t.Error("no error after three throttles")
	}
	s := p.Stats()
	if len(s.Operations) != 1 || s.Requests != 6 {
		t.Fatalf("%+v", s)
	}
	o := s.Operations[0]
	if o.Service != "Fake" || o.Name != "Fetch" || o.Calls != 2 || o.Errors != 1 || o.Retries != 4 || o.Throttles != 5 || o.InFlight != 0 {
		t.Errorf("%+v", o)
	}
	if o.Max < 2*time.Millisecond || o.Total < o.Max || o.Mean() != o.Total/2 || o.Quantile(1) != o.Max || o.Quantile(0) > o.Max {
		t.Errorf("%v %v %v %v", o.Max, o.Total, o.Mean(), o.Quantile(1))
	}
	closed(t, p)
}

// A wait for a place that was in vain is not tried again.
func TestNoRetryOfWaits(t *testing.T) {
	_, cfg := serve(t, ok)
	p := awspool.New(cfg, awspool.Options{Max: 1, AcquireTimeout: 20 * time.Millisecond})
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, *cfg.BaseEndpoint, http.NoBody)
	held, err := p.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := awspool.Client(p, newFake).fetch(t.Context()); !errors.Is(err, pool.ErrTimeout) {
		t.Error(err)
	}
	_ = held.Body.Close()
	if o := closed(t, p).Operations[0]; o.Retries != 0 || o.Errors != 1 {
		t.Errorf("%+v", o)
	}
}

func TestEndpoints(t *testing.T) {
	calls := 0
	here, there := "https://127.0.0.1:1/x", "http://127.0.0.1:2"
	call := func(url string) func(context.Context, aws.Config) error {
		return func(ctx context.Context, cfg aws.Config) error {
			calls++
			cfg.BaseEndpoint = &url
			return newFake(cfg).fetch(ctx)
		}
	}
	got, err := awspool.Endpoints(t.Context(), aws.Config{}, call(here), call(there), call(here))
	if want := []string{"http://127.0.0.1:2", "https://127.0.0.1:1"}; err != nil || !slices.Equal(got, want) || calls != 3 {
		t.Errorf("%q, %v, %d calls", got, err, calls)
	}
	broken := errors.New("no credentials")
	_, err = awspool.Endpoints(t.Context(), aws.Config{}, func(context.Context, aws.Config) error { return broken })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	_, err = awspool.Endpoints(t.Context(), aws.Config{}, func(context.Context, aws.Config) error { return nil })
	if err == nil {
		t.Error("no error although nothing was sent")
	}
}

// Who forgets to close a body is found.
func TestLeak(t *testing.T) {
	_, cfg := serve(t, func(w http.ResponseWriter, r *http.Request) {
		ok(w, r)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	var log strings.Builder
	var mu sync.Mutex
	p := awspool.New(cfg, awspool.Options{Name: "s3", Leak: 20 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(&locked{&mu, &log}, nil))})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { _ = newFake(p.Config()).fetch(ctx) }() // it reads a body that does not end
	eventually(t, "a warning", func() bool { return p.Stats().Leaks == 1 })
	cancel()
	closed(t, p)
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"transport=s3 operation=Fake.Fetch after=20ms", "awspool_test.(*fake).fetch", "operations_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s is missing: %s", want, &log)
		}
	}
}

// A locked writer may be used concurrently.
type locked struct {
	*sync.Mutex
	to io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.to.Write(p)
}
