package tier

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// Errors of look-ups and changes. The store's own are wrapped as they are.
var (
	// ErrClosed is that of a link that was closed.
	ErrClosed = errors.New("cache: the link to the store is closed")
	// ErrOpen is that of operations that were not tried because others have failed.
	ErrOpen = fmt.Errorf("cache: left alone after failures: %w", store.ErrUnavailable)
	// ErrTimeout is that of operations that did not return in time.
	ErrTimeout = fmt.Errorf("cache: no answer in time: %w", store.ErrUnavailable)
	// ErrOwed is that of look-ups of what a change that failed was about.
	ErrOwed = errors.New("cache: a change of it has not reached the store yet")
	// ErrWaited is that of look-ups that waited too long for the load of another.
	ErrWaited = errors.New("cache: another process has been loading it for too long")
)

// class is a group of operations that fail together: a store that is full can read,
// and may be able to remove.
type class int

const (
	reads class = iota
	writes
	removals
	// retries have pauses of their own, and are tried when their circuit is open.
	retries
	classes
)

// maxOps bounds the operations that run, those included that nobody waits for any
// more because the store does not return.
const maxOps = 256

type outcome[T any] struct {
	value T
	err   error
}

// do runs one operation on the store, in a goroutine of its own unless the store is
// prompt, and waits for it until it takes too long or ctx ends. What op captures must not be written by it:
// it may run on when do has returned.
func do[T any](ctx context.Context, l *Link, c class, op func(context.Context) (T, error)) (v T, err error) {
	if l.closed.Load() && c != retries { // which Close waits for
		return v, ErrClosed
	}
	p := l.enter(c)
	if p == refused {
		l.counts.refused.Add(1)
		return v, ErrOpen
	}
	bound, cancel := context.WithTimeout(ctx, l.config.Timeout)
	defer cancel()
	if !l.takeSlot(bound) {
		return v, l.settle(ctx, c, p, ErrTimeout)
	}
	if l.config.Prompt {
		r := attempt(bound, l, op)
		return r.value, l.settle(ctx, c, p, r.err)
	}
	done := make(chan outcome[T], 1)
	go func() { done <- attempt(bound, l, op) }()
	select {
	case r := <-done:
		return r.value, l.settle(ctx, c, p, r.err)
	case <-bound.Done():
		return v, l.settle(ctx, c, p, ErrTimeout)
	}
}

// attempt runs an operation that has a slot, and gives that back.
func attempt[T any](ctx context.Context, l *Link, op func(context.Context) (T, error)) (r outcome[T]) {
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("cache: the store panicked: %v\n%s", p, debug.Stack())
		}
		if ctx.Err() != nil {
			l.counts.late.Add(1)
		}
		<-l.slots
	}()
	r.value, r.err = op(ctx)
	return r
}

func (l *Link) takeSlot(ctx context.Context) bool {
	select {
	case l.slots <- struct{}{}:
		return true
	default:
	}
	select {
	case l.slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (l *Link) enter(c class) pass {
	if c == retries {
		return usual
	}
	return l.breakers[c].enter()
}

// settle tells the circuit how an operation ended, and returns its error. A caller
// who left says nothing about the store.
func (l *Link) settle(ctx context.Context, c class, p pass, err error) error {
	if c == retries {
		c, p = removals, refused // it changes no count of failures
	}
	b := &l.breakers[c]
	switch {
	case err == nil:
		b.succeed()
		return nil
	case ctx.Err() != nil:
		b.forget(p)
		return ctx.Err()
	}
	l.counts.errors.Add(1)
	if errors.Is(err, ErrTimeout) || errors.Is(err, context.DeadlineExceeded) {
		l.counts.timeouts.Add(1)
	}
	if p != refused && b.fail(p) {
		l.counts.opened.Add(1)
	}
	l.report(err)
	return err
}

// report logs an error of the store, at most once a minute.
func (l *Link) report(err error) {
	now := time.Now()
	l.logging.Lock()
	if !l.logged.IsZero() && now.Sub(l.logged) < time.Minute {
		l.unlogged++
		l.logging.Unlock()
		return
	}
	more := l.unlogged
	l.logged, l.unlogged = now, 0
	l.logging.Unlock()
	l.log().Warn("cache: the store failed, going on without it", "error", err, "not logged since the last", more)
}
