package cache

import (
	"cmp"
	"context"
	"hash/maphash"
	"iter"
	"reflect"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/route"
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
	// All that needs no types is in core: what is written here is compiled
	// again for each pair of them.
	core    core
	hash    func(K, Hash) Hash
	hashing hashing
}

// New makes a cache, which belongs to o.Manager or Default. It panics if o is
// wrong: without a TTL, or with a negative value.
func New[K comparable, V any](o Options[K, V]) *Cache[K, V] {
	return newCache(&o, newSpec(&o), nil)
}

func newCache[K comparable, V any](o *Options[K, V], s *spec, family *kin) *Cache[K, V] {
	c := &Cache[K, V]{hash: o.Hash, hashing: hashingOf(reflect.TypeFor[K](), o.Hash != nil)}
	c.core.init(s, cmp.Or(o.Manager, Default()), family)
	return c
}

// Name returns the name that the cache was given.
func (c *Cache[K, V]) Name() string { return c.core.name }

// Get returns what is kept for key. It counts a hit or a miss. It finds neither
// errors nor results that are too old, and begins no refresh.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	if route.Active() {
		return c.getRouted(key)
	}
	s, hash := c.core.started(), c.hashOf(key)
	e := c.hit(s, hash, key)
	if e == nil {
		e = c.unhit(s, hash, key)
	}
	return e.found()
}

// Hit is Get for callers that will call Load if there is nothing: it counts
// hits only, so that the two together count once. It finds nothing if the result is
// to be refreshed, which the Load that follows sees to.
func (c *Cache[K, V]) Hit(key K) (V, bool) {
	if route.Active() {
		return c.hitAlone(key)
	}
	return c.hit(c.core.started(), c.hashOf(key), key).found()
}

// Find is Hit on the cache that ctx selects. It finds nothing if ctx comes
// from Bypass.
func (c *Cache[K, V]) Find(ctx context.Context, key K) (V, bool) {
	if route.Active() {
		return c.findRouted(ctx, key)
	}
	return c.hit(c.core.started(), c.hashOf(key), key).found()
}

// Peek returns what is kept for key, counts nothing, and does not count as a
// use of the entry either.
func (c *Cache[K, V]) Peek(ctx context.Context, key K) (V, bool) {
	at, _ := c.core.at(ctx)
	s := at.started()
	e := find[K, V](&s.table, c.hashOf(key), key)
	if e != nil && s.unusable(&e.Item) {
		e = nil
	}
	return e.found()
}

// Set keeps v for key, as Options.Policy says. A load of key that is under way goes
// on for those who wait for it, and its result is not kept.
func (c *Cache[K, V]) Set(ctx context.Context, key K, v V) error {
	at, _ := c.core.at(ctx)
	if key != key { //nolint:staticcheck // true for NaN, which a table cannot find again
		return nil
	}
	if t := transactionOf(ctx); t != nil && c.setLater(ctx, t, at, key, v) {
		return nil
	}
	return c.set(ctx, at, nil, key, v)
}

// Delete removes what is kept for keys. Loads of them that are under way go on
// for those who wait for them, and their results are not kept: who calls Load
// after Delete has returned gets what was loaded after Delete was called.
func (c *Cache[K, V]) Delete(ctx context.Context, keys ...K) error {
	at, _ := c.core.at(ctx)
	if t := transactionOf(ctx); t != nil && c.deleteLater(ctx, t, at, keys) {
		return nil
	}
	return c.delete(ctx, at, nil, keys)
}

// Clear is Delete for all keys.
func (c *Cache[K, V]) Clear(ctx context.Context) error {
	at, _ := c.core.at(ctx)
	return during(ctx, func(ctx context.Context, by *ending) error { return at.clearAll(ctx, by) })
}

