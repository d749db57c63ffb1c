package batch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A VaryError says that the context of a call lacks the value by which a loader keeps
// batches apart (vary=).
type VaryError struct {
	// Func is the name of the loader, By that of the function which reads the context.
	Func, By string
}

// Error names both functions.
func (e *VaryError) Error() string {
	return fmt.Sprintf("%s: the context has no value for %s", e.Func, e.By)
}

// NotAResult returns true: the function was not called. Caches do not keep such an error
// (errors_ttl=).
func (e *VaryError) NotAResult() bool { return true }

// ErrFailed is the error of an item whose result a predicate takes for a failure, which
// says no more. See FailedIf.
var ErrFailed = errors.New("the result says that the item failed")

// FailedIf makes of a predicate what Write asks for the failure of a result: ErrFailed
// where it is true.
func FailedIf[R any](failed func(R) bool) func(R) error {
	return func(result R) error {
		if failed(result) {
			return ErrFailed
		}
		return nil
	}
}

// Begun is when a call for several items began, and whether its context had ended then.
type Begun struct {
	at  time.Time
	err error
}

// Begin is called before such a call. See ResultOf.
func Begin(ctx context.Context) Begun { return Begun{at: time.Now(), err: ctx.Err()} }

// ResultOf makes a Result of what a call for several items has returned: values and
// errors in the order of the items. errs may be nil if there are none. An item was not
// started if its error wraps ErrNotStarted, or is that of the context which had ended
// before. All others have had one attempt, and the time of the whole call.
func ResultOf[T, R any](began Begun, items []T, values []R, errs []error) Result[T, R] {
	r := Result[T, R]{Outcomes: make([]Outcome[T, R], len(items)), Elapsed: time.Since(began.at)}
	for i, item := range items {
		o := &r.Outcomes[i]
		o.Index, o.Item = i, item
		if i < len(errs) && errs[i] != nil {
			if o.Err = began.failure(errs[i]); errors.Is(o.Err, ErrNotStarted) {
				r.NotStarted++
				continue
			}
			r.Failed++
		} else {
			o.Value = values[i]
			r.Succeeded++
		}
		o.Attempts, o.Elapsed = 1, r.Elapsed
	}
	return r
}

// failure returns the error of an item.
func (b Begun) failure(err error) error {
	if b.err != nil && errors.Is(err, b.err) && !errors.Is(err, ErrNotStarted) {
		return fmt.Errorf("%w: %w", ErrNotStarted, err)
	}
	return err
}

// Split returns the values and the errors of all outcomes, in their order. There are no
// errors if all succeeded: errs is nil then.
func (r Result[T, R]) Split() (values []R, errs []error) {
	values = make([]R, len(r.Outcomes))
	if r.Failed+r.NotStarted > 0 {
		errs = make([]error, len(r.Outcomes))
	}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		values[i] = o.Value
		if errs != nil {
			errs[i] = o.Err
		}
	}
	return values, errs
}

// A GenericLoader is the loaders of a generic function, one for each instantiation.
type GenericLoader struct {
	name string
	opts []LoaderOption
	made sync.Map // of *GroupLoader by a typed nil pointer of its type
}

// NewGenericLoader prepares the loaders of a generic function.
func NewGenericLoader(name string, opts ...LoaderOption) *GenericLoader {
	return &GenericLoader{name: name, opts: slices.Clone(opts)}
}

// LoaderOf returns the loader of one instantiation, which it makes at the first call. G,
// K and V must tell instantiations apart.
func LoaderOf[G, K comparable, V any](family *GenericLoader) *GroupLoader[G, K, V] {
	var kind *GroupLoader[G, K, V]
	if made, ok := family.made.Load(kind); ok {
		return made.(*GroupLoader[G, K, V])
	}
	made, _ := family.made.LoadOrStore(kind, NewGroupLoader[G, K, V](family.name, family.opts...))
	return made.(*GroupLoader[G, K, V])
}

// FailAll makes a Result in which each item has failed with the same error, and nothing
// was called.
func FailAll[T, R any](items []T, err error) Result[T, R] {
	r := Result[T, R]{Outcomes: make([]Outcome[T, R], len(items)), Failed: len(items)}
	for i, item := range items {
		r.Outcomes[i] = Outcome[T, R]{Index: i, Item: item, Err: err}
	}
	return r
}
