package cache

import "context"

// waiter waits for the loads of a cache that was closed.
type waiter interface {
	Wait(ctx context.Context) error
	Running() int
}

func (c *Cache[K, V]) size() int {
	if s := c.state.Load(); s != nil {
		return s.entries.Len()
	}
	return 0
}

func (c *Cache[K, V]) stats() Stats {
	s := c.counters.sum()
	s.Size = c.size()
	return s
}

func (c *Cache[K, V]) settings() Settings {
	if s := c.state.Load(); s != nil {
		return s.rules.Load().Settings.clone()
	}
	c.entry.mu.Lock()
	defer c.entry.mu.Unlock()
	return c.options.declared().over(c.entry.changes)
}

// configure is called with the entry locked. A cache that has not started
// reads the entry's changes when it does.
func (c *Cache[K, V]) configure(changes Settings) {
	if s := c.state.Load(); s != nil {
		s.apply(s.rules.Load().Settings.over(changes))
	}
}

func (c *Cache[K, V]) clear() {
	if s := c.state.Load(); s != nil {
		s.clear()
	}
}

func (c *Cache[K, V]) clearMatching(p pattern) int {
	s := c.state.Load()
	if s == nil {
		return 0
	}
	return s.clearMatching(func(key K) bool {
		text, own := c.keyText(key)
		return p.matches(s.name, text, own)
	})
}

// close ends the loads and drops what is kept.
func (c *Cache[K, V]) close() {
	if s := c.state.Load(); s != nil {
		s.flights.Close()
		s.entries.Clear()
	}
}

func (c *Cache[K, V]) running() waiter {
	if s := c.state.Load(); s != nil {
		return s.flights
	}
	return nil
}
