package batch

import (
	"errors"
	"fmt"
	"time"
)

// An Outcome is what has become of one item.
type Outcome[T, R any] struct {
	// Index is the item's place in the input, from 0.
	Index int
	Item  T
	// Value is the result of the last call for the item; it is the zero value unless
	// Err is nil.
	Value R
	// Err is the error of the last call, a *PanicError if that panicked, or an error
	// that wraps ErrNotStarted or ErrTooLarge if there was none.
	Err error
	// Attempts is the number of calls for the item, 0 if it was not started.
	Attempts int
	// Elapsed is the time from the start of the first call to the end of the last one,
	// waits included, also one in which the context ended. Where the items that a worker
	// took before needed less than about two microseconds each, it is the mean of those
	// that it took together, without those that were repeated.
	Elapsed time.Duration
}

// A Result is what has become of all items. It is complete even if the context ended.
type Result[T, R any] struct {
	// Outcomes has one element for each item, in the order of the items, or in that in
	// which they were done if ByCompletion was given. It belongs to the caller.
	Outcomes []Outcome[T, R]
	// Succeeded, Failed and NotStarted add up to the number of items.
	Succeeded, Failed, NotStarted int
	// Elapsed is the time that all took together.
	Elapsed time.Duration
}

// Values returns the results of the items that succeeded, in the order of Outcomes.
func (r Result[T, R]) Values() []R {
	values := make([]R, 0, r.Succeeded)
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Err == nil {
			values = append(values, o.Value)
		}
	}
	return values
}

// Failures returns the outcomes of the items that failed or were not started, in the
// order of Outcomes.
func (r Result[T, R]) Failures() []Outcome[T, R] {
	failures := make([]Outcome[T, R], 0, r.Failed+r.NotStarted)
	for _, o := range r.Outcomes {
		if o.Err != nil {
			failures = append(failures, o)
		}
	}
	return failures
}

// Throughput returns how many items were done in a second, those that failed included.
// It is 0 if nothing was done.
func (r Result[T, R]) Throughput() float64 {
	if r.Elapsed <= 0 {
		return 0
	}
	return float64(r.Succeeded+r.Failed) / r.Elapsed.Seconds()
}

// Err returns nil if all items succeeded. Otherwise it joins an *ItemError for each
// item that failed and, if there are such, one error that wraps ErrNotStarted for all
// that were not started.
func (r Result[T, R]) Err() error {
	if r.Failed == 0 && r.NotStarted == 0 {
		return nil
	}
	errs := make([]error, 0, r.Failed+1)
	var notStarted error
	for i := range r.Outcomes {
		switch o := &r.Outcomes[i]; {
		case o.Err == nil:
		case o.Attempts == 0 && errors.Is(o.Err, ErrNotStarted):
			notStarted = o.Err
		default:
			errs = append(errs, &ItemError{Index: o.Index, Err: o.Err})
		}
	}
	if notStarted != nil {
		errs = append(errs, fmt.Errorf("%d of %d items: %w", r.NotStarted, len(r.Outcomes), notStarted))
	}
	return errors.Join(errs...)
}