// set is Set in the cache at, at the end of a transaction if by is not nil.
func (c *Cache[K, V]) set(ctx context.Context, at *core, by *ending, key K, v V) error {
	s, e := at.started(), newEntryOf[K, V](c.core.spec, c.hashOf(key), key)
	at.changing(e.Hash, by)
	e.value = v
	s.overtake(&e.Item)
	if c.core.rich != nil {
		return s.setRich(ctx, &e.Item)
	}
	s.weigh(&e.Item)
	s.tellKept(ctx, &e.Item, sourceSet, s.flights.Replace(e.Hash, subjectOf(&e.Item)))
	return nil
}

// delete is Delete in the cache at, at the end of a transaction if by is not nil.
func (c *Cache[K, V]) delete(ctx context.Context, at *core, by *ending, keys []K) error {
	s := at.started()
	var failed error
	if c.core.rich != nil && c.core.rich.shared != nil {
		for _, key := range keys {
			_, end := s.overlap(c.hashOf(key)).begin()
			defer end()
		}
		failed = c.deleteShared(ctx, s, keys)
	}
	for _, key := range keys {
		hash := c.hashOf(key)
		at.changing(hash, by)
		if s.intake.Load() != nil {
			s.overtake(&newEntry[K, V](hash, key).Item)
		}
		// Looked at first: what a load keeps that begins later may stay.
		idle := s.flights.Idle(hash)
		e := find[K, V](&s.table, hash, key)
		if e == nil && idle {
			continue
		}
		if e == nil {
			e = newEntry[K, V](hash, key)
		}
		if s.flights.Forget(hash, subjectOf(&e.Item)) {
			s.tellGone(ctx, &e.Item)
		}
	}
	return failed
}

// deleteShared removes keys from the store. Memory comes after it: what is loaded from
// now on does not find the old results there.
func (c *Cache[K, V]) deleteShared(ctx context.Context, s *state, keys []K) error {
	member := s.changer()
	if member == nil {
		return nil
	}
	texts := make([]string, len(keys))
	for i, key := range keys {
		e := &keyed[K]{key: key}
		texts[i], _ = c.core.text(&e.Item)
	}
	return c.core.failed(member.Delete(ctx, texts...))
}

// All returns the entries that are not too old, in no order. It counts nothing.
// The loop may change the cache; entries that come or go meanwhile may be seen
// or not.
func (c *Cache[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		s := c.core.here().started()
		s.table.Each(func(it *engine.Item) bool {
			e := entryOf[K, V](it)
			return s.unusable(it) || yield(e.key, e.value)
		})
	}
}

// Stats returns the figures of the cache.
func (c *Cache[K, V]) Stats() Stats { return c.core.here().stats() }

// hit returns the entry of a key if it may be used, and counts it. It is find, and
// what follows, in one function: two calls would be a fifth of its time.
func (c *Cache[K, V]) hit(s *state, hash uint64, key K) *entry[K, V] {
	for b := s.table.Home(hash); b != nil; b = b.Next() {
		for m := b.Match(hash); m != 0; m &= m - 1 {
			e := entryOf[K, V](b.At(m))
			if e == nil || e.key != key {
				continue
			}
			if fresh := s.fresh.Load(); fresh != ageless && !young(&e.Item, fresh) && !s.judge(&e.Item) {
				return nil
			}
			e.Touch()
			s.nearby(hash).hits.Add(1)
			return e
		}
	}
	return nil
}

// find returns the entry of a key, of whatever age, or nil.
func find[K comparable, V any](t *engine.Table, hash uint64, key K) *entry[K, V] {
	for b := t.Home(hash); b != nil; b = b.Next() {
		for m := b.Match(hash); m != 0; m &= m - 1 {
			if e := entryOf[K, V](b.At(m)); e != nil && e.key == key {
				return e
			}
		}
	}
	return nil
}

// found returns the value of an entry, which may be nil.
func (e *entry[K, V]) found() (v V, ok bool) {
	if e == nil {
		return v, false
	}
	return e.value, true
}
