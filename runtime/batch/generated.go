package batch

import (
	"errors"
	"fmt"
	"slices"
	"sync"
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

// ResultOf makes a Result of values and errors in the order of the items. errs may be nil
// if there are none.
func ResultOf[T, R any](items []T, values []R, errs []error) Result[T, R] {
	r := Result[T, R]{Outcomes: make([]Outcome[T, R], len(items))}
	for i, item := range items {
		o := &r.Outcomes[i]
		o.Index, o.Item, o.Attempts = i, item, 1
		if i < len(errs) {
			o.Err = errs[i]
		}
		if o.Err != nil {
			r.Failed++
			continue
		}
		o.Value = values[i]
		r.Succeeded++
	}
	return r
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

// FailAll makes a Result in which each item has failed with the same error.
func FailAll[T, R any](items []T, err error) Result[T, R] {
	errs := make([]error, len(items))
	for i := range errs {
		errs[i] = err
	}
	return ResultOf[T, R](items, nil, errs)
}
