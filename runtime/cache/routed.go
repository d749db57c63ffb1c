package cache

import (
	"context"

	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// What follows is Load, LoadValue and Find in a process in which some contexts say
// more about a call. They stand apart so that others pay one look at a flag.

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

//go:noinline
func (c *Cache[K, V]) loadRouted(ctx context.Context, key K, load func(context.Context, K) (V, error)) (V, error) {
	r := c.core.routed(ctx)
	if r.bypass {
		v, err := load(ctx, key)
		r.log.add(c.core.name, SourceBypassed, 0)
		return v, err
	}
	s, hash := r.at.started(), c.hashOf(key)
	if e := c.hit(s, hash, key); e != nil {
		r.log.kept(s, &e.Item, SourceMemory)
		return e.value, nil
	}
	return c.load(ctx, s, hash, key, load)
}

//go:noinline
func (c *Cache[K, V]) loadValueRouted(ctx context.Context, key K, load func(context.Context, K) V) V {
	r := c.core.routed(ctx)
	if r.bypass {
		v := load(ctx, key)
		r.log.add(c.core.name, SourceBypassed, 0)
		return v
	}
	s, hash := r.at.started(), c.hashOf(key)
	if e := c.hit(s, hash, key); e != nil {
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
	e := c.hit(s, c.hashOf(key), key)
	if e != nil {
		r.log.kept(s, &e.Item, SourceMemory)
	}
	return e.found()
}
