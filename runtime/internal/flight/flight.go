package flight

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// ErrAbandoned is the cause of a load's context when every caller has left.
var ErrAbandoned = errors.New("every caller of this load has gone")

// ErrClosed is the cause of a load's context when its group was closed.
var ErrClosed = errors.New("the manager of this load was closed")

// A Loader is the function that a flight runs.
type Loader[K comparable, V any] = func(ctx context.Context, key K) (V, error)

// A Panic is how a loader ended that did not return.
type Panic struct {
	// Value is the value that the loader panicked with.
	Value any
	// Stack is the stack of the loader's goroutine at that moment.
	Stack []byte
	// Goexit says that the loader called runtime.Goexit in place of panicking.
	Goexit bool
}

// Flight is one load of one key and those who wait for it.
type Flight[K comparable, V any] struct {
	node
	of   *Group[K, V]
	key  K
	hash uint64

	// Written by the goroutine that runs the loader, before finished is set.
	value    V
	err      error
	panicked *Panic
	returned bool
	refused  bool
	inline   bool

	// Guarded by the shard.

	// waiters counts the callers that have not left. An inline leader never
	// leaves.
	waiters int
	// finished is set, and done closed if there is one, when the results are
	// there to read.
	finished bool
	done     chan struct{}

	// cancel and stop end the load's own context; nil if it has none.
	cancel context.CancelCauseFunc
	stop   context.CancelFunc

	prev, next *Flight[K, V]
}

// prepare gives f the context that its loader runs with. It calls nothing of
// the user's, because a shard is locked: the context that bars cancellation
// stands between.
func (f *Flight[K, V]) prepare(ctx context.Context, inline bool, timeout time.Duration) {
	f.Context, f.inline = ctx, inline
	if !inline {
		f.done = make(chan struct{})
	}
	if inline && timeout <= 0 {
		return
	}
	f.Context, f.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	if timeout > 0 {
		f.Context, f.stop = context.WithTimeout(f.Context, timeout)
	}
}

// overdue reports whether f has run out of time, so that nobody should join.
func (f *Flight[K, V]) overdue() bool {
	return f.cancel != nil && f.Err() != nil
}

// end frees what the load's context holds.
func (f *Flight[K, V]) end(cause error) {
	if f.cancel != nil {
		f.cancel(cause)
	}
	if f.stop != nil {
		f.stop()
	}
}

// keepable reports whether the result may be kept.
func (f *Flight[K, V]) keepable() bool {
	return f.returned && !f.refused && f.err == nil && f.Err() == nil
}

// result is what f came to. It must not be called before f has finished.
func (f *Flight[K, V]) result() Result[V] {
	r := Result[V]{Value: f.value, Err: f.err, Panic: f.panicked, How: Loaded}
	if f.refused {
		r.How = Refused
	}
	return r
}

// Why returns the error of a context that has ended: the one that errors.Is
// finds with context.Canceled or context.DeadlineExceeded, and its cause.
func Why(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil {
		return err
	}
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// caught describes a loader that did not return; value is what recover gave.
func caught(value any) *Panic {
	if value == nil {
		return &Panic{Goexit: true, Stack: debug.Stack()}
	}
	return &Panic{Value: value, Stack: debug.Stack()}
}
