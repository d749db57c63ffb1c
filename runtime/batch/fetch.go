package batch

import "fmt"

// Found is what a function of many keys has returned. FromMap, FromSlice and FromErrors
// make one of its results, as they are: FromMap(loadUsers(ctx, ids)). The loader only
// reads them, and not after its callers have got theirs.
type Found[K comparable, V any] struct {
	shape  foundShape
	byKey  map[K]V
	values []V
	errs   []error
	err    error
}

// foundShape is which of the functions made a Found.
type foundShape int8

const (
	foundNothing foundShape = iota
	foundMap
	foundSlice
	foundErrors
)

// FromMap is for a function that returns values by key. A key that is not in the map is
// ErrNotFound, or the zero value with MissingZero; others than were asked for are
// ignored. An err that is not nil is that of all keys, whatever values has.
func FromMap[K comparable, V any](values map[K]V, err error) Found[K, V] {
	return Found[K, V]{shape: foundMap, byKey: values, err: err}
}

// FromSlice is for a function that returns a value for each key, in the order of the
// keys. Another number of values is an error for all keys, which wraps ErrContract. An
// err that is not nil is that of all keys, whatever values has.
func FromSlice[K comparable, V any](values []V, err error) Found[K, V] {
	return Found[K, V]{shape: foundSlice, values: values, err: err}
}

// FromErrors is for a function that returns a value and an error for each key, in the
// order of the keys. There may be no errors at all, and no values if each key has an
// error. Other numbers are an error for all keys, which wraps ErrContract.
func FromErrors[K comparable, V any](values []V, errs []error) Found[K, V] {
	return Found[K, V]{shape: foundErrors, values: values, errs: errs}
}

// check returns the error that all of n keys have.
func (f *Found[K, V]) check(loader string, n int) error {
	switch {
	case f.err != nil:
		return f.err
	case f.shape == foundNothing:
		return fmt.Errorf("loader %s: %w: it returned the zero Found", loader, ErrContract)
	case f.shape == foundErrors && len(f.errs) != 0 && len(f.errs) != n:
		return fmt.Errorf("loader %s: %w: %d errors for %d keys", loader, ErrContract, len(f.errs), n)
	case f.shape == foundMap || len(f.values) == n || f.onlyErrors():
		return nil
	}
	return fmt.Errorf("loader %s: %w: %d values for %d keys", loader, ErrContract, len(f.values), n)
}

// onlyErrors reports whether there is no value and an error in place of each.
func (f *Found[K, V]) onlyErrors() bool {
	if len(f.values) > 0 || len(f.errs) == 0 {
		return false
	}
	for _, err := range f.errs {
		if err == nil {
			return false
		}
	}
	return true
}

// of returns what there is for the key at a place, once check has returned nil. A value
// that came with an error is dropped.
func (f *Found[K, V]) of(key K, at int, missingZero bool) (v V, err error) {
	if f.shape == foundMap {
		v, ok := f.byKey[key]
		if !ok && !missingZero {
			return v, ErrNotFound
		}
		return v, nil
	}
	if len(f.errs) > 0 && f.errs[at] != nil {
		return v, f.errs[at]
	}
	return f.values[at], nil
}
