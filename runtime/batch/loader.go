package batch

import (
	"context"
	"reflect"
	"runtime"
)

// A Loader makes of a function of many keys one of a single key, whose concurrent calls
// are loaded together. It is a GroupLoader with one group, whose documentation says when
// a batch leaves, and what becomes of contexts and panics. It is safe for concurrent
// use, keeps nothing, has no goroutine while nothing is asked of it, and need not be
// closed.
type Loader[K comparable, V any] struct {
	by    *GroupLoader[struct{}, K, V]
	fetch func(context.Context, struct{}, []K) Found[K, V]
}

// NewLoader makes a loader of a function that returns values by key. A key that it
// returns no value for is ErrNotFound; see FromMap. The function may keep or change the
// slice that it gets.
func NewLoader[K comparable, V any](fetch func(context.Context, []K) (map[K]V, error), opts ...LoaderOption) *Loader[K, V] {
	return newLoader(fetch, func(ctx context.Context, _ struct{}, keys []K) Found[K, V] {
		return FromMap(fetch(ctx, keys))
	}, opts)
}

// NewSliceLoader makes a loader of a function that returns a value for each key, in the
// order of the keys; see FromSlice.
func NewSliceLoader[K comparable, V any](fetch func(context.Context, []K) ([]V, error), opts ...LoaderOption) *Loader[K, V] {
	return newLoader(fetch, func(ctx context.Context, _ struct{}, keys []K) Found[K, V] {
		return FromSlice[K](fetch(ctx, keys))
	}, opts)
}

// NewErrorsLoader makes a loader of a function that returns a value and an error for
// each key, in the order of the keys; see FromErrors.
func NewErrorsLoader[K comparable, V any](fetch func(context.Context, []K) ([]V, []error), opts ...LoaderOption) *Loader[K, V] {
	return newLoader(fetch, func(ctx context.Context, _ struct{}, keys []K) Found[K, V] {
		return FromErrors[K](fetch(ctx, keys))
	}, opts)
}

func newLoader[K comparable, V any](
	of any, fetch func(context.Context, struct{}, []K) Found[K, V], opts []LoaderOption,
) *Loader[K, V] {
	var name string
	if f := runtime.FuncForPC(reflect.ValueOf(of).Pointer()); f != nil {
		name = f.Name()
	}
	return &Loader[K, V]{by: NewGroupLoader[struct{}, K, V](name, opts...), fetch: fetch}
}

// Load returns the value of a key, or its error, or that of the batch; see
// GroupLoader.Load.
func (l *Loader[K, V]) Load(ctx context.Context, key K) (V, error) {
	return l.by.Load(ctx, struct{}{}, key, l.fetch)
}

// LoadMany returns what there is for keys; see GroupLoader.LoadMany.
func (l *Loader[K, V]) LoadMany(ctx context.Context, keys []K) Result[K, V] {
	return l.by.LoadMany(ctx, struct{}{}, keys, l.fetch)
}

// Name returns the name.
func (l *Loader[K, V]) Name() string { return l.by.Name() }

// Stats returns the figures.
func (l *Loader[K, V]) Stats() LoaderStats { return l.by.Stats() }
