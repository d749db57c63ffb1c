package cache

import (
	"sync"
	"sync/atomic"
)

// maxChances bounds how many used items one eviction passes over, so that a
// put is quick even if everything was used lately.
const maxChances = 64

// table is a store: maps in shards to look items up, and one queue in the order
// in which they came. The oldest goes first, unless it was used: then it goes
// to the end once more.
//
// Writers hold mu, and take the lock of a shard inside of it; readers take the
// lock of a shard only. What is in the maps and in the queue differs only
// while mu is held.
type table[K comparable, V any] struct {
	shards []tableShard[K, V]
	count  atomic.Int64 // written with mu held

	mu          sync.Mutex
	bound       int
	first, last *item[K, V]
}

type tableShard[K comparable, V any] struct {
	mu    sync.RWMutex
	items map[K]*item[K, V]
	_     [32]byte // a cache line for each shard
}

func newTable[K comparable, V any](bound, shards int) *table[K, V] {
	return &table[K, V]{shards: make([]tableShard[K, V], shards), bound: bound}
}

func (t *table[K, V]) shard(hash uint64) *tableShard[K, V] {
	return &t.shards[hash&uint64(len(t.shards)-1)]
}

func (t *table[K, V]) peek(hash uint64, key K) *item[K, V] {
	s := t.shard(hash)
	s.mu.RLock()
	it := s.items[key]
	s.mu.RUnlock()
	return it
}

func (t *table[K, V]) get(hash uint64, key K) *item[K, V] {
	it := t.peek(hash, key)
	// Written once only, so that readers of a hot item share its cache line.
	if it != nil && !it.again.Load() {
		it.again.Store(true)
	}
	return it
}

func (t *table[K, V]) put(it *item[K, V]) (evicted int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.shard(it.hash)
	if old := t.peek(it.hash, it.key); old != nil {
		t.unlink(old)
	} else if t.bound >= 0 {
		evicted = t.shrink(t.bound - 1)
	}
	s.mu.Lock()
	if s.items == nil {
		s.items = make(map[K]*item[K, V])
	}
	s.items[it.key] = it
	s.mu.Unlock()
	t.append(it)
	return evicted
}

func (t *table[K, V]) remove(hash uint64, key K) bool {
	if t.peek(hash, key) == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	it := t.peek(hash, key)
	if it == nil {
		return false
	}
	t.take(it)
	return true
}

func (t *table[K, V]) drop(it *item[K, V]) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.peek(it.hash, it.key) != it {
		return false
	}
	t.take(it)
	return true
}

func (t *table[K, V]) clear() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		s.items = nil
		s.mu.Unlock()
	}
	t.first, t.last = nil, nil
	return int(t.count.Swap(0))
}

func (t *table[K, V]) resize(bound int) (evicted int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bound = bound
	if bound < 0 {
		return 0
	}
	return t.shrink(bound)
}

func (t *table[K, V]) size() int { return int(t.count.Load()) }

func (t *table[K, V]) each(f func(*item[K, V]) bool) {
	for i := range t.shards {
		for _, it := range t.shards[i].all() {
			if !f(it) {
				return
			}
		}
	}
}

func (s *tableShard[K, V]) all() []*item[K, V] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	items := make([]*item[K, V], 0, len(s.items))
	for _, it := range s.items {
		items = append(items, it)
	}
	return items
}

// shrink evicts until at most n items are left.
func (t *table[K, V]) shrink(n int) (evicted int) {
	for t.size() > max(n, 0) {
		t.evict()
		evicted++
	}
	return evicted
}

func (t *table[K, V]) evict() {
	it := t.first
	for range maxChances {
		if !it.again.Load() {
			break
		}
		it.again.Store(false)
		t.unlink(it)
		t.append(it)
		it = t.first
	}
	t.take(it)
}

// take removes an item that is in the table.
func (t *table[K, V]) take(it *item[K, V]) {
	s := t.shard(it.hash)
	s.mu.Lock()
	delete(s.items, it.key)
	s.mu.Unlock()
	t.unlink(it)
}

func (t *table[K, V]) append(it *item[K, V]) {
	it.prev = t.last
	if t.last == nil {
		t.first = it
	} else {
		t.last.next = it
	}
	t.last = it
	t.count.Add(1)
}

// unlink leaves no pointers in it: a reader that still holds it must not keep
// its neighbours alive.
func (t *table[K, V]) unlink(it *item[K, V]) {
	if it.prev == nil {
		t.first = it.next
	} else {
		it.prev.next = it.next
	}
	if it.next == nil {
		t.last = it.prev
	} else {
		it.next.prev = it.prev
	}
	it.prev, it.next = nil, nil
	t.count.Add(-1)
}
