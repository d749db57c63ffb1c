package pool

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
)

// create calls New and OnCreate.
func (c *core) create(b *builder) (*entry, error) {
	ctx, cancel := limited(b.ctx, c.createTimeout)
	defer cancel()
	var box any
	err := guard("New", func() (err error) {
		box, err = c.driver.create(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	e := &entry{core: c, box: box, pass: b.pass, expires: endless}
	if c.leak != endless {
		e.track = new(track)
	}
	if c.onCreate == nil {
		return e, nil
	}
	created := false
	defer func() {
		if !created { // after Goexit, too
			c.unmake(b, e)
		}
	}()
	if err := guard("Hooks.OnCreate", func() error { return c.onCreate(ctx, box) }); err != nil {
		return nil, err
	}
	created = true
	return e, nil
}

// unmake closes a resource that never was one of the pool's. The builder still has its
// place.
func (c *core) unmake(b *builder, e *entry) {
	c.mu.Lock()
	c.counts.Created++ // so that the figures add up
	c.neverUsed++
	c.closedBy[HookFailed]++
	c.unlock()
	b.unmade, b.closing = true, c.shutDown(e, HookFailed)
}

// date notes how old a new resource may become.
func (c *core) date(e *entry) {
	if !c.timed {
		return
	}
	now := clock.Exact()
	e.used = now
	if c.maxAge != endless {
		e.expires = now + int64(c.maxAge) - int64(rand.Float64()*c.ageJitter*float64(c.maxAge))
	}
	c.wake() // it may be the first one to become too old
}

// limited is context.WithTimeout, where there may be no bound.
func limited(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d == endless {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}
