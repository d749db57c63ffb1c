package pool

import (
	"context"
	"fmt"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// discard takes a resource that nobody has out of the pool.
func (c *core) discard(e *entry, why Reason) {
	c.mu.Lock()
	defer c.unlock()
	c.retire(e, why)
}

// retire does so behind mu. Its place becomes free when it is closed.
func (c *core) retire(e *entry, why Reason) {
	delete(c.all, e)
	delete(c.checked, e)
	uses := e.uses.Load()
	c.pastUses += uses
	if uses == 0 {
		c.neverUsed++
	}
	c.closedBy[why]++
	// With a log, closing what needs no closing takes a goroutine, too: mu is held here.
	if why == Hijacked || c.shut == nil && c.onClose == nil && !eventlog.On() {
		c.growAgain()
		return
	}
	c.closing++
	c.closers++
	go c.bury(eventlog.Under(context.Background()), e, why)
}

// closeGrace is how much longer than CloseTimeout and a quarter of it a resource has its
// place.
const closeGrace = 50 * time.Millisecond

// bury closes a resource and gives its place away.
func (c *core) bury(ctx context.Context, e *entry, why Reason) {
	freed := false
	free := func() {
		if !freed {
			freed = true
			c.closing--
			c.growAgain()
		}
	}
	var late *time.Timer
	if c.closeTimeout != endless {
		// Later than the end of Close's context, so that a Close which obeys that is not
		// overtaken: its place would be given away while the resource is still there.
		late = time.AfterFunc(c.closeTimeout+c.closeTimeout/4+closeGrace, func() {
			c.mu.Lock()
			defer c.unlock()
			free()
		})
	}
	err := error(&PanicError{Func: "Close", Value: ErrGoexit})
	defer func() { // after Goexit, too
		if late != nil {
			late.Stop()
		}
		c.mu.Lock()
		free()
		if eventlog.On() {
			c.unlock()
			c.tellClose(ctx, why, err)
			c.mu.Lock()
		}
		c.closers--
		c.unlock()
	}()
	err = c.shutDown(e, why)
}

// shutDown calls Close and OnClose, and returns the error of Close.
func (c *core) shutDown(e *entry, why Reason) (err error) {
	if c.shut != nil {
		ctx, cancel := limited(context.Background(), c.closeTimeout)
		err = guard("Close", func() error { return c.shut(ctx, e.box) })
		cancel()
	}
	if err != nil {
		c.mu.Lock()
		c.counts.CloseErrors++
		c.unlock()
		c.panicked(err)
	}
	if c.onClose == nil {
		return err
	}
	c.panicked(guard("Hooks.OnClose", func() error {
		c.onClose(e.box, why, err)
		return nil
	}))
	return err
}

// ended reports whether the pool was closed.
func (c *core) ended() bool { return c.gate.Load()&closed != 0 }

// Close is Pool.Close.
func (c *core) Close(ctx context.Context) error {
	drain := c.shutGate()
	unregister(c)
	delist(c)
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = limited(ctx, drain)
		defer cancel()
	}
	var left string
	err := c.await(ctx, func() bool {
		left = fmt.Sprintf("%d resources in use, %d being created, %d being closed", len(c.all), c.constructing, c.closers)
		return len(c.all)+c.constructing+c.closers == 0 && !c.tending
	})
	if err != nil {
		return fmt.Errorf("closing %s: %s: %w", c.title(), left, err)
	}
	return nil
}

// shutGate lets nothing in or out any more, and returns DrainTimeout.
func (c *core) shutGate() time.Duration {
	c.mu.Lock()
	defer c.unlock()
	if c.ask != nil { // never used
		c.ask, c.acquireTimeout, c.drainTimeout = nil, endless, 0
	}
	if c.closed {
		return c.drainTimeout
	}
	c.closed = true
	c.publish()
	for c.queue.n > 0 {
		c.queue.pop().ready <- nil
	}
	for b := range c.builders {
		b.cancel()
	}
	c.clear(PoolClosed)
	c.wake()
	return c.drainTimeout
}

// clear closes all that is idle. The caller holds mu, and has published why.
func (c *core) clear(why Reason) {
	c.collect()
	idle := c.idle
	c.idle = nil
	for _, e := range idle {
		c.retire(e, why)
	}
}
