package rediscache

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// nearby is how far away the deadline of a context may be if that alone is to end an
// operation: until then, a cancellation goes unnoticed.
const nearby = time.Second

// A call is one operation of a store.
type call[T any] struct {
	store *Store
	name  string
	run   func(ctx context.Context) (T, error)
	// undo is called in a goroutine of its own if the caller gets an error but the
	// operation may have happened; nil if that does not matter.
	undo func()
}

type answer[T any] struct {
	value T
	err   error
}

// do runs the call, and ends with its context. While go-redis waits for an answer it
// heeds deadlines, if the client was made so, but no cancellation; waiting for it in
// another goroutine takes as long again as the server does.
func (c call[T]) do(ctx context.Context) (T, error) {
	if err := ctx.Err(); err != nil {
		return c.fail(err)
	}
	if c.store.heeds(ctx) || ctx.Done() == nil {
		return c.result(ctx, c.ask(ctx))
	}
	answers := make(chan answer[T], 1)
	var over atomic.Bool // the answer is there, or nobody waits for it any more
	go func() {
		a := c.ask(ctx)
		if over.CompareAndSwap(false, true) {
			answers <- a
		} else if c.undo != nil {
			c.undo()
		}
	}()
	select {
	case a := <-answers:
		return c.result(ctx, a)
	case <-ctx.Done():
		if over.CompareAndSwap(false, true) {
			return c.fail(ctx.Err())
		}
		return c.result(ctx, <-answers)
	}
}

// heeds reports whether the client itself returns when ctx ends, or soon after.
func (s *Store) heeds(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ok && s.deadlines && time.Until(end) <= nearby
}

func (c call[T]) ask(ctx context.Context) answer[T] {
	value, err := c.run(ctx)
	return answer[T]{value, err}
}

func (c call[T]) result(ctx context.Context, a answer[T]) (T, error) {
	if a.err == nil {
		return a.value, nil
	}
	if c.undo != nil && unavailable(a.err) {
		go c.undo()
	}
	switch {
	case ctx.Err() != nil:
		return c.fail(ctx.Err())
	case over(ctx):
		return c.fail(context.DeadlineExceeded)
	default:
		return c.fail(a.err)
	}
}

func (c call[T]) fail(err error) (T, error) {
	var zero T
	return zero, c.store.failure(c.name, err)
}

// failure returns the error of an operation: one that wraps store.ErrUnavailable
// unless the server has answered, or the caller has given up. In a Cluster, another
// may have taken over: go-redis asks by itself only once a minute.
func (s *Store) failure(name string, err error) error {
	if errors.Is(err, context.Canceled) || !unavailable(err) {
		return fmt.Errorf("rediscache: %s: %w", name, discreet(err))
	}
	s.reload()
	return fmt.Errorf("rediscache: %s: %w: %w", name, store.ErrUnavailable, err)
}

// reload makes the client of a Cluster find out, in the background, which servers
// there are.
func (s *Store) reload() {
	if c, ok := s.client.(*redis.ClusterClient); ok {
		c.ReloadState(context.Background())
	}
}

// passing are the answers of a server that cannot do its work at the moment, or is
// not the one to ask.
var passing = []string{
	"LOADING", "CLUSTERDOWN", "MASTERDOWN", "READONLY", "TRYAGAIN", "NOREPLICAS", "BUSY ", "MOVED", "ASK ", "UNBLOCKED",
	"ERR max number of clients reached",
}

// unavailable reports whether a server could not be reached, or had no real answer.
func unavailable(err error) bool {
	if _, ok := errors.AsType[redis.Error](err); !ok {
		return true
	}
	if errors.Is(err, redis.ErrClosed) || errors.Is(err, redis.ErrPoolTimeout) || errors.Is(err, redis.ErrPoolExhausted) {
		return true
	}
	for _, prefix := range passing {
		if redis.HasErrorPrefix(err, prefix) {
			return true
		}
	}
	return strings.Contains(err.Error(), "-READONLY ")
}

// discreet returns an error without the arguments that a server repeats where it does
// not know a command.
func discreet(err error) error {
	if before, _, found := strings.Cut(err.Error(), ", with args beginning with"); found {
		return errors.New(before)
	}
	return err
}
