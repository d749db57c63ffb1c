package cache

import (
	"context"
	"hash/maphash"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
)

// seed is that of all hashes. It differs in each process, so that nobody
// outside can choose keys that collide.
var seed = maphash.MakeSeed()

// Cache keeps the results of one function by key. Make one with New. It is safe
// for concurrent use; its methods' errors are always nil as long as entries
// stay in this process.
//
// A key that is not equal to itself, such as a float that is NaN, is never
// kept; see FloatKey.
type Cache[K comparable, V any] struct {
	options  Options[K, V]
	manager  *Manager
	entry    *Entry
	counters *counters
	// kin is the set of caches of one Instances, or nil.
	kin *kin

	// state is made when the cache is first used, because Late is asked then.
	state   atomic.Pointer[state[K, V]]
	startMu sync.Mutex

	// twins stand in for this cache in the managers of tests.
	twinMu sync.Mutex
	twins  map[*Manager]*Cache[K, V]
}

// New makes a cache, which belongs to o.Manager or Default. It panics if o is
// wrong: without a TTL, or with a negative value.
func New[K comparable, V any](o Options[K, V]) *Cache[K, V] {
	o.check()
	if o.Manager == nil {
		o.Manager = Default()
	}
	return newCache(o, nil)
}

// newCache makes a cache and registers it. The registers refer to it weakly:
// it is gone when its user has dropped it, and its figures then become part of
// the past.
func newCache[K comparable, V any](o Options[K, V], family *kin) *Cache[K, V] {
	c := &Cache[K, V]{options: o, manager: o.Manager, kin: family}
	declared := o.declared()
	c.entry = c.manager.entry(o.Name, declared)
	c.counters = newCounters(parallelism(declared.MaxEntries))
	ref := weakRef[K, V]{weak.Make(c)}
	tallies := []*tally{&c.entry.tally}
	if family != nil {
		tallies = append(tallies, family.tally(c.manager))
	}
	for _, t := range tallies {
		t.add(c.counters, ref)
	}
	done := c.counters
	runtime.AddCleanup(c, func(tallies []*tally) {
		for _, t := range tallies {
			t.fold(done)
		}
	}, tallies)
	return c
}

// Name returns the name that the cache was given.
func (c *Cache[K, V]) Name() string { return c.options.Name }

// Get returns what is kept for key. It counts a hit or a miss.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	s := c.here().started()
	hash := s.hashOf(key)
	v, ok := s.hit(hash, key)
	if !ok {
		s.counters.of(hash).misses.Add(1)
	}
	return v, ok
}

// Hit is Get for callers that will call Load if there is nothing: it counts
// hits only, so that the two together count once.
func (c *Cache[K, V]) Hit(key K) (V, bool) {
	s := c.here().started()
	return s.hit(s.hashOf(key), key)
}

// Find is Hit on the cache that ctx selects. It finds nothing if ctx comes
// from Bypass.
func (c *Cache[K, V]) Find(ctx context.Context, key K) (V, bool) {
	at, bypass := c.at(ctx)
	if bypass {
		var zero V
		return zero, false
	}
	s := at.started()
	return s.hit(s.hashOf(key), key)
}

// Peek returns what is kept for key, counts nothing, and does not count as a
// use of the entry either.
func (c *Cache[K, V]) Peek(ctx context.Context, key K) (V, bool) {
	at, _ := c.at(ctx)
	s := at.started()
	return s.peek(s.hashOf(key), key)
}

// Set keeps v for key. A load of key that is under way goes on for those who
// wait for it, and its result is not kept.
func (c *Cache[K, V]) Set(ctx context.Context, key K, v V) error {
	at, _ := c.at(ctx)
	if key == key { //nolint:staticcheck // false for NaN, which a map cannot find again
		s := at.started()
		s.flights.Replace(s.hashOf(key), key, v)
	}
	return nil
}

// Delete removes what is kept for keys. Loads of them that are under way go on
// for those who wait for them, and their results are not kept: who calls Load
// after Delete has returned gets what was loaded after Delete was called.
func (c *Cache[K, V]) Delete(ctx context.Context, keys ...K) error {
	at, _ := c.at(ctx)
	s := at.started()
	for _, key := range keys {
		s.flights.Forget(s.hashOf(key), key)
	}
	return nil
}

// Clear is Delete for all keys.
func (c *Cache[K, V]) Clear(ctx context.Context) error {
	at, _ := c.at(ctx)
	at.clear()
	return nil
}

// All returns the entries that are not too old, in no order. It counts nothing.
// The loop may change the cache; entries that come or go meanwhile may be seen
// or not.
func (c *Cache[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		s := c.here().started()
		s.entries.Each(func(it *engine.Item[K, V]) bool {
			return s.stale(it) || yield(it.Key, it.Value)
		})
	}
}

// Stats returns the figures of the cache.
func (c *Cache[K, V]) Stats() Stats { return c.here().stats() }

// parallelism returns into how many parts, a power of two, a cache of some
// size is divided so that its users do not wait for each other.
func parallelism(entries int) int {
	if entries >= 0 && entries < 1024 {
		return 1
	}
	n := 1
	for n < 4*runtime.GOMAXPROCS(0) && n < 8 {
		n *= 2
	}
	return n
}
