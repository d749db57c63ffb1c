package awspool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
)

// ErrNoEndpoint is wrapped by the error of Start if it does not know where to connect to.
var ErrNoEndpoint = errors.New("no endpoint is known: set Options.Endpoints or aws.Config.BaseEndpoint")

// errAnswer is the error of a connection that worked and is not there any more.
var errAnswer = errors.New("the server closes connections after its answer")

// Start opens connections, with TLS where the endpoint has it, until Options.Min are open
// to each endpoint, so that the first calls need not. It sends a HEAD request without a
// signature over each of them, and waits for the answers, whatever they are. It returns
// the errors of those that could not be opened, or were closed by the server after its
// answer; the others remain. It waits until ctx ends, and needs not be called.
func (t *Transport) Start(ctx context.Context) error {
	if t.options.Min == 0 {
		return nil
	}
	if len(t.options.Endpoints) == 0 {
		return fmt.Errorf("awspool: starting %s: %w", title(t.options.Name), ErrNoEndpoint)
	}
	select {
	case t.starting <- struct{}{}:
		defer func() { <-t.starting }()
	case <-ctx.Done():
		return fmt.Errorf("awspool: starting %s: %w", title(t.options.Name), context.Cause(ctx))
	}
	var all []error
	for _, endpoint := range t.options.Endpoints {
		if err := t.warm(ctx, endpoint); err != nil {
			all = append(all, fmt.Errorf("awspool: starting %s: %w", title(t.options.Name), err))
		}
	}
	return errors.Join(all...)
}

// warm makes as many requests as there are to be connections. None is sent before all
// have one, because they would share it otherwise.
func (t *Transport) warm(ctx context.Context, endpoint string) error {
	n := t.options.Min
	if t.options.HTTP2 {
		n = 1 // that others would share
	}
	errs := make([]error, n)
	var ready, wait sync.WaitGroup
	ready.Add(n)
	all := make(chan struct{})
	go func() {
		ready.Wait()
		close(all)
	}()
	for i := range n {
		wait.Go(func() {
			arrive := sync.OnceFunc(ready.Done)
			defer arrive() // also if there is no connection
			errs[i] = t.touch(ctx, endpoint, func() {
				arrive()
				select {
				case <-all:
				case <-ctx.Done():
				}
			})
		})
	}
	wait.Wait()
	var found []error
	for _, err := range errs {
		if err != nil {
			found = append(found, err)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d connections: %w", len(found), n, found[0])
}

// touch sends one request, and calls connected before.
func (t *Transport) touch(ctx context.Context, endpoint string, connected func()) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, endpoint, http.NoBody)
	if err != nil {
		return err
	}
	r.Header.Set("User-Agent", "bunsui-awspool")
	opened := false
	answer, err := t.send(r, func(info httptrace.GotConnInfo) {
		opened = !info.Reused
		connected()
	}, aging{t}.RoundTrip)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	if answer.Close {
		return fmt.Errorf("%w, %s: %s", errAnswer, answer.Status, endpoint)
	}
	if opened {
		t.figures.warmed.Add(1)
	}
	return nil
}
