package pool

import "context"

// Finish ends the lease after a call that has returned err: the resource goes back, or is
// closed if Options.Broken says so of err. A lease that has ended already stays as it is.
func (l Lease[T]) Finish(err error) {
	if l.entry != nil {
		l.FinishBy(err, l.entry.core.broken)
	}
}

// FinishBy is Finish with another judge of errors than Options.Broken.
func (l Lease[T]) FinishBy(err error, broken func(error) bool) {
	if l.end() {
		l.entry.giveBack(err != nil && broken(err))
	}
}

// Abandon ends a lease that Finish has not ended, because of a panic or runtime.Goexit:
// the resource is closed, as nobody knows what state it is in. It is for defer
// statements.
func (l Lease[T]) Abandon() {
	if l.end() {
		l.entry.giveBack(true)
	}
}

// giveBack ends the use of an entry whose lease has ended.
func (e *entry) giveBack(broken bool) {
	if broken {
		e.core.discard(e, Discarded)
		e.core.tellRelease(Discarded)
		return
	}
	e.core.put(e)
}

// A Shared is a lease that calls within a call use too. The one that has acquired the
// resource gives it back.
type Shared[T any] struct {
	lease Lease[T]
	inner bool
}

// shareKey is the key of a pool's lease in a context.
type shareKey[T any] struct{ of *Pool[T] }

// Share is Acquire for calls that hand the context on: with the one that it returns, Share
// gives the same resource of this pool, until the outermost lease ends. Whether it may
// be used by several goroutines at once is for the resource to say.
func Share[T any](ctx context.Context, p *Pool[T]) (Shared[T], context.Context, error) {
	key := shareKey[T]{p}
	if lease, ok := ctx.Value(key).(Lease[T]); ok && lease.entry.uses.Load() == lease.use {
		return Shared[T]{lease: lease, inner: true}, ctx, nil
	}
	lease, err := p.Acquire(ctx)
	if err != nil {
		return Shared[T]{}, ctx, err
	}
	return Shared[T]{lease: lease}, context.WithValue(ctx, key, lease), nil
}

// Value returns the resource. It panics once the outermost lease has ended.
func (s Shared[T]) Value() T { return s.lease.Value() }

// Finish ends the use of the resource as Lease.Finish does. Within another call that
// shares it, it does so only if the resource is broken.
func (s Shared[T]) Finish(err error) {
	if s.lease.entry != nil {
		s.FinishBy(err, s.lease.entry.core.broken)
	}
}

// FinishBy is Finish with another judge of errors than Options.Broken.
func (s Shared[T]) FinishBy(err error, broken func(error) bool) {
	if !s.inner || err != nil && broken(err) {
		s.lease.FinishBy(err, broken)
	}
}

// Abandon ends the use of the resource after a panic: it is closed, for all who share it.
// After Finish of an inner call it must not do so, and does nothing.
func (s Shared[T]) Abandon() {
	if !s.inner {
		s.lease.Abandon()
	}
}
