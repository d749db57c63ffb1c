package pool

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
)

// Start is Pool.Start.
func (c *core) Start(ctx context.Context) error {
	c.configure()
	before, first, err := c.begun(ctx)
	if err != nil {
		return err
	}
	var failure error
	err = c.await(ctx, func() bool {
		if failure = nil; c.counts.Errors > before {
			failure = c.failure
		}
		return failure != nil || c.closed || c.suspended || len(c.all) >= c.min
	})
	switch {
	case c.ended():
		return fmt.Errorf("starting %s: %w", c.title(), ErrClosed)
	case !c.failFast || err == nil && failure == nil:
		return nil
	case failure != nil:
		err = failure
	}
	if first {
		c.mu.Lock()
		c.started = false
		c.wake()
		c.unlock()
	}
	return fmt.Errorf("starting %s: %w", c.title(), err)
}

// begun notes that the pool was started. It returns how many creations had failed before,
// and whether this is the first call.
func (c *core) begun(ctx context.Context) (before uint64, first bool, err error) {
	c.mu.Lock()
	defer c.unlock()
	if c.closed {
		return 0, false, fmt.Errorf("starting %s: %w", c.title(), ErrClosed)
	}
	first = !c.started
	c.started = true
	if !c.tending && (c.maxAge != endless || c.maxIdle != endless) {
		c.tending = true
		c.poke = make(chan struct{}, 1)
		go c.tend(c.poke)
	}
	c.grow(ctx)
	return c.counts.Errors, first, nil
}

// wake lets the one who tends the pool look again. The caller holds mu.
func (c *core) wake() {
	select {
	case c.poke <- struct{}{}: // nil unless the pool is started
	default:
	}
}

// tend closes what is too old or idle too long, as soon as it is. It sleeps as long as
// nothing can be.
func (c *core) tend(poke <-chan struct{}) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		next, ok := c.sweep()
		if !ok {
			return
		}
		timer.Stop()
		if next != endless {
			timer.Reset(time.Duration(next - clock.Exact()))
		}
		select {
		case <-timer.C:
		case <-poke:
		}
	}
}

// sweep closes what must be closed, and returns when there may be more of it, or that
// the pool needs no more tending.
func (c *core) sweep() (next int64, ok bool) {
	c.mu.Lock()
	defer c.unlock()
	if c.closed || !c.started {
		c.tending = false
		return 0, false
	}
	now := clock.Exact()
	c.collect()
	surplus := c.kept() - c.min
	kept := c.idle[:0]
	for _, e := range c.idle { // the longest unused first
		switch {
		case e.pass != c.pass():
			c.retire(e, Outdated)
		case now >= e.expires:
			c.retire(e, Aged)
		case surplus > 0 && now-e.used >= int64(c.maxIdle):
			c.retire(e, Unused)
		default:
			kept = append(kept, e)
			continue
		}
		surplus--
	}
	clear(c.idle[len(kept):])
	c.idle = kept
	return c.due(now, surplus), true
}

// due returns when something may have to be closed next. What is lent is judged when it
// is given back.
func (c *core) due(now int64, surplus int) int64 {
	next := int64(endless)
	for e := range c.all {
		if e.expires > now {
			next = min(next, e.expires)
		}
	}
	if surplus > 0 && c.maxIdle != endless {
		if len(c.all) > len(c.idle) {
			next = min(next, now+int64(c.maxIdle))
		}
		for _, e := range c.idle {
			next = min(next, max(now+1, e.used+int64(c.maxIdle)))
		}
	}
	return next
}

// collect lays on the stack what is in slots, in the order of use. The caller holds mu.
func (c *core) collect() {
	before := len(c.idle)
	for i := range c.slots {
		if e := c.slots[i].Swap(nil); e != nil {
			c.idle = append(c.idle, e)
		}
	}
	if c.timed && len(c.idle) > before {
		slices.SortStableFunc(c.idle, func(a, b *entry) int { return cmp.Compare(a.used, b.used) })
	}
}
