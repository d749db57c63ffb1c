package profile

import (
	"math"
	"runtime"
	"sync/atomic"
	"time"
)

// A cell is one of the places where a node counts its calls, for some goroutines
// each: a live word and wide counters, as in a stripe.
type cell struct {
	live    atomic.Uint64 // calls and nanoseconds
	calls   atomic.Uint64 // settled
	total   atomic.Uint64 // settled nanoseconds
	untimed atomic.Uint64 // calls that were not timed

	settling, settled atomic.Uint64 // as in a stripe

	_ [16]byte // a line of the processor's cache for each
}

// cells are made when first used.
type cells [8]atomic.Pointer[cell]

// own returns the cell that suits the running goroutine, and makes it if there is none.
func (all *cells) own() *cell {
	slot := &all[here()>>61]
	if c := slot.Load(); c != nil {
		return c
	}
	slot.CompareAndSwap(nil, new(cell))
	return slot.Load()
}

// add counts a call that took v nanoseconds.
func (c *cell) add(v int64, untimed bool) {
	switch {
	case untimed:
		c.untimed.Add(1)
	case v >= longCall:
		c.settle(1, uint64(v))
	case c.live.Add(liveCall|uint64(max(v, 0))) >= liveFull:
		c.settleLive()
	}
}

func (c *cell) settleLive() {
	c.settling.Add(1)
	word := c.live.Swap(0)
	c.settle(word>>liveShift, word&liveSum)
	c.settled.Add(1)
}

func (c *cell) settle(calls, nanoseconds uint64) {
	c.settling.Add(1)
	c.calls.Add(calls)
	c.total.Add(nanoseconds)
	c.settled.Add(1)
}

// A sum is what calls come to.
type sum struct {
	timed, untimed, total uint64
}

func (s sum) plus(other sum) sum {
	return sum{s.timed + other.timed, s.untimed + other.untimed, s.total + other.total}
}

// minus is never below zero: what is read while calls are recorded need not agree.
func (s sum) minus(other sum) sum {
	return sum{less(s.timed, other.timed), less(s.untimed, other.untimed), less(s.total, other.total)}
}

func less(a, b uint64) uint64 { return a - min(a, b) }

func (s sum) calls() uint64 { return s.timed + s.untimed }

// estimate returns what all calls took, if those that were not timed took as long
// as the others.
func (s sum) estimate() time.Duration {
	total := s.total
	if s.untimed > 0 && s.timed > 0 {
		total = uint64(min(float64(s.total)*(float64(s.calls())/float64(s.timed)), 1<<62))
	}
	return time.Duration(min(total, math.MaxInt64))
}

// read reads the cell between settlements.
func (c *cell) read() (s sum) {
	for range settledTries {
		before := c.settled.Load()
		word := c.live.Load()
		s = sum{word>>liveShift + c.calls.Load(), c.untimed.Load(), word&liveSum + c.total.Load()}
		if c.settling.Load() == before {
			break
		}
		runtime.Gosched()
	}
	return s
}

func (all *cells) read() (s sum) {
	for i := range all {
		if c := all[i].Load(); c != nil {
			s = s.plus(c.read())
		}
	}
	return s
}
