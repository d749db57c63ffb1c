package rivals

import (
	"context"
	"sync"
	"time"

	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A ResourcePool lends handles.
type ResourcePool struct {
	Name string

	// Loop acquires a handle, uses it and releases it n times.
	Loop func(ctx context.Context, n int)

	// Use acquires a handle, calls hold, and releases it.
	Use func(ctx context.Context, hold func())

	// Acquire lends a handle until release is called. It is nil where nothing is
	// constructed when it is asked for.
	Acquire func(ctx context.Context) (release func(), err error)

	Close func()
}

// The names that rows refer to.
const (
	MutexPairs = "two mutex pairs"
	OurPool    = "by hand"
	OurWith    = "by hand, With"
	PooledCall = "generated"
	Puddle     = "puddle"
	Channel    = "buffered channel"
	SQLPool    = "database/sql"
)

// A Construct makes a handle.
type Construct func() *sample.Handle

// NewHandle is the quickest Construct.
func NewHandle() *sample.Handle { return &sample.Handle{} }

// ResourcePools returns this project's pool and those of others, of so many handles.
func ResourcePools(size int, construct Construct) []ResourcePool {
	return append(OurPools(size, construct), OtherPools(size, construct)...)
}

// OurPools are the pool by hand, as in production: it looks at ages and at how long a
// handle was idle, to ping it.
func OurPools(size int, construct Construct) []ResourcePool {
	p := pool.New(pool.Options[*sample.Handle]{
		New: func(context.Context) (*sample.Handle, error) { return construct(), nil },
		Max: size, MaxAge: time.Hour, MaxIdle: time.Minute,
		Ping: func(context.Context, *sample.Handle) error { return nil },
	})
	use := func(_ context.Context, h *sample.Handle) error {
		h.Uses++
		return nil
	}
	return []ResourcePool{
		{
			Name: OurPool, Loop: ourLoop(p), Use: ourUse(p), Close: func() { _ = p.Close(context.Background()) },
			Acquire: func(ctx context.Context) (func(), error) {
				l, err := p.Acquire(ctx)
				return func() { _ = l.Release() }, err
			},
		},
		{
			Name: OurWith, Close: func() {},
			Loop: func(ctx context.Context, n int) {
				for range n {
					must(p.With(ctx, use))
				}
			},
		},
	}
}

func ourLoop(p *pool.Pool[*sample.Handle]) func(context.Context, int) {
	return func(ctx context.Context, n int) {
		for range n {
			l, err := p.Acquire(ctx)
			must(err)
			l.Value().Uses++
			must(l.Release())
		}
	}
}

func ourUse(p *pool.Pool[*sample.Handle]) func(context.Context, func()) {
	return func(ctx context.Context, hold func()) {
		l, err := p.Acquire(ctx)
		must(err)
		hold()
		must(l.Release())
	}
}

// must panics: what is measured does not fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// PooledFunction is the generated wrapper of a function that takes a handle.
func PooledFunction() ResourcePool {
	return ResourcePool{
		Name: PooledCall, Close: func() {},
		Loop: func(ctx context.Context, n int) {
			for range n {
				must(sample.UseHandle(ctx))
			}
		},
	}
}

// Floor is what a pool with a lock must do at least. It lends the same handle to all.
func Floor() ResourcePool {
	var mu sync.Mutex
	handle := NewHandle()
	return ResourcePool{
		Name: MutexPairs, Close: func() {},
		Loop: func(_ context.Context, n int) {
			for range n {
				mu.Lock()
				h := handle
				mu.Unlock()
				mu.Lock()
				h.Uses++
				mu.Unlock()
			}
		},
	}
}
