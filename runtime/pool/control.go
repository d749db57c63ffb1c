package pool

import (
	"context"
	"fmt"
)

// Resize is Pool.Resize.
func (c *core) Resize(minimum, maximum int) error {
	c.configure()
	if minimum < 0 || maximum < minimum || maximum == 0 {
		return fmt.Errorf("%s: Resize(%d, %d): it must be 0 ≤ min ≤ max, and max positive", c.title(), minimum, maximum)
	}
	c.mu.Lock()
	defer c.unlock()
	c.min, c.max = minimum, maximum
	c.publish()
	if c.kept() > c.max {
		c.shrink()
	}
	c.growAgain()
	c.wake()
	return nil
}

// shrink closes the idle resources that are too many, the longest unused first.
func (c *core) shrink() {
	c.collect()
	n := min(c.kept()-c.max, len(c.idle))
	for _, e := range c.idle[:n] {
		c.retire(e, Surplus)
	}
	kept := copy(c.idle, c.idle[n:])
	clear(c.idle[kept:])
	c.idle = c.idle[:kept]
}

// Suspend is Pool.Suspend.
func (c *core) Suspend() {
	c.configure()
	c.mu.Lock()
	defer c.unlock()
	c.suspended = true
}

// Resume is Pool.Resume.
func (c *core) Resume() {
	c.configure()
	c.mu.Lock()
	defer c.unlock()
	if !c.suspended {
		return
	}
	c.suspended = false
	for c.queue.n > 0 {
		e := c.pop()
		if e == nil {
			break
		}
		c.place(e)
	}
	c.growAgain()
}

// Quiet is Pool.Quiet.
func (c *core) Quiet(ctx context.Context) error {
	c.configure()
	c.watch(1)
	defer c.watch(-1)
	err := c.await(ctx, func() bool {
		idle, _ := c.idlers()
		return len(c.all) == idle
	})
	if err != nil {
		return fmt.Errorf("%s is still in use: %w", c.title(), err)
	}
	return nil
}

// watch makes releases go through mu while somebody must see them.
func (c *core) watch(n int) {
	c.mu.Lock()
	defer c.unlock()
	c.watchers += n
}

// Reset is Pool.Reset.
func (c *core) Reset() {
	c.configure()
	c.mu.Lock()
	defer c.unlock()
	c.epoch++
	c.publish()
	c.clear(Outdated)
}
