package pool

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A core is a pool without types. What is common to all goroutines, but for the slots,
// stands behind mu; the hot path reads only what does not change after open, the gate,
// and a slot.
//
// An idle resource lies in a slot or on the stack. A goroutine puts what it gives back
// into the slot that its stack leads to, and finds it there again; what lay in the slot
// before goes to the stack. Slots are free for all to take from without mu, so that two
// things must not be missed: an acquire that begins to wait, and a change such as Reset.
// Both are shown by the gate first, and then look through the slots; who has put
// something into a slot looks at the gate once more. One of the two sees the other.
type core struct {
	// gate has flags, and above them the epoch, which Reset moves on. A resource may be
	// taken or put without mu while the gate equals its pass.
	gate atomic.Uint64
	driver
	slots []slot // a power of two of them
	shift uint   // leaves the bits of a hash that choose a slot
	_     [64]byte

	mu sync.Mutex
	// ask gives the driver of a pool that has not been used, else it is nil.
	ask func() driver

	min, max int
	epoch    uint64
	all      map[*entry]struct{} // those that exist, but for those being closed
	checked  map[*entry]struct{} // those that are looked at before they are lent
	idle     []*entry            // a stack: the one used last is at its end
	queue    queue

	constructing, closing int // both count towards max
	closers               int // goroutines that close
	started, suspended    bool
	closed, tending       bool
	watchers              int  // who must see each release
	logging               bool // one of them is the debug log
	creation

	// changed, if not nil, is closed at the end of the next change behind mu, for
	// listeners of which there are that many.
	changed   chan struct{}
	listeners int
	poke      chan struct{} // wakes the one who tends the pool

	record
	spare waiters
}

// The flags of the gate. Each sends acquires and releases to mu.
const (
	unset     = 1 << iota // the driver has not been asked for
	waiting               // somebody waits
	suspended             // nothing may be taken
	closed                // nothing may be taken or kept
	crowded               // more are open than may be
	watched               // somebody must be told of each release
	one                   // the first epoch
	flags     = one - 1
)

// A slot has a cache line, and its neighbour, of its own.
type slot struct {
	atomic.Pointer[entry]
	_ [120]byte
}

// An entry is a resource. Who has taken it is the only one to write it.
type entry struct {
	core *core
	box  any    // a pointer to the resource
	pass uint64 // what the gate shows if nothing stands in the way
	// expires is when it will be too old, and used when it was created or given back.
	expires, used int64
	// uses counts the leases that have ended. A lease that began at another count has
	// ended.
	uses  atomic.Uint64
	track *track // of the lease; nil unless Leak is set
}

// newCore returns a core that asks for its driver at its first use.
func newCore(ask func() driver) *core {
	// More slots than processors, so that few goroutines that run at once share one.
	n, bits := 4*runtime.GOMAXPROCS(0), uint(2)
	for 1<<bits < n && bits < 6 {
		bits++
	}
	c := &core{slots: make([]slot, 1<<bits), shift: 64 - bits, ask: ask}
	c.all, c.checked, c.closedBy = make(map[*entry]struct{}), make(map[*entry]struct{}), make(map[Reason]uint64)
	c.gate.Store(unset)
	return c
}

// open makes the core ready for use.
func (c *core) open(d driver) {
	c.driver, c.ask = d, nil
	c.min, c.max = d.min, d.max
	c.publish()
}

// configure asks for the driver at the first use. It panics if an option is wrong.
func (c *core) configure() {
	if c.gate.Load()&unset == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ask != nil {
		c.open(c.ask())
	}
}

// pass is what the gate shows if nothing stands in the way.
func (c *core) pass() uint64 { return c.epoch * one }

// publish makes the gate show what is behind mu, which the caller holds.
func (c *core) publish() {
	gate := c.pass()
	if c.queue.n > 0 {
		gate |= waiting
	}
	if c.kept() > c.max {
		gate |= crowded
	}
	if c.suspended {
		gate |= suspended
	}
	if c.closed {
		gate |= closed
	}
	if c.watchers > 0 {
		gate |= watched
	}
	if c.ask != nil {
		gate |= unset
	}
	if c.gate.Load() != gate {
		c.gate.Store(gate)
	}
}

// unlock ends a change behind mu.
func (c *core) unlock() {
	c.publish()
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
	c.mu.Unlock()
}

// count returns how many resources count towards max.
func (c *core) count() int { return len(c.all) + c.constructing + c.closing }

// kept is count without those that are on their way out already.
func (c *core) kept() int { return len(c.all) + c.constructing }

// await returns nil when done is true, which is asked behind mu, now and after each
// change, or the error of ctx when that ends before. Releases that need no mu are no
// changes, unless there are watchers.
func (c *core) await(ctx context.Context, done func() bool) error {
	c.mu.Lock()
	defer c.unlock()
	for !done() {
		if ctx.Err() != nil {
			return contextError(ctx)
		}
		c.publish()
		if c.changed == nil {
			c.changed = make(chan struct{})
		}
		ch := c.changed
		c.listeners++
		c.mu.Unlock()
		select {
		case <-ch:
		case <-ctx.Done():
		}
		c.mu.Lock()
		if c.listeners--; c.listeners == 0 && c.changed == ch {
			c.changed = nil // whoever comes next may live in another bubble
		}
	}
	return nil
}

// own returns the index of the slot of the running goroutine, which the address of its
// stack stands for. It need not be the same one each time.
func (c *core) own() int {
	const page, golden = 11, 0x9e3779b97f4a7c15 // the smallest stacks have 2 kB
	var local byte
	return int(uint64(uintptr(unsafe.Pointer(&local))) >> page * golden >> c.shift)
}

// Name returns the name.
func (c *core) Name() string {
	c.configure()
	return c.name
}

// title is what errors call the pool.
func (c *core) title() string { return titleOf(c.name) }
