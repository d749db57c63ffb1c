package awspool_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/bunsui/bunsui-go/runtime/pool/awspool"
)

// A server counts the connections that it sees.
type server struct {
	*httptest.Server
	opened, most atomic.Int64
}

// serve starts a server with TLS, and returns a configuration that trusts it.
func serve(t *testing.T, h http.HandlerFunc) (*server, aws.Config) {
	s := &server{Server: httptest.NewUnstartedServer(h)}
	var open atomic.Int64
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			s.opened.Add(1)
			n := open.Add(1)
			for most := s.most.Load(); n > most && !s.most.CompareAndSwap(most, n); most = s.most.Load() {
			}
		case http.StateClosed:
			open.Add(-1)
		}
	}
	s.EnableHTTP2 = true // which must not be used unless asked for
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, aws.Config{BaseEndpoint: &s.URL, HTTPClient: s.Client()}
}

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

// get makes a request and reads the answer.
func get(ctx context.Context, c aws.HTTPClient, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	answer, err := c.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// closed ends a transport, and checks that nothing is left of it.
func closed(t *testing.T, p *awspool.Transport) awspool.Stats {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := p.Close(ctx); err != nil {
		t.Error(err)
	}
	s := p.Stats()
	if s.Open != 0 || s.InUse != 0 || s.UnderWay != 0 || s.Created != s.Closed {
		t.Errorf("after Close: %+v", s)
	}
	return s
}

// noLeak returns a function that waits for there to be no more goroutines than now.
func noLeak(t *testing.T) func() {
	before := runtime.NumGoroutine()
	return func() {
		t.Helper()
		eventually(t, "goroutines end", func() bool { return runtime.NumGoroutine() <= before })
	}
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("in vain: %s\n%s", what, stacks[:runtime.Stack(stacks, true)])
		}
		time.Sleep(time.Millisecond)
	}
}

// within returns a context that ends after some milliseconds.
func within(t *testing.T, ms int) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(ms)*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}
