package pool

import (
	"maps"
	"slices"
	"sync/atomic"
	"time"
)

// Stats are the figures of a pool: counts since it was made, and how things stand. They
// are exact when nobody uses the pool meanwhile.
type Stats struct {
	// Created counts the resources that were created, Reused the leases of one that was
	// lent before, and Closed what became of the rest, with ClosedBy for each reason.
	Created, Reused, Closed uint64
	ClosedBy                map[Reason]uint64
	// Acquired counts leases.
	Acquired uint64
	// Errors counts the creations that failed, CloseErrors the calls of Options.Close.
	Errors, CloseErrors uint64
	// Waits counts the acquires that had to wait, WaitTime is how long they did, together,
	// and WaitTimes counts them by that: WaitTimes[i] those up to WaitBounds()[i], and the
	// last one all others. Nothing is measured for acquires that did not wait.
	Waits     uint64
	WaitTime  time.Duration
	WaitTimes [12]uint64
	// Canceled counts the acquires whose context ended, Timeouts those that
	// Options.AcquireTimeout ended.
	Canceled, Timeouts uint64
	// Leaks counts the leases that were held for Options.Leak.
	Leaks uint64
	// Misuses counts the calls of leases that had ended.
	Misuses uint64
	// InUse, Idle, Constructing and Closing are the resources at this time: lent or being
	// checked, ready, in creation, and being closed. Waiting is how many acquires wait.
	InUse, Idle, Constructing, Closing, Waiting int
	// Min and Max are the bounds in force.
	Min, Max int
	// CreateError is the last error of Options.New if creation fails at this time.
	CreateError error
	// Suspended and Stopped tell of Suspend and Close.
	Suspended, Stopped bool
}

var waitBounds = [...]time.Duration{
	100 * time.Microsecond, 500 * time.Microsecond,
	time.Millisecond, 5 * time.Millisecond,
	10 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 5 * time.Second,
	10 * time.Second,
}

// WaitBounds returns the upper bounds of Stats.WaitTimes, but for the last, which has
// none.
func WaitBounds() []time.Duration { return slices.Clone(waitBounds[:]) }

// Open returns how many resources count towards Max.
func (s Stats) Open() int { return s.InUse + s.Idle + s.Constructing + s.Closing }

// record is what a core counts. What is not atomic is behind mu.
type record struct {
	counts   Stats
	closedBy map[Reason]uint64
	// pastUses are the leases of resources that were closed, and neverUsed how many of
	// these had none.
	pastUses, neverUsed uint64

	waitTime       atomic.Int64
	waitTimes      [12]atomic.Uint64
	misuses, leaks atomic.Uint64
}

// Stats is Pool.Stats.
func (c *core) Stats() Stats {
	c.configure()
	c.mu.Lock()
	defer c.unlock()
	s := c.counts
	s.ClosedBy = maps.Clone(c.closedBy)
	for _, n := range s.ClosedBy {
		s.Closed += n
	}
	idle, unused := c.idlers()
	s.Idle, s.InUse = idle, max(0, len(c.all)-idle)
	for e := range c.checked {
		if e.uses.Load() == 0 {
			unused++
		}
	}
	s.Acquired = c.pastUses + uint64(max(0, s.InUse-len(c.checked)))
	for e := range c.all {
		s.Acquired += e.uses.Load()
	}
	// All but the first lease of each resource that had any.
	s.Reused = s.Acquired - min(s.Acquired, s.Created-c.neverUsed-uint64(unused))
	s.Constructing, s.Closing, s.Waiting = c.constructing, c.closing, c.queue.n
	s.Min, s.Max = c.min, c.max
	s.Suspended, s.Stopped = c.suspended, c.closed
	if c.failures > 0 {
		s.CreateError = c.failure
	}
	s.WaitTime = time.Duration(c.waitTime.Load())
	for i := range c.waitTimes {
		s.WaitTimes[i] = c.waitTimes[i].Load()
	}
	s.Misuses, s.Leaks = c.misuses.Load(), c.leaks.Load()
	return s
}

// waited notes the time that an acquire has waited.
func (c *core) waited(d time.Duration) {
	c.waitTime.Add(int64(d))
	i, _ := slices.BinarySearch(waitBounds[:], d)
	c.waitTimes[i].Add(1)
}
