package cache

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// state is a cache in use: what it keeps, by which rules, and what is being
// loaded. It is the Owner of its flights.
type state[K comparable, V any] struct {
	// home keeps the cache itself alive while one of its loads runs, so that
	// its manager can find it and its figures are complete when they are folded.
	home     *Cache[K, V]
	name     string
	counters *counters
	store    store[K, V]
	flights  *flight.Group[K, V]
	rules    atomic.Pointer[rules]
}

// started returns the state, which it makes at the first call. It panics if
// Late gives a duration that cannot be; the next call tries again.
func (c *Cache[K, V]) started() *state[K, V] {
	if s := c.state.Load(); s != nil {
		return s
	}
	return c.start()
}

func (c *Cache[K, V]) start() *state[K, V] {
	c.startMu.Lock()
	defer c.startMu.Unlock()
	if s := c.state.Load(); s != nil {
		return s
	}
	base := c.options.base() // calls the user's code: no other lock is held
	c.entry.mu.Lock()
	defer c.entry.mu.Unlock()
	settings := base.over(c.entry.changes)
	s := newState(c, settings)
	// A manager that is being closed closes either the state that it finds, or
	// is seen to be closed here, because it takes the entry's lock in between.
	if c.manager.closed.Load() {
		s.flights.Close()
	}
	c.state.Store(s)
	return s
}

func newState[K comparable, V any](c *Cache[K, V], settings Settings) *state[K, V] {
	parts := parallelism(settings.MaxEntries)
	s := &state[K, V]{home: c, name: c.options.Name, counters: c.counters}
	s.store = newTable[K, V](settings.MaxEntries, parts)
	s.flights = flight.New[K, V](s, parts)
	s.rules.Store(newRules(settings, nil, 0))
	s.flights.Limiter.SetLimit(s.rules.Load().loadLimit())
	return s
}

// hit returns what is kept for a key, and counts it.
func (s *state[K, V]) hit(hash uint64, key K) (V, bool) {
	v, ok := s.Lookup(hash, key)
	if ok {
		s.counters.of(hash).hits.Add(1)
	}
	return v, ok
}

// Lookup is what flights ask before they load.
func (s *state[K, V]) Lookup(hash uint64, key K) (v V, ok bool) {
	it := s.store.get(hash, key)
	if it == nil {
		return v, false
	}
	r := s.rules.Load()
	if r.ageless {
		return it.value, true
	}
	now := clock.Now()
	if r.expired(it.age(), now) {
		if s.store.drop(it) {
			s.counters.of(hash).expirations.Add(1)
		}
		return v, false
	}
	if r.idle > 0 {
		it.used.Store(now)
	}
	return it.value, true
}

func (s *state[K, V]) peek(hash uint64, key K) (v V, ok bool) {
	it := s.store.peek(hash, key)
	if it == nil || s.stale(it) {
		return v, false
	}
	return it.value, true
}

// stale reports whether it is too old to be used.
func (s *state[K, V]) stale(it *item[K, V]) bool {
	r := s.rules.Load()
	return !r.ageless && r.expired(it.age(), clock.Now())
}

// Keep is what flights call with a result that may be kept.
func (s *state[K, V]) Keep(hash uint64, key K, v V) {
	if s.rules.Load().off {
		return
	}
	now := clock.Now()
	it := &item[K, V]{key: key, value: v, hash: hash, stored: now, salt: rand.Uint32()}
	it.used.Store(now)
	if n := s.store.put(it); n > 0 {
		s.counters.of(hash).evictions.Add(uint64(n))
	}
}

// Remove is what flights call to forget a key.
func (s *state[K, V]) Remove(hash uint64, key K) {
	if s.store.remove(hash, key) {
		s.counters.of(hash).invalidations.Add(1)
	}
}

// Timeout bounds the loads.
func (s *state[K, V]) Timeout() time.Duration { return s.rules.Load().timeout() }

// Loading counts a call of a loader.
func (s *state[K, V]) Loading(hash uint64) { s.counters.of(hash).loads.Add(1) }

// Failed counts a loader that gave no result.
func (s *state[K, V]) Failed(hash uint64) { s.counters.of(hash).loadErrors.Add(1) }

// apply changes the rules for what is kept and what will be.
func (s *state[K, V]) apply(settings Settings) {
	before := s.rules.Load()
	r := newRules(settings, before, clock.Now())
	s.rules.Store(r)
	s.flights.Limiter.SetLimit(r.loadLimit())
	if n := s.store.resize(settings.MaxEntries); n > 0 {
		s.counters.of(0).evictions.Add(uint64(n))
	}
	if r.off {
		// Locks and unlocks whatever may be storing by the rules of before.
		s.flights.Detach(func(K) bool { return false })
		s.store.clear()
	}
}

// clear forgets all keys.
func (s *state[K, V]) clear() {
	s.flights.Detach(nil)
	if n := s.store.clear(); n > 0 {
		s.counters.of(0).invalidations.Add(uint64(n))
	}
}

// clearMatching forgets the keys that match, and returns how many were kept.
func (s *state[K, V]) clearMatching(match func(K) bool) int {
	s.flights.Detach(match)
	count := 0
	s.store.each(func(it *item[K, V]) bool {
		if match(it.key) && s.store.drop(it) {
			s.counters.of(it.hash).invalidations.Add(1)
			count++
		}
		return true
	})
	return count
}
