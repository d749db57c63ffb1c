package pool

import (
	"context"
	"fmt"
)

// A Lease is the use of a resource until Release or Discard. It is a small value that
// may be copied: copies are one lease, and end together. The zero Lease has ended. Its
// methods are safe for concurrent use; whether the resource is, its type says.
type Lease[T any] struct {
	entry *entry
	// use is entry.uses while the lease lasts.
	use uint64
}

// lend makes a lease of an entry that was taken.
func lend[T any](ctx context.Context, e *entry) (Lease[T], error) {
	if e.core.hooked {
		if err := e.core.lent(ctx, e); err != nil {
			return Lease[T]{}, err
		}
	}
	return Lease[T]{e, e.uses.Load()}, nil
}

// Value returns the resource. It panics with an error that wraps ErrReleased if the
// lease has ended. What was returned before must not be used after the lease.
func (l Lease[T]) Value() T {
	if !l.held() {
		panic(l.misuse("Value"))
	}
	return *l.entry.box.(*T)
}

// Release gives the resource back for others to use. If the lease has ended already it
// returns an error that wraps ErrReleased and does nothing, so that it may stand in a
// defer before a Discard.
func (l Lease[T]) Release() error {
	if !l.end() {
		return l.misuse("Release")
	}
	l.entry.core.put(l.entry)
	return nil
}

// Discard gives the resource back to be closed, as it does not work any more. If the
// lease has ended already it returns an error that wraps ErrReleased and does nothing.
func (l Lease[T]) Discard() error {
	if !l.end() {
		return l.misuse("Discard")
	}
	l.entry.core.discard(l.entry, Discarded)
	l.entry.core.tellRelease(Discarded)
	return nil
}

// Hijack takes the resource out of the pool: it belongs to the caller, who must close it,
// and its place is free for another. If the lease has ended already it returns an error
// that wraps ErrReleased.
func (l Lease[T]) Hijack() (T, error) {
	if !l.end() {
		var none T
		return none, l.misuse("Hijack")
	}
	l.entry.core.discard(l.entry, Hijacked)
	l.entry.core.tellRelease(Hijacked)
	return *l.entry.box.(*T), nil
}

// held reports whether the lease has not ended.
func (l Lease[T]) held() bool { return l.entry != nil && l.entry.uses.Load() == l.use }

// end ends the lease and reports whether it had not ended before.
func (l Lease[T]) end() bool {
	return l.entry != nil && l.entry.uses.CompareAndSwap(l.use, l.use+1)
}

func (l Lease[T]) misuse(method string) error {
	if l.entry == nil {
		return fmt.Errorf("pool: %s of a zero Lease: %w", method, ErrReleased)
	}
	l.entry.core.misuses.Add(1)
	return fmt.Errorf("%s: %s: %w", l.entry.core.title(), method, ErrReleased)
}
