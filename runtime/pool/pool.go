package pool

import (
	"context"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// A Pool holds resources of one type. It is made by New or NewFrom, safe for concurrent
// use, and must be closed if what it holds must be.
type Pool[T any] struct{ core *core }

// New makes a pool, which creates nothing before it is asked. It panics if an option is
// wrong, and names the option.
func New[T any](o Options[T]) *Pool[T] {
	c := newCore(nil)
	c.open(newDriver(o))
	enlist(c)
	return &Pool[T]{c}
}

// NewFrom makes a pool of which f knows the options; it is asked at the first use, which
// panics if an option is wrong.
func NewFrom[T any](f Factory[T]) *Pool[T] {
	c := newCore(func() driver { return newDriver(f.PoolOptions()) })
	enlist(c)
	return &Pool[T]{c}
}

// Name returns Options.Name.
func (p *Pool[T]) Name() string { return p.core.Name() }

// Start opens Options.Min resources, and from then on keeps that many open and closes in
// the background what is too old or idle too long. It returns when they are open; with
// FailFast it returns the error of the first that cannot be created, or that of ctx, and
// the pool is not started, though what was created stays. Otherwise it returns nil after a failure or when ctx
// ends, and creation goes on in the background. A pool works without Start. A second
// call waits as the first does. The error wraps ErrClosed if the pool is closed.
func (p *Pool[T]) Start(ctx context.Context) error { return p.core.Start(ctx) }

// Acquire lends a resource, which the caller gives back by Lease.Release or
// Lease.Discard. It takes the one that was used last, on that processor where there are
// several, or waits, behind those who came before, for one that is given back or created.
// It waits until ctx or Options.AcquireTimeout ends, and then returns an *AcquireError
// that wraps the error of ctx or ErrTimeout, and also the error of Options.New if
// creation fails at that time. The error wraps ErrClosed if the pool is closed, and that
// of Hooks.OnAcquire is returned as it is.
func (p *Pool[T]) Acquire(ctx context.Context) (Lease[T], error) {
	if ctx.Err() != nil {
		return Lease[T]{}, p.core.refuse(ctx)
	}
	e := p.core.take()
	if e == nil {
		if eventlog.On() {
			return p.told(ctx, p.core.acquire)
		}
		var err error
		if e, err = p.core.acquire(ctx); err != nil {
			return Lease[T]{}, err
		}
	}
	return lend[T](ctx, e)
}

// TryAcquire lends a resource that lies idle. If there is none, or others wait, it
// returns an *AcquireError that wraps ErrBusy, and lets the pool create one for later,
// if it may. It waits for nothing but a Ping that is due, until ctx ends.
func (p *Pool[T]) TryAcquire(ctx context.Context) (Lease[T], error) {
	if ctx.Err() != nil {
		return Lease[T]{}, p.core.refuse(ctx)
	}
	e := p.core.take()
	if e == nil {
		if eventlog.On() {
			return p.told(ctx, p.core.tryAcquire)
		}
		var err error
		if e, err = p.core.tryAcquire(ctx); err != nil {
			return Lease[T]{}, err
		}
	}
	return lend[T](ctx, e)
}

// With acquires a resource for the time of f, and returns the error of Acquire or of f.
// If Options.Broken is true for that of f, the resource is closed, as it is after a panic
// or runtime.Goexit in f, because nobody knows in which state it is.
func (p *Pool[T]) With(ctx context.Context, f func(context.Context, T) error) error {
	l, err := p.Acquire(ctx)
	if err != nil {
		return err
	}
	intact := false
	defer func() {
		if intact {
			_ = l.Release()
		} else {
			_ = l.Discard()
		}
	}()
	err = f(ctx, l.Value())
	intact = err == nil || !p.core.broken(err)
	return err
}

// Resize changes Options.Min and Options.Max while the pool is in use, and returns an
// error, and changes nothing, unless 0 ≤ min ≤ max and max is positive. If more than max
// are open, idle ones are closed at once, and others when they are given back.
func (p *Pool[T]) Resize(minimum, maximum int) error { return p.core.Resize(minimum, maximum) }

// Suspend makes acquires wait until Resume, and lets nothing be created. It does not wait
// itself: what is lent may be used and given back as before. See Quiet.
func (p *Pool[T]) Suspend() { p.core.Suspend() }

// Resume ends Suspend.
func (p *Pool[T]) Resume() { p.core.Resume() }

// Quiet waits until nothing is lent, or until ctx ends, whose error it returns. After
// Suspend that stays so until Resume.
func (p *Pool[T]) Quiet(ctx context.Context) error { return p.core.Quiet(ctx) }

// Reset closes all resources that are open: idle ones at once, others when they are given
// back, and those that are being created when that has ended.
func (p *Pool[T]) Reset() { p.core.Reset() }

// Close ends the pool: who waits gets ErrClosed, creation is cancelled, idle resources
// are closed, and those that are lent when they are given back. It waits for all that
// until ctx ends, or for Options.DrainTimeout if ctx has no deadline. Then it returns an
// error that wraps that of ctx and tells how many are still lent; these are closed when
// they come back. After nil, no goroutine of the pool is left. It may be called again, to
// wait again.
func (p *Pool[T]) Close(ctx context.Context) error { return p.core.Close(ctx) }

// Stats returns the figures.
func (p *Pool[T]) Stats() Stats { return p.core.Stats() }

// Leases returns what is lent at this time, the longest first, if Options.Leak is set;
// otherwise nothing is noted, and there is none.
func (p *Pool[T]) Leases() []LeaseInfo { return p.core.Leases() }
