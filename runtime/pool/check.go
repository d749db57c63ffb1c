package pool

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
)

// unfit returns why a resource must be closed, as far as that is known without asking it.
// The caller holds mu.
func (c *core) unfit(e *entry) Reason {
	if e.pass != c.pass() {
		return Outdated
	}
	if !c.timed {
		return fit
	}
	switch now := c.now(); {
	case now >= e.expires:
		return Aged
	case now-e.used >= int64(c.maxIdle) && len(c.all) > c.min:
		return Unused
	}
	return fit
}

// works reports whether a resource that was taken may be handed out. One that does not
// answer is closed.
func (c *core) works(a *attempt, e *entry) bool {
	if c.ping == nil {
		return true
	}
	grace := c.pingAfter
	if e.uses.Load() == 0 { // it was in order when it was created
		grace = max(grace, DefaultPingAfter)
	}
	if c.now()-e.used < int64(grace) {
		return true
	}
	c.checking(e, true)
	if c.answers(a, e) {
		c.checking(e, false)
		return true
	}
	return false
}

// checking notes that a resource is not lent yet, for the figures. One that is closed
// need not be noted any more.
func (c *core) checking(e *entry, on bool) {
	c.mu.Lock()
	defer c.unlock()
	if on {
		c.checked[e] = struct{}{}
	} else {
		delete(c.checked, e)
	}
}

// answers pings a resource. One that fails is closed, and one that does not answer within
// CheckTimeout is closed when it does. A caller that leaves before does not disturb the
// ping: a resource that answers then is there for others.
func (c *core) answers(a *attempt, e *entry) bool {
	ctx, cancel := limited(context.WithoutCancel(a.ctx), c.checkTimeout)
	done := make(chan error, 1)
	go func() {
		err := error(&PanicError{Func: "Ping", Value: ErrGoexit})
		defer func() { done <- err }()
		err = guard("Ping", func() error { return c.ping(ctx, e.box) })
	}()
	var expired <-chan time.Time
	if a.deadline != endless {
		timer := time.NewTimer(time.Duration(a.deadline - clock.Exact()))
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case err := <-done:
		cancel()
		return c.judged(e, err)
	case <-ctx.Done():
	case <-a.ctx.Done():
	case <-expired:
	}
	go func() {
		err := <-done
		late := ctx.Err()
		cancel()
		if c.judged(e, errors.Join(err, late)) {
			c.checking(e, false)
			c.settle(e)
		}
	}()
	return false
}

// judged closes a resource whose ping has failed, and tells whether it did not.
func (c *core) judged(e *entry, err error) bool {
	if err != nil {
		c.panicked(err)
		c.discard(e, PingFailed)
	}
	return err == nil
}

// lent is called before a resource is handed out.
func (c *core) lent(ctx context.Context, e *entry) error {
	if c.onAcquire != nil {
		if err := c.admit(ctx, e); err != nil {
			return err
		}
	}
	if e.track != nil {
		e.begin()
	}
	return nil
}

func (c *core) admit(ctx context.Context, e *entry) error {
	admitted := false
	c.checking(e, true)
	defer func() {
		if admitted {
			c.checking(e, false)
		} else { // after Goexit, too
			c.discard(e, HookFailed)
		}
	}()
	err := guard("Hooks.OnAcquire", func() error { return c.onAcquire(ctx, e.box) })
	admitted = err == nil
	return err
}

// returned is called when a resource is given back. One that is not in order is closed,
// and false is returned.
func (c *core) returned(e *entry) bool {
	if e.track != nil {
		e.track.end()
	}
	return c.inOrder(e, ResetFailed, "Reset", c.reset) && c.inOrder(e, HookFailed, "Hooks.OnRelease", c.onRelease)
}

func (c *core) inOrder(e *entry, why Reason, name string, do step) (ok bool) {
	if do == nil {
		return true
	}
	defer func() {
		if !ok { // after Goexit, too
			c.discard(e, why)
			c.tellRelease(why)
		}
	}()
	ctx, cancel := limited(context.Background(), c.checkTimeout)
	defer cancel()
	err := guard(name, func() error { return do(ctx, e.box) })
	if err != nil {
		c.log().Warn("a resource that was given back is not in order, and is closed", about(c.name, err)...)
	}
	return err == nil
}

// guard makes a call of the function that an option gives, and turns a panic into an
// error.
func guard(option string, call func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{Func: option, Value: value, Stack: debug.Stack()}
		}
	}()
	return call()
}

// panicked logs an error that nobody gets, if it is a panic.
func (c *core) panicked(err error) {
	if p, ok := err.(*PanicError); ok {
		c.log().Error("a function of a pool panicked", about(c.name, p)...)
	}
}

// about returns what a log says about an error.
func about(name string, err error) []any {
	attributes := []any{"pool", name, "error", err}
	if p, ok := err.(*PanicError); ok {
		attributes = append(attributes, "stack", string(p.Stack))
	}
	return attributes
}
