package clock

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// tick is how late a reading may be. Ticks of 1 ms would take up 5 % of an
	// otherwise idle processor.
	tick = 10 * time.Millisecond
	// watch is after how many ticks the clock looks whether it is needed.
	watch = 100
	// stopped is what a clock shows that nobody has asked for the time lately.
	stopped = 0
)

// coarse shows the time of the last tick. The zero value is stopped.
type coarse struct {
	shown atomic.Int64
	// mu orders what is shown, so that it never goes back, and the end of the
	// ticks, so that no time is ever shown that does not go on.
	mu      sync.Mutex
	ticking bool
}

// wake returns the exact time. Unless exact is set it also shows it, and sees to
// the ticks.
func (c *coarse) wake(exact bool) int64 {
	if exact {
		return Exact()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ticking {
		c.ticking = true
		go c.run()
	}
	return c.show()
}

// show shows the time and returns it.
func (c *coarse) show() int64 {
	now := Exact()
	if now == stopped {
		now++
	}
	c.shown.Store(now)
	return now
}

func (c *coarse) running() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ticking
}

// run ticks as long as somebody asks.
func (c *coarse) run() {
	for {
		for range watch {
			time.Sleep(tick)
			c.advance()
		}
		c.shown.Store(stopped)
		time.Sleep(tick)
		if c.end() {
			return
		}
	}
}

func (c *coarse) advance() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.show()
}

// end ends the ticks if nobody has asked since the clock was stopped.
func (c *coarse) end() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shown.Load() == stopped {
		c.ticking = false
		return true
	}
	c.show()
	return false
}
