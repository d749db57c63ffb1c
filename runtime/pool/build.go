package pool

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// creation is what a core knows of how creation goes. It is behind mu.
type creation struct {
	builders map[*builder]struct{}
	// failures counts the failures in a row, of which those of creations that ran at the
	// same time count as one, and failure is the last failure ever. retry is when to try again.
	failures int
	failure  error
	retry    int64
	// retrying says that one builder sees to that; no other begins meanwhile.
	retrying bool
}

// A builder creates one resource, in a goroutine of its own, for which it holds a place.
type builder struct {
	ctx    context.Context // with values, but never ending by itself
	cancel context.CancelFunc
	// retries says that it is the one who tries while creation fails.
	retries bool
	// pass and failures are those of when it began the current try.
	pass     uint64
	failures int
	// unmade says that what it had created is closed again, and closing with which error.
	unmade  bool
	closing error
}

// wanted is how many resources must be created. The caller holds mu.
func (c *core) wanted() int {
	n := c.queue.n - c.constructing
	if c.started {
		n = max(n, c.min-len(c.all)-c.constructing)
	}
	return n
}

// mayBuild reports whether another builder may begin.
func (c *core) mayBuild() bool {
	return c.count() < c.max && !c.suspended && !c.closed && (c.failures == 0 || !c.retrying)
}

// grow begins the creation of what is wanted. ctx is that of the one who wants it. The
// caller holds mu.
func (c *core) grow(ctx context.Context) {
	for c.wanted() > 0 && c.mayBuild() {
		c.build(ctx)
	}
}

// growAgain is grow where a place has become free.
func (c *core) growAgain() {
	if c.queue.n > 0 {
		c.grow(c.queue.first.ctx)
		return
	}
	c.grow(context.Background())
}

// build starts a builder.
func (c *core) build(ctx context.Context) {
	b := &builder{retries: c.failures > 0}
	b.ctx, b.cancel = context.WithCancel(context.WithoutCancel(eventlog.Under(ctx)))
	c.retrying = c.retrying || b.retries
	c.constructing++
	if c.builders == nil {
		c.builders = make(map[*builder]struct{})
	}
	c.builders[b] = struct{}{}
	go c.try(b)
}

// try makes one try to create a resource, when it is time for it.
func (c *core) try(b *builder) {
	if !c.turn(b) {
		return
	}
	var e *entry
	err := error(&PanicError{Func: "New", Value: ErrGoexit})
	began := noted()
	defer func() { // after Goexit, too
		c.built(b, e, err)
		c.tellCreate(b.ctx, began, err)
		if b.unmade {
			c.tellClose(b.ctx, HookFailed, b.closing)
		}
	}()
	e, err = c.create(b)
}

// turn waits until the builder may try. If it need not, it ends it and returns false.
func (c *core) turn(b *builder) bool {
	needless := func() bool {
		return c.closed || c.suspended || c.count() > c.max || b.retries && !c.needed()
	}
	for {
		c.mu.Lock()
		var pause time.Duration
		if b.retries && c.failures > 0 {
			// The clocks of two bubbles may be decades apart.
			pause = min(time.Duration(c.retry-clock.Exact()), c.maxBackoff)
		}
		if pause <= 0 || needless() {
			defer c.unlock()
			return c.begin(b, needless())
		}
		c.unlock()
		ctx, cancel := context.WithTimeout(b.ctx, pause)
		_ = c.await(ctx, func() bool { return needless() || c.failures == 0 })
		cancel()
	}
}

// begin begins a try, or ends a builder that is needless. The caller holds mu.
func (c *core) begin(b *builder, needless bool) bool {
	if needless {
		c.end(b)
		c.growAgain()
		return false
	}
	b.pass, b.failures = c.pass(), c.failures
	return true
}

// needed reports whether somebody would be glad of a resource.
func (c *core) needed() bool {
	return c.queue.n > 0 || c.started && len(c.all) < c.min
}

// end gives up the place of a builder. The caller holds mu.
func (c *core) end(b *builder) {
	c.constructing--
	delete(c.builders, b)
	b.cancel()
	if b.retries {
		c.retrying = false
	}
}

// built ends a try.
func (c *core) built(b *builder, e *entry, err error) {
	c.mu.Lock()
	var before, after int
	defer func() {
		c.unlock()
		c.report(before, after, err)
	}()
	c.end(b)
	before = c.failures
	switch {
	case e != nil:
		c.failures = 0
		c.counts.Created++
		c.all[e] = struct{}{}
		c.date(e)
		c.place(e)
	case c.closed && b.ctx.Err() != nil:
		return // we have cancelled it ourselves
	default:
		c.failed(b, err)
	}
	after = c.failures
	c.growAgain()
}

// report logs the first and the last failure of several in a row.
func (c *core) report(before, after int, err error) {
	switch {
	case before == 0 && after > 0:
		c.log().Warn("creating a resource failed, and is tried again while one is needed", about(c.name, err)...)
	case before > 0 && after == 0 && err == nil:
		c.log().Info("creating resources works again", "pool", c.name, "failures", before)
	}
}

// failed notes a failure, and when to try again.
func (c *core) failed(b *builder, err error) {
	c.counts.Errors++
	c.failure = err
	if b.failures != c.failures {
		return // another one, which ran at the same time, has counted
	}
	c.failures++
	longest := c.maxBackoff
	if doublings := c.failures - 1; doublings < 20 && c.backoff<<doublings < longest {
		longest = c.backoff << doublings
	}
	c.retry = clock.Exact() + rand.Int64N(int64(longest)) + 1
}
