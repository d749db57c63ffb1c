package engine

import (
	"sync"
	"sync/atomic"
)

// segmentBuckets is how many buckets an array has at most. It bounds what one
// Put copies, and what it allocates at once, while a table grows. An array of
// this size (64 kB) also begins with a page, so that each bucket is a cache line.
const segmentBuckets = 1024

// resizeStep is how many items Resize evicts before it lets others in.
const resizeStep = 1024

// Bounds are how much a table may hold.
type Bounds struct {
	// Items is the largest number of items, negative for any number.
	Items int
	// Weight is the largest sum of weights; 0 for any.
	Weight int64
}

// Table is a set of items, at most one for each key. It must be given to Init
// before it is used. All methods are safe for concurrent use.
type Table struct {
	root atomic.Pointer[directory] // nil while there are no items
	_    [56]byte                  // what writers write is not on the readers' cache line

	count  atomic.Int64 // written with mu held
	ledger *Ledger
	same   Same

	mu     sync.Mutex
	bounds Bounds
	widest int // buckets of an array at most
	policy policy
}

// Init makes t a table without items. It takes next to no memory before the
// first Put.
func (t *Table) Init(bounds Bounds, same Same, ledger *Ledger) {
	t.widest, t.same, t.ledger = segmentBuckets, same, ledger
	t.rebound(bounds)
}

func (t *Table) rebound(bounds Bounds) {
	t.bounds = bounds
	t.policy.rebound(bounds)
}

// Len returns the number of items. It is never above the bound.
func (t *Table) Len() int { return int(t.count.Load()) }

// Home returns the bucket in which the search for the item of a hash begins, or
// nil if there are no items.
func (t *Table) Home(hash uint64) *Bucket {
	d := t.root.Load()
	if d == nil {
		return nil
	}
	return d.home(hash)
}

// Find returns the item that has the key of another one, or nil.
func (t *Table) Find(key *Item) *Item {
	for b := t.Home(key.Hash); b != nil; b = b.Next() {
		for m := b.Match(key.Hash); m != 0; m &= m - 1 {
			if it := b.At(m); it != nil && it.Hash == key.Hash && t.same(it, key) {
				return it
			}
		}
	}
	return nil
}

// Put stores it over any other of its key, and returns how many were removed to
// make room. The bounds hold at every moment. An item that is heavier than all
// may be together is not stored, and what was there of its key is removed.
func (t *Table) Put(it *Item) (evicted int, stored bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	weight := it.Weight()
	at := t.root.Load().find(it, t.same)
	if t.bounds.Weight > 0 && weight > t.bounds.Weight {
		if at.bucket != nil {
			t.take(at.item())
		}
		return 0, false
	}
	if at.bucket != nil {
		old := at.item()
		var gone bool
		if evicted, gone = t.makeRoomInPlace(old, weight-old.Weight()); !gone {
			t.replace(at, old, it)
			return evicted, true
		}
	}
	evicted += t.makeRoom(weight)
	t.admit(it, weight)
	return evicted, true
}

// replace puts it where old is.
func (t *Table) replace(at spot, old, it *Item) {
	it.setUses(old.uses())
	t.policy.replace(old, it)
	t.ledger.add(it.Weight() - old.Weight())
	at.bucket.slots[at.slot].Store(it)
}

// publish makes d what readers see.
func (t *Table) publish(d *directory) {
	if d != t.root.Load() {
		t.root.Store(d)
	}
}

// heavy reports whether so much more weight is too much.
func (t *Table) heavy(more int64) bool {
	return t.bounds.Weight > 0 && t.Len() > 0 && t.ledger.Held.Load()+more > t.bounds.Weight
}

// makeRoom evicts until one more item fits. While Resize is at work there may
// be more than one too many: two for one lets it come to an end.
func (t *Table) makeRoom(weight int64) (evicted int) {
	for evicted < 2 && t.bounds.Items >= 0 && t.Len() >= max(t.bounds.Items, 1) {
		t.evict()
		evicted++
	}
	for t.heavy(weight) {
		t.evict()
		evicted++
	}
	return evicted
}

// makeRoomInPlace evicts until an item may weigh more, or has itself gone.
func (t *Table) makeRoomInPlace(it *Item, more int64) (evicted int, gone bool) {
	for more > 0 && t.heavy(more) {
		evicted++
		if t.evict() == it {
			return evicted, true
		}
	}
	return evicted, false
}

func (t *Table) evict() *Item {
	it := t.policy.victim()
	t.takeOut(it)
	return it
}

// Remove removes the item that has the key of another one, and reports whether
// there was one.
func (t *Table) Remove(key *Item) bool {
	if t.Find(key) == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.root.Load().find(key, t.same)
	if at.bucket == nil {
		return false
	}
	t.take(at.item())
	return true
}

// Drop removes it, unless its key has got another item meanwhile, and reports
// whether it did.
func (t *Table) Drop(it *Item) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.root.Load().find(it, never).bucket == nil {
		return false
	}
	t.take(it)
	return true
}

// take removes an item that is in the table and in a queue.
func (t *Table) take(it *Item) {
	t.policy.forget(it)
	t.takeOut(it)
}

// takeOut removes an item that no queue has any more.
func (t *Table) takeOut(it *Item) {
	d := t.root.Load()
	d.remove(it)
	t.ledger.add(-it.Weight())
	// The arrays of a table that was large once go with its last item.
	if t.count.Add(-1) == 0 && len(d.segments) > 1 {
		t.root.Store(nil)
	}
}

// Clear removes all items and returns their number.
func (t *Table) Clear() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.root.Store(nil)
	t.policy = policy{}
	t.policy.rebound(t.bounds)
	t.ledger.add(-t.ledger.Held.Load())
	return int(t.count.Swap(0))
}
