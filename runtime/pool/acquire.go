package pool

import (
	"context"
	"errors"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
)

// An attempt is an acquire that goes the long way.
type attempt struct {
	ctx   context.Context
	began int64
	// deadline is when the acquire timeout ends, whatever happens until then.
	deadline int64
	// first says that its turn has come already: what it got did not work.
	first bool
	// told says that its wait is in the debug log.
	told bool
}

func (c *core) attempt(ctx context.Context) attempt {
	a := attempt{ctx: ctx, began: clock.Exact(), deadline: endless}
	if c.acquireTimeout != endless {
		a.deadline = a.began + int64(c.acquireTimeout)
	}
	return a
}

// over returns why the attempt must end, or nil.
func (a *attempt) over() error {
	if a.ctx.Err() != nil {
		return contextError(a.ctx)
	}
	if a.deadline != endless && clock.Exact() >= a.deadline {
		return ErrTimeout
	}
	return nil
}

// contextError is the error of a context that has ended, with its cause if that is another.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return errors.Join(err, cause)
}

// acquire takes a resource that works, or waits for one.
func (c *core) acquire(ctx context.Context) (*entry, error) {
	c.configure()
	a := c.attempt(ctx)
	for {
		if err := a.over(); err != nil {
			return nil, c.giveUp(&a, err)
		}
		e, err := c.next(&a)
		if err != nil {
			return nil, c.giveUp(&a, err)
		}
		if c.works(&a, e) {
			return e, nil
		}
		a.first = true
	}
}

// tryAcquire takes a resource that is idle and works.
func (c *core) tryAcquire(ctx context.Context) (*entry, error) {
	c.configure()
	a := c.attempt(ctx)
	for {
		if err := a.over(); err != nil {
			return nil, c.giveUp(&a, err)
		}
		e, err := c.idler(ctx)
		if err != nil {
			return nil, c.giveUp(&a, err)
		}
		if c.works(&a, e) {
			return e, nil
		}
	}
}

// idler takes an idle resource, or sees to it that there will be one.
func (c *core) idler(ctx context.Context) (*entry, error) {
	c.mu.Lock()
	defer c.unlock()
	switch {
	case c.closed:
		return nil, ErrClosed
	case c.suspended || c.queue.n > 0:
		return nil, ErrBusy
	}
	if e := c.pop(); e != nil {
		return e, nil
	}
	if c.constructing == 0 && c.mayBuild() {
		c.build(ctx)
	}
	return nil, ErrBusy
}

// next takes an idle resource if it is the attempt's turn, or waits for one.
func (c *core) next(a *attempt) (*entry, error) {
	c.mu.Lock()
	if c.closed {
		c.unlock()
		return nil, ErrClosed
	}
	if !c.suspended && (c.queue.n == 0 || a.first) {
		if e := c.pop(); e != nil {
			c.unlock()
			return e, nil
		}
	}
	if c.tellWait(a) {
		c.unlock()
		return c.next(a)
	}
	w := c.spare.get(a.ctx)
	c.enqueue(w, a.first)
	c.unlock()
	e, err := c.wait(a, w)
	c.spare.put(w)
	return e, err
}

// enqueue makes w wait, and sees to it that there will be something for it.
func (c *core) enqueue(w *waiter, first bool) {
	if first {
		c.queue.pushFirst(w)
	} else {
		c.queue.push(w)
	}
	c.counts.Waits++
	if c.queue.n == 1 {
		// From here on nobody leaves anything in a slot. What lay there before is for us.
		c.publish()
		c.placeSlots()
	}
	c.grow(w.ctx)
}

// wait waits until w gets something, or the attempt must end.
func (c *core) wait(a *attempt, w *waiter) (*entry, error) {
	var expired <-chan time.Time
	began := clock.Exact()
	if a.deadline != endless {
		expired = w.within(time.Duration(a.deadline - began))
		defer w.timer.Stop()
	}
	var err error
	select {
	case e := <-w.ready:
		c.waited(time.Duration(clock.Exact() - began))
		if e == nil {
			return nil, ErrClosed
		}
		return e, nil
	case <-a.ctx.Done():
		err = contextError(a.ctx)
	case <-expired:
		err = ErrTimeout
	}
	c.waited(time.Duration(clock.Exact() - began))
	c.leave(w)
	return nil, err
}

// leave takes w off the queue. What it got meanwhile goes to the next one.
func (c *core) leave(w *waiter) {
	c.mu.Lock()
	defer c.unlock()
	if w.queued {
		c.queue.remove(w)
		return
	}
	if e := <-w.ready; e != nil {
		c.place(e)
	}
}

// giveUp returns the error of an attempt.
func (c *core) giveUp(a *attempt, err error) error {
	c.mu.Lock()
	defer c.unlock()
	switch {
	case errors.Is(err, ErrTimeout):
		c.counts.Timeouts++
	case a.ctx.Err() != nil && !errors.Is(err, ErrClosed):
		c.counts.Canceled++
	}
	idle, _ := c.idlers()
	e := &AcquireError{
		Pool: c.name, Err: err, Waited: time.Duration(clock.Exact() - a.began),
		InUse: max(0, len(c.all)-idle), Waiting: c.queue.n, Max: c.max,
	}
	if c.failures > 0 && !c.closed {
		e.Creation = c.failure
	}
	return e
}

// refuse is for a context that had ended before.
func (c *core) refuse(ctx context.Context) error {
	c.configure()
	a := c.attempt(ctx)
	err := c.giveUp(&a, contextError(ctx))
	c.tellAcquire(ctx, time.Time{}, err)
	return err
}
