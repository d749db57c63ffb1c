package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// A Crowd is many clients that ask one server for the same report.
type Crowd struct {
	client  *http.Client
	url     string
	waiting sync.WaitGroup

	mu               sync.Mutex
	answered, hungUp int
	failed           []error
}

// newCrowd returns clients without a request yet.
func newCrowd(url string) *Crowd {
	return &Crowd{client: &http.Client{Transport: &http.Transport{}}, url: url + "/?id=7"}
}

// send sends the requests of n clients, who hang up when ctx ends.
func (c *Crowd) send(ctx context.Context, n int) {
	for range n {
		c.waiting.Go(func() { c.count(ctx, c.get(ctx)) })
	}
}

// wait waits until all clients have been answered or have hung up.
func (c *Crowd) wait() error {
	c.waiting.Wait()
	c.client.CloseIdleConnections()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.failed) > 0 {
		return fmt.Errorf("%d requests failed, the first with: %w", len(c.failed), c.failed[0])
	}
	return nil
}

func (c *Crowd) get(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url, nil)
	if err != nil {
		return err
	}
	res, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, body)
	}
	return err
}

func (c *Crowd) count(ctx context.Context, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		c.answered++
	case ctx.Err() != nil:
		c.hungUp++
	default:
		c.failed = append(c.failed, err)
	}
}

// serve starts an HTTP server on a port of the loopback interface that the system
// picks. stop ends it, and waits for the requests that it is serving.
func serve(handler http.Handler) (url string, stop func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	stop = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			return fmt.Errorf("stop the server: %w", err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	}
	return "http://" + listener.Addr().String(), stop, nil
}
