// Package route carries decisions about whose state a call uses: a test's
// manager in place of the process's own, or none at all; a transaction that its
// changes wait for; a trace that is told what came of it. It is what the cache
// package and its cachetest package share; users see neither.
//
// It knows the type of none of these, so that it can be imported by both.
package route

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
)

// active is not 0 if any context was routed, the process is isolated, or calls are
// watched. It keeps the cost of all that at one atomic load where nobody does.
var active atomic.Uint32

// The bits of active.
const (
	routed = 1 << iota
	watched
)

// isolated is the manager that calls without a route of their own use, if any.
var isolated atomic.Pointer[any]

type contextKey struct{}

// A Route is what a context says about the calls made with it.
type Route struct {
	// Manager is the manager to use, or nil for the usual one.
	Manager any
	// Bypass says that nothing is read from a cache or stored in it.
	Bypass bool
	// Tx is the transaction that the calls belong to, or nil.
	Tx any
	// Trace is told where results come from, or nil.
	Trace any
}

// Active reports whether Of must be asked at all.
func Active() bool { return active.Load() != 0 }

// Watch makes Active true although nothing is routed, for those who want to see each call.
func Watch(on bool) {
	if on {
		active.Or(watched)
	} else {
		active.And(^uint32(watched))
	}
}

// Of returns the route for a call made with ctx.
func Of(ctx context.Context) Route {
	var r Route
	if own, ok := ctx.Value(contextKey{}).(*Route); ok {
		r = *own
	}
	if r.Manager == nil {
		r.Manager = Process()
	}
	return r
}

// Process returns the manager that stands in for the whole process, or nil.
func Process() any {
	if m := isolated.Load(); m != nil {
		return *m
	}
	return nil
}

// To returns a context whose calls use manager.
func To(ctx context.Context, manager any) context.Context {
	r := own(ctx)
	r.Manager = manager
	return with(ctx, r)
}

// Around returns a context whose calls go past every cache.
func Around(ctx context.Context) context.Context {
	r := own(ctx)
	r.Bypass = true
	return with(ctx, r)
}

// In returns a context whose calls belong to a transaction.
func In(ctx context.Context, tx any) context.Context {
	r := own(ctx)
	r.Tx = tx
	return with(ctx, r)
}

// Traced returns a context whose calls tell trace where results come from.
func Traced(ctx context.Context, trace any) context.Context {
	r := own(ctx)
	r.Trace = trace
	return with(ctx, r)
}

func own(ctx context.Context) Route {
	if r, ok := ctx.Value(contextKey{}).(*Route); ok {
		return *r
	}
	return Route{}
}

func with(ctx context.Context, r Route) context.Context {
	// Never reset: nobody can know when the last such context is gone.
	active.Or(routed)
	return context.WithValue(ctx, contextKey{}, &r)
}

// Isolate makes manager stand in for the whole process until restore is
// called.
func Isolate(manager any) (restore func()) {
	before := isolated.Swap(&manager)
	active.Or(routed)
	return func() { isolated.Store(before) }
}

// Hooks are what the cachetest package needs of the cache package and others do not.
type Hooks struct {
	// NewManager makes a manager for tests.
	NewManager func(*slog.Logger) any
	// Force makes the caches of a name in such a manager behave as is said, until it is
	// called again.
	Force func(manager any, name string, as Behaviour)
	// Watch makes a manager watch its store before one of its caches is used. It returns
	// false if it does not, because it is closed or has none.
	Watch func(manager any) bool
}

// Behaviour is what a test may force upon caches; the zero value is the usual one.
type Behaviour struct {
	// Miss is that nothing is found and nothing kept.
	Miss bool
	// Worn is that all that is kept has just become too old.
	Worn bool
}

var provided struct {
	sync.Mutex
	Hooks
}

// Provide hands over the hooks. It returns true, so that a package can call it in the
// initialiser of a blank variable.
func Provide(h Hooks) bool {
	provided.Lock()
	defer provided.Unlock()
	provided.Hooks = h
	return true
}

// Provided returns the hooks.
func Provided() Hooks {
	provided.Lock()
	defer provided.Unlock()
	return provided.Hooks
}
