package cache

import (
	"context"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// What follows is Load, LoadValue, Get and Find in a process in which some contexts say
// more about a call, or in which calls are logged. They stand apart so that others pay one
// look at a flag.

// routed is what a context says about a call.
type routed struct {
	at     *core
	bypass bool
	log    *TraceLog
}

func (c *core) routed(ctx context.Context) routed {
	r := route.Of(ctx)
	return routed{c.in(r.Manager), r.Bypass || openIn(r) != nil, logIn(r)}
}

// hitRouted is hit, told of.
func (c *Cache[K, V]) hitRouted(ctx context.Context, s *state, hash uint64, key K) *entry[K, V] {
	e := c.hit(s, hash, key)
	if e != nil {
		s.tellHit(ctx, &e.Item)
	}
	return e
}

//go:noinline
func (c *Cache[K, V]) hitAlone(key K) (V, bool) {
	return c.hitRouted(nobody, c.core.here().started(), c.hashOf(key), key).found()
}

//go:noinline
func (c *Cache[K, V]) getRouted(key K) (V, bool) {
	s, hash := c.core.here().started(), c.hashOf(key)
	e := c.hitRouted(nobody, s, hash, key)
	if e == nil {
		e = c.unhit(s, hash, key)
	}
	return e.found()
}

//go:noinline
func (c *Cache[K, V]) loadRouted(ctx context.Context, key K, load func(context.Context, K) (V, error)) (V, error) {
	ctx = eventlog.Under(ctx)
	r := c.core.routed(ctx)
	if r.bypass {
		v, err := load(ctx, key)
		r.log.add(c.core.name, SourceBypassed, 0)
		return v, err
	}
	s, hash := r.at.started(), c.hashOf(key)
	if e := c.hitRouted(ctx, s, hash, key); e != nil {
		r.log.kept(s, &e.Item, SourceMemory)
		return e.value, nil
	}
	return c.load(ctx, s, hash, key, load)
}

//go:noinline
func (c *Cache[K, V]) loadValueRouted(ctx context.Context, key K, load func(context.Context, K) V) V {
	ctx = eventlog.Under(ctx)
	r := c.core.routed(ctx)
	if r.bypass {
		v := load(ctx, key)
		r.log.add(c.core.name, SourceBypassed, 0)
		return v
	}
	s, hash := r.at.started(), c.hashOf(key)
	if e := c.hitRouted(ctx, s, hash, key); e != nil {
		r.log.kept(s, &e.Item, SourceMemory)
		return e.value
	}
	return c.loadValue(ctx, s, hash, key, load)
}

//go:noinline
func (c *Cache[K, V]) findRouted(ctx context.Context, key K) (v V, ok bool) {
	r := c.core.routed(ctx)
	if r.bypass {
		return v, false
	}
	s := r.at.started()
	e := c.hitRouted(ctx, s, c.hashOf(key), key)
	if e != nil {
		r.log.kept(s, &e.Item, SourceMemory)
	}
	return e.found()
}
