package flight

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
	"unsafe"
)

// ErrAbandoned is the cause of a load's context when every caller has left.
var ErrAbandoned = errors.New("every caller of this load has gone")

// ErrClosed is the cause of a load's context when its group was closed.
var ErrClosed = errors.New("the manager of this load was closed")

// A Subject is what is loaded: a key, and room for the result. It is the owner's;
// the package only hands it back. As a pointer without a type it spares the code
// that one more type would cost.
type Subject = unsafe.Pointer

// A Panic is how a loader ended that did not return.
type Panic struct {
	// Value is the value that the loader panicked with.
	Value any
	// Stack is the stack of the loader's goroutine at that moment.
	Stack []byte
	// Goexit says that the loader called runtime.Goexit in place of panicking.
	Goexit bool
}

// Flight is one load of one key and those who wait for it. It is also the
// context that the loader runs with. Whoever was told to lead runs it, in its own
// goroutine or, unless Inline says so, in another:
//
//	defer f.Land()
//	if f.Enter() {
//		… // call the loader with f, write its result into f.Subject
//		f.Return(err)
//	}
type Flight struct {
	context.Context

	// Subject is that of the caller who leads.
	Subject Subject

	of   *Group
	hash uint64
	// parent is the load in which this one was started, or nil.
	parent *Flight
	// ties are its place among the loads that wait for each other, nil as long
	// as it has none. Guarded by graph.
	ties *ties
	// failure is how the loader failed, or nil. Written by the goroutine that
	// runs the loader, before finished is set.
	failure *failure

	// done is closed, if there is one, when finished is set. Guarded by the
	// shard, as all that follows.
	done chan struct{}
	// next is the load that follows in the shard's chain.
	next *Flight
	// waiters counts the callers that have not left. An inline leader never
	// leaves.
	waiters int32
	// off says that the load was taken off its key.
	off bool
	// finished is set when the results are there to read.
	finished bool

	// inline and mortal never change: mortal says that the load has a context
	// of its own, which can end.
	inline, mortal bool
	// over is set with finished, for those who do not hold the shard's lock.
	over atomic.Bool
	// Only the goroutine that runs the load uses these, once it runs. limited says
	// that a limiter counts it, failureKept that Keep is called with an error too.
	returned, refused, limited, failureKept bool
}

// failure is how a load failed.
type failure struct {
	err      error
	panicked *Panic
}

// mortal is a load whose context has a timeout or may be cancelled.
type mortal struct {
	Flight
	cancel context.CancelCauseFunc
	stop   context.CancelFunc
}

type flightKey struct{}

// Value makes the load itself findable in the contexts derived from it.
func (f *Flight) Value(key any) any {
	if key == (flightKey{}) {
		return f
	}
	return f.Context.Value(key)
}

// flightOf returns the load that ctx belongs to, or nil. A load that has ended
// waits for nothing, even if a goroutine that it left behind still uses ctx.
func flightOf(ctx context.Context) *Flight {
	f, ok := ctx.Value(flightKey{}).(*Flight)
	if !ok || f.over.Load() {
		return nil
	}
	return f
}

// newFlight makes a load with the context that its loader runs with. It calls
// nothing of the user's, because a shard is locked: the context that bars
// cancellation stands between. A detached one never runs in its caller's goroutine.
func newFlight(ctx context.Context, timeout time.Duration, detached bool) *Flight {
	inline := ctx.Done() == nil && !detached
	if inline && timeout <= 0 {
		return &Flight{Context: ctx, inline: true}
	}
	m := &mortal{}
	m.mortal, m.inline = true, inline
	m.Context, m.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	if timeout > 0 {
		m.Context, m.stop = context.WithTimeout(m.Context, timeout)
	}
	if !inline {
		m.done = make(chan struct{})
	}
	return &m.Flight
}

// Inline says that the leader's context cannot be cancelled, so that the load
// runs in its goroutine.
func (f *Flight) Inline() bool { return f.inline }

// overdue reports whether f has run out of time, so that nobody should join.
func (f *Flight) overdue() bool { return f.mortal && f.Err() != nil }

// end frees what the load's context holds.
func (f *Flight) end(cause error) {
	if !f.mortal {
		return
	}
	m := (*mortal)(unsafe.Pointer(f)) // of which it is the first field
	m.cancel(cause)
	if m.stop != nil {
		m.stop()
	}
}

// keepable reports whether the result may be kept.
func (f *Flight) keepable() bool {
	return f.returned && (f.failure == nil || f.failureKept) && (!f.mortal || f.Err() == nil)
}

// Outcome returns the loader's error, or how it ended without returning. It must
// not be called before the load has ended.
func (f *Flight) Outcome() (*Panic, error) {
	if f.failure == nil {
		return nil, nil
	}
	return f.failure.panicked, f.failure.err
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
