package pool

// near is how many slots the hot path looks into.
const near = 8

// take returns an idle resource that may be handed out as it is, without mu. nil means
// that the long way must be gone.
func (c *core) take() *entry {
	if c.gate.Load()&flags != 0 {
		return nil
	}
	first := c.own()
	for i := range min(near, len(c.slots)) {
		s := &c.slots[(first+i)&(len(c.slots)-1)]
		if s.Load() == nil {
			continue
		}
		e := s.Swap(nil)
		switch {
		case e == nil:
		case e.pass == c.gate.Load() && c.fresh(e): // the gate may have changed meanwhile
			return e
		default:
			c.settle(e)
			return nil
		}
	}
	return nil
}

// fresh reports whether there is no need to look at the resource before it is handed out.
func (c *core) fresh(e *entry) bool {
	if !c.timed {
		return true
	}
	now := c.now()
	return now < e.expires && now-e.used < int64(c.rest)
}

// put takes back a resource whose lease has ended.
func (c *core) put(e *entry) {
	if c.hooked && !c.returned(e) {
		return
	}
	if c.timed {
		now := c.now()
		if now >= e.expires {
			c.discard(e, Aged)
			c.tellRelease(Aged)
			return
		}
		e.used = now
	}
	pass := e.pass
	if c.gate.Load() != pass {
		c.settle(e)
		c.tellRelease(fit)
		return
	}
	if other := c.slots[c.own()].Swap(e); other != nil {
		c.settle(other)
	}
	if c.gate.Load() != pass {
		c.settleSlots()
	}
}

// settle gives a resource that nobody has to whoever should have it.
func (c *core) settle(e *entry) {
	c.mu.Lock()
	defer c.unlock()
	c.place(e)
}

// settleSlots does so for what lies in slots.
func (c *core) settleSlots() {
	c.mu.Lock()
	defer c.unlock()
	c.placeSlots()
}

// placeSlots does so behind mu.
func (c *core) placeSlots() {
	for i := range c.slots {
		if c.slots[i].Load() == nil {
			continue
		}
		if e := c.slots[i].Swap(nil); e != nil {
			c.place(e)
		}
	}
}

// place gives a resource that nobody has to who waits longest, or lays it on the stack,
// or closes it. While somebody waits and the pool is not suspended, the stack is empty,
// as everything comes this way. The caller holds mu.
func (c *core) place(e *entry) {
	why := c.unfit(e)
	switch {
	case c.closed:
		c.retire(e, PoolClosed)
	case why != fit:
		c.retire(e, why)
	case c.kept() > c.max:
		c.retire(e, Surplus)
	case c.queue.n > 0 && !c.suspended:
		c.queue.pop().ready <- e
	default:
		c.idle = append(c.idle, e)
	}
}

// pop takes an idle resource that is not unfit, or returns nil. The caller holds mu.
func (c *core) pop() *entry {
	for {
		e := c.popAny()
		if e == nil {
			return nil
		}
		why := c.unfit(e)
		if why == fit {
			return e
		}
		c.retire(e, why)
	}
}

func (c *core) popAny() *entry {
	first := c.own()
	for i := range c.slots {
		s := &c.slots[(first+i)&(len(c.slots)-1)]
		if s.Load() == nil {
			continue
		}
		if e := s.Swap(nil); e != nil {
			return e
		}
	}
	last := len(c.idle) - 1
	if last < 0 {
		return nil
	}
	e := c.idle[last]
	c.idle[last] = nil
	c.idle = c.idle[:last]
	return e
}

// idlers counts the idle resources, and those of them that were never lent. The caller
// holds mu.
func (c *core) idlers() (idle, unused int) {
	count := func(e *entry) {
		idle++
		if e.uses.Load() == 0 {
			unused++
		}
	}
	for i := range c.slots {
		if e := c.slots[i].Load(); e != nil {
			count(e)
		}
	}
	for _, e := range c.idle {
		count(e)
	}
	return idle, unused
}
