package batch

import (
	"errors"
	"fmt"
)

var (
	// ErrNotStarted is wrapped by the errors of items for which nothing was called, as
	// the context had ended or too many others had failed. The error wraps the
	// context's cause as well.
	ErrNotStarted error = noResult("not started")
	// ErrStopped is wrapped beside ErrNotStarted where StopOnError or StopAbove is why.
	ErrStopped = errors.New("stopped because of failures")
	// ErrNotFound is what a loader returns for a key that the function has no value for.
	ErrNotFound = errors.New("not found")
	// ErrContract is wrapped by errors which say that a function of many keys or items
	// has returned something else than it must, such as a wrong number of results. It
	// is a mistake in that function.
	ErrContract error = noResult("wrong result of a batch function")
	// ErrTooLarge is wrapped by the error of an item that alone is above MaxBytes.
	ErrTooLarge = errors.New("the item is too large")
	// ErrGoexit is what a PanicError wraps when the function did not panic but called
	// runtime.Goexit.
	ErrGoexit = errors.New("runtime.Goexit was called")
)

// noResult is the text of an error that is not a function's result.
type noResult string

func (e noResult) Error() string { return string(e) }

// NotAResult tells caches not to keep it.
func (noResult) NotAResult() bool { return true }

// An ItemError is the error of one item.
type ItemError struct {
	// Index is the item's place in the input, from 0.
	Index int
	Err   error
}

// Error names the item by its place, and not by what it is.
func (e *ItemError) Error() string { return fmt.Sprintf("item %d: %v", e.Index, e.Err) }

// Unwrap returns the error of the item.
func (e *ItemError) Unwrap() error { return e.Err }

// A PanicError is the error of what a panic concerned.
type PanicError struct {
	// Value is what the function panicked with, or ErrGoexit.
	Value any
	// Stack is the stack trace of the function when it panicked.
	Stack []byte
}

// Error returns the value. The stack is in Stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// NotAResult returns true: the function has returned nothing. Caches do not keep such an
// error (errors_ttl=).
func (e *PanicError) NotAResult() bool { return true }

// Unwrap returns the value if it is an error, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
