package cache

import (
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
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
	hash     func(K, Hash) Hash
	entries  *engine.Table[K, V]
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
	s := &state[K, V]{home: c, name: c.options.Name, counters: c.counters, hash: c.options.Hash}
	s.entries = engine.New[K, V](settings.MaxEntries)
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
	it := s.entries.Get(hash, key)
	if it == nil {
		return v, false
	}
	r := s.rules.Load()
	if r.ageless {
		return it.Value, true
	}
	// Most entries are young enough whatever else there is to know of them.
	if uint64(clock.Now()-it.Stored) < r.fresh {
		return it.Value, true
	}
	return s.judge(hash, it, r)
}

// judge is Lookup for an entry whose age must be looked at closely.
func (s *state[K, V]) judge(hash uint64, it *engine.Item[K, V], r *rules) (v V, ok bool) {
	// The use is read before the clock: a later one would lie in the future.
	use := useOf(it)
	now := r.now()
	if r.expired(use, now) {
		if s.entries.Drop(it) {
			s.counters.of(hash).expirations.Add(1)
		}
		return v, false
	}
	if r.idle > 0 && now > use.used {
		it.Used.Store(now)
	}
	return it.Value, true
}

func (s *state[K, V]) peek(hash uint64, key K) (v V, ok bool) {
	it := s.entries.Peek(hash, key)
	if it == nil || s.stale(it) {
		return v, false
	}
	return it.Value, true
}

// stale reports whether it is too old to be used.
func (s *state[K, V]) stale(it *engine.Item[K, V]) bool {
	r := s.rules.Load()
	if r.ageless {
		return false
	}
	use := useOf(it)
	return r.expired(use, r.now())
}

// Keep is what flights call with a result that may be kept.
func (s *state[K, V]) Keep(hash uint64, key K, v V) {
	r := s.rules.Load()
	if r.off {
		return
	}
	now := r.now()
	it := &engine.Item[K, V]{Key: key, Value: v, Hash: hash, Stored: now}
	it.Used.Store(now)
	if n := s.entries.Put(it); n > 0 {
		s.counters.of(hash).evictions.Add(uint64(n))
	}
}

// Remove is what flights call to forget a key.
func (s *state[K, V]) Remove(hash uint64, key K) {
	if s.entries.Remove(hash, key) {
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
	if n := s.entries.Resize(settings.MaxEntries); n > 0 {
		s.counters.of(0).evictions.Add(uint64(n))
	}
	if r.off {
		// Locks and unlocks whatever may be storing by the rules of before.
		s.flights.Detach(func(K) bool { return false })
		s.entries.Clear()
	}
}

// clear forgets all keys.
func (s *state[K, V]) clear() {
	s.flights.Detach(nil)
	if n := s.entries.Clear(); n > 0 {
		s.counters.of(0).invalidations.Add(uint64(n))
	}
}

// clearMatching forgets the keys that match, and returns how many were kept.
func (s *state[K, V]) clearMatching(match func(K) bool) int {
	s.flights.Detach(match)
	count := 0
	s.entries.Each(func(it *engine.Item[K, V]) bool {
		if match(it.Key) && s.entries.Drop(it) {
			s.counters.of(it.Hash).invalidations.Add(1)
			count++
		}
		return true
	})
	return count
}
