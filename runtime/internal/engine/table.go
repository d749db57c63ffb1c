package engine

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// segmentBuckets is how many buckets an array has at most. It bounds what one
// Put copies, and what it allocates at once, while a table grows. An array of
// this size (64 kB) also begins with a page, so that each bucket is a cache line.
const segmentBuckets = 1024

// resizeStep is how many items Resize evicts before it lets others in.
const resizeStep = 1024

// Table is a set of items, at most one for each key. All methods are safe for
// concurrent use; hash is always the hash of key.
type Table[K comparable, V any] struct {
	root atomic.Pointer[directory[K, V]] // nil while there are no items
	_    [56]byte                        // what writers write is not on the readers' cache line

	count atomic.Int64 // written with mu held

	mu     sync.Mutex
	bound  int
	widest int // buckets of an array at most
	policy policy[K, V]
}

// Item is one entry. Key, Value, Hash and Stored must not change once it was
// given to Put. Each item is put once only.
type Item[K comparable, V any] struct {
	Key   K
	Value V
	Hash  uint64
	// Stored is the caller's: when the value was stored.
	Stored int64
	// Used is the caller's: when the item was last used.
	Used atomic.Int64
	// uses is how often it was read lately, up to maxUses.
	uses atomic.Uint32
	// place is where it stands in its queue; writers only.
	place uint32
}

// New returns a table of at most bound items, or without a bound if that is
// negative. It takes next to no memory before the first Put.
func New[K comparable, V any](bound int) *Table[K, V] {
	t := &Table[K, V]{widest: segmentBuckets}
	t.rebound(bound)
	return t
}

func (t *Table[K, V]) rebound(bound int) {
	t.bound = bound
	t.policy.rebound(bound)
}

// Len returns the number of items. It is never above the bound.
func (t *Table[K, V]) Len() int { return int(t.count.Load()) }

// Get returns the item of a key, or nil, and notes that it was used.
func (t *Table[K, V]) Get(hash uint64, key K) *Item[K, V] { return t.read(hash, key, true) }

// Peek is Get without the note.
func (t *Table[K, V]) Peek(hash uint64, key K) *Item[K, V] { return t.read(hash, key, false) }

func (t *Table[K, V]) read(hash uint64, key K, use bool) *Item[K, V] {
	d := t.root.Load()
	if d == nil {
		return nil
	}
	// This is match and slotOf by hand: the compiler does not inline them into
	// a generic function of another package.
	pattern := (hash>>24&0x7f | 0x80) * lowBits
	for b := d.home(hash); b != nil; b = b.next.Load() {
		x := b.tags.Load() ^ pattern
		for m := (x - lowBits) &^ x & highBits; m != 0; m &= m - 1 {
			it := b.slots[bits.TrailingZeros64(m)>>3].Load()
			if it == nil || it.Key != key {
				continue
			}
			// Written only if it changes, so that readers of a hot item share
			// its cache line. That one use of two at once is lost does not matter.
			if n := it.uses.Load(); use && n < maxUses {
				it.uses.Store(n + 1)
			}
			return it
		}
	}
	return nil
}

// Put stores it over any other of its key, and returns how many were removed to
// make room. The bound holds at every moment.
func (t *Table[K, V]) Put(it *Item[K, V]) (evicted int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.root.Load()
	if at := d.find(it.Hash, it.Key); at.bucket != nil {
		old := at.item()
		it.uses.Store(old.uses.Load())
		t.policy.replace(old, it)
		at.bucket.slots[at.slot].Store(it)
		return 0
	}
	evicted = t.makeRoom()
	t.policy.admit(it)
	t.count.Add(1)
	// Evictions may have emptied the table, and left another root.
	t.publish(t.root.Load().with(it, t.widest, t.Len()))
	return evicted
}

// publish makes d what readers see.
func (t *Table[K, V]) publish(d *directory[K, V]) {
	if d != t.root.Load() {
		t.root.Store(d)
	}
}

// makeRoom evicts until one more item fits. While Resize is at work there may
// be more than one too many: two for one lets it come to an end.
func (t *Table[K, V]) makeRoom() (evicted int) {
	for evicted < 2 && t.bound >= 0 && t.Len() >= max(t.bound, 1) {
		t.evict()
		evicted++
	}
	return evicted
}

func (t *Table[K, V]) evict() {
	it := t.policy.victim()
	t.takeOut(it)
}

// Remove removes the item of a key, and reports whether there was one.
func (t *Table[K, V]) Remove(hash uint64, key K) bool {
	if t.Peek(hash, key) == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.root.Load().find(hash, key)
	if at.bucket == nil {
		return false
	}
	t.take(at.item())
	return true
}

// Drop removes it, unless its key has got another item meanwhile, and reports
// whether it did.
func (t *Table[K, V]) Drop(it *Item[K, V]) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.root.Load().find(it.Hash, it.Key)
	if at.bucket == nil || at.item() != it {
		return false
	}
	t.take(it)
	return true
}

// take removes an item that is in the table and in a queue.
func (t *Table[K, V]) take(it *Item[K, V]) {
	t.policy.forget(it)
	t.takeOut(it)
}

// takeOut removes an item that no queue has any more.
func (t *Table[K, V]) takeOut(it *Item[K, V]) {
	d := t.root.Load()
	d.remove(it)
	// The arrays of a table that was large once go with its last item.
	if t.count.Add(-1) == 0 && len(d.segments) > 1 {
		t.root.Store(nil)
	}
}

// Clear removes all items and returns their number.
func (t *Table[K, V]) Clear() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.root.Store(nil)
	t.policy = policy[K, V]{}
	t.policy.rebound(t.bound)
	return int(t.count.Swap(0))
}

// Resize changes the bound, negative for none, and returns how many items it
// removed. While it is at work others may find the table above the new bound,
// but never above the old one.
func (t *Table[K, V]) Resize(bound int) (evicted int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rebound(bound)
	for {
		n, done := t.shrink()
		evicted += n
		if done {
			return evicted
		}
		t.mu.Unlock()
		t.mu.Lock()
	}
}

// shrink is one step of Resize, and reports whether it was the last.
func (t *Table[K, V]) shrink() (evicted int, done bool) {
	for t.bound >= 0 && t.Len() > t.bound {
		if evicted == resizeStep {
			return evicted, false
		}
		t.evict()
		evicted++
	}
	if d := t.root.Load(); d != nil && d.buckets() > 4*t.Len()+1 {
		t.root.Store(d.rebuilt(t.widest))
	}
	return evicted, true
}

// Each calls f for all items, until it returns false. Items that come or go
// meanwhile may be seen or not. f may call the table.
func (t *Table[K, V]) Each(f func(*Item[K, V]) bool) { t.root.Load().each(f) }
