package cache

import (
	"errors"
	"fmt"

	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// ErrGoexit is what a PanicError wraps when the function did not panic but
// called runtime.Goexit.
var ErrGoexit = errors.New("runtime.Goexit was called")

// ErrUnknownCache is wrapped by the errors of Manager.Configure for a name that
// no cache has.
var ErrUnknownCache = errors.New("unknown cache")

// PanicError is what all callers of a load panic with when it panicked. Its
// value and stack are those of the load, which may have run in a goroutine of
// its own.
type PanicError struct {
	// Value is what the load panicked with, or ErrGoexit.
	Value any
	// Stack is the stack trace of the load when it panicked.
	Stack []byte
}

// Error returns the value and the stack, because a crash prints no more of an
// error than this.
func (e *PanicError) Error() string {
	return fmt.Sprintf("panic in a cached function: %v\n\n%s", e.Value, e.Stack)
}

// Unwrap returns the value if it is an error, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// panicError returns the error of a load that did not return. A panic that
// comes from a load inside of it stays as it is: its stack is the one that
// matters.
func panicError(p *flight.Panic) *PanicError {
	if p.Goexit {
		return &PanicError{Value: ErrGoexit, Stack: p.Stack}
	}
	if inner, ok := p.Value.(*PanicError); ok {
		return inner
	}
	return &PanicError{Value: p.Value, Stack: p.Stack}
}

// RecursionError says that a load would have waited for itself: the function
// was called again for the same key, with the context that it was given, before
// it had returned.
type RecursionError struct {
	// Func is the name of the cache whose load would not have ended.
	Func string
}

// NotAResult returns true: another call may do better. Such an error is not kept.
func (e *RecursionError) NotAResult() bool { return true }

// Error names the function, and no key.
func (e *RecursionError) Error() string {
	return fmt.Sprintf("%s was called for a key whose load waits for this call", e.Func)
}

// VaryError says that the context of a call lacks the value that the results
// of a function depend on (vary=), so that no key can be made.
type VaryError struct {
	// Func is the name of the cached function, By that of the function which
	// reads the context.
	Func, By string
}

// NotAResult returns true: the function was not called. Caches do not keep such an error.
func (e *VaryError) NotAResult() bool { return true }

// Error names both functions.
func (e *VaryError) Error() string {
	return fmt.Sprintf("%s: the context has no value for %s", e.Func, e.By)
}
