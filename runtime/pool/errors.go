package pool

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrClosed is wrapped by the errors of a pool that was closed.
	ErrClosed = errors.New("the pool is closed")
	// ErrTimeout is wrapped by the error of an acquire that Options.AcquireTimeout ended.
	ErrTimeout = errors.New("the acquire timeout has passed")
	// ErrBusy is wrapped by the error of TryAcquire if nothing is idle.
	ErrBusy = errors.New("no resource is idle")
	// ErrReleased is wrapped by the errors of a lease that has ended.
	ErrReleased = errors.New("the lease has ended")
	// ErrUnknownPool is wrapped by the error of Named for a name that no pool has.
	ErrUnknownPool = errors.New("unknown pool")
	// ErrGoexit is what a PanicError wraps when the function did not panic but called
	// runtime.Goexit.
	ErrGoexit = errors.New("runtime.Goexit was called")
)

// An AcquireError says why there was no resource.
type AcquireError struct {
	// Pool is the name of the pool.
	Pool string
	// Err is ErrTimeout, ErrClosed, ErrBusy, or the error of the context, with its cause
	// if that is another.
	Err error
	// Creation is the last error of Options.New if creation fails at that time, else nil.
	Creation error
	// Waited is how long the call took.
	Waited time.Duration
	// InUse and Waiting are how many resources were lent and how many others waited. Max is
	// how many may be open.
	InUse, Waiting, Max int
}

// Error tells all of it, in one line.
func (e *AcquireError) Error() string {
	text := fmt.Sprintf("%s: no resource after %v (%d of %d in use, %d waiting): %v",
		titleOf(e.Pool), e.Waited.Round(time.Microsecond), e.InUse, e.Max, e.Waiting, e.Err)
	if e.Creation != nil {
		text += fmt.Sprintf("; creation fails: %v", e.Creation)
	}
	return text
}

// Unwrap returns Err, and Creation if there is one.
func (e *AcquireError) Unwrap() []error {
	if e.Creation == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Creation}
}

// Timeout reports whether time ran out, so that the error counts as a time-out where
// those of package net do.
func (e *AcquireError) Timeout() bool {
	if errors.Is(e.Err, ErrTimeout) {
		return true
	}
	t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](e.Err)
	return ok && t.Timeout()
}

// A PanicError is the error of a function of Options that panicked.
type PanicError struct {
	// Func is the option: "New", "Hooks.OnAcquire", ….
	Func string
	// Value is what the function panicked with, or ErrGoexit.
	Value any
	// Stack is the stack trace of the function when it panicked.
	Stack []byte
}

// Error returns the option and the value. The stack is in Stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic in %s: %v", e.Func, e.Value) }

// Unwrap returns the value if it is an error, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// titleOf is what errors call a pool.
func titleOf(name string) string {
	if name == "" {
		return "pool"
	}
	return fmt.Sprintf("pool %q", name)
}
