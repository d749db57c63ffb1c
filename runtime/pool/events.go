package pool

import (
	"context"
	"log/slog"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// What follows writes debug logs. It is called where mu is not held, since handlers are
// the user's code. While there is a log, the gate sends acquires and releases the long
// way, which is where they are told of: others do not pay for it.

var _ = eventlog.Hear(publishAll)

// publishAll makes all gates show whether there is a log.
func publishAll() {
	for _, c := range cores() {
		c.show()
	}
}

// show makes the gate show it: a log watches, too. It is no change that anybody waits for,
// who may be in a bubble of testing/synctest that the caller is not in.
func (c *core) show() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if on := eventlog.On(); on != c.logging {
		if c.logging = on; on {
			c.watchers++
		} else {
			c.watchers--
		}
	}
	c.publish()
}

// tell writes an event.
func (c *core) tell(ctx context.Context, what string, attrs ...slog.Attr) {
	if l := eventlog.For(ctx, c.name); l != nil {
		l.Tell(ctx, what, append([]slog.Attr{slog.String("pool", c.name)}, attrs...)...)
	}
}

// since returns an attribute with the time since something began, if it was noted.
func since(key string, began time.Time) (a slog.Attr) {
	if began.IsZero() {
		return a
	}
	return slog.Duration(key, time.Since(began))
}

// noted returns the time if there is a log.
func noted() (now time.Time) {
	if eventlog.On() {
		now = time.Now()
	}
	return now
}

// told acquires a resource, and tells of it.
func (p *Pool[T]) told(ctx context.Context, acquire func(context.Context) (*entry, error)) (l Lease[T], err error) {
	began := time.Now()
	e, err := acquire(ctx)
	if err == nil {
		l, err = lend[T](ctx, e)
	}
	p.core.tellAcquire(ctx, began, err)
	return l, err
}

// tellAcquire tells of an acquire, however it has ended.
func (c *core) tellAcquire(ctx context.Context, began time.Time, err error) {
	if eventlog.On() {
		c.tell(ctx, "pool acquire", since("took", began), eventlog.Error(err))
	}
}

// tellWait tells once of an attempt that is about to wait behind others, and reports
// whether it did. Meanwhile mu, which the caller holds, is free, and nothing is promised
// to the attempt: a handler may use the pool too.
func (c *core) tellWait(a *attempt) bool {
	if a.told || !eventlog.On() {
		return false
	}
	a.told = true
	before := c.queue.n
	c.unlock()
	c.tell(a.ctx, "pool wait", slog.Int("before", before))
	c.mu.Lock()
	return true
}

// tellRelease tells of a lease that has ended, and why its resource is to be closed if it
// is not fit.
func (c *core) tellRelease(why Reason) {
	if !eventlog.On() {
		return
	}
	var closing slog.Attr
	if why != fit {
		closing = slog.String("reason", string(why))
	}
	c.tell(context.Background(), "pool release", closing)
}

func (c *core) tellCreate(ctx context.Context, began time.Time, err error) {
	if eventlog.On() {
		c.tell(ctx, "pool create", since("took", began), eventlog.Error(err))
	}
}

func (c *core) tellClose(ctx context.Context, why Reason, err error) {
	if eventlog.On() {
		c.tell(ctx, "pool close", slog.String("reason", string(why)), eventlog.Error(err))
	}
}
