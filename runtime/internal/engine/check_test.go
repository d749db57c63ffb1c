package engine

import (
	"hash/maphash"
	"sync/atomic"
	"testing"
	"unsafe"
)

var seed = maphash.MakeSeed()

func hashOf[K comparable](key K) uint64 { return maphash.Comparable(seed, key) }

// entry is an entry as an owner has them.
type entry[K comparable, V any] struct {
	Item
	Key   K
	Value V
}

func newItem[K comparable, V any](key K, v V) *entry[K, V] {
	return newEntry(hashOf(key), key, v)
}

func newEntry[K comparable, V any](hash uint64, key K, v V) *entry[K, V] {
	return &entry[K, V]{Item: Item{Hash: hash}, Key: key, Value: v}
}

func entryOf[K comparable, V any](it *Item) *entry[K, V] { return (*entry[K, V])(unsafe.Pointer(it)) }

// testTable is a table with types.
type testTable[K comparable, V any] struct {
	Table
	total atomic.Int64
}

func newTable[K comparable, V any](bound int) *testTable[K, V] {
	return newWeightTable[K, V](Bounds{Items: bound})
}

func newWeightTable[K comparable, V any](b Bounds) *testTable[K, V] {
	t := &testTable[K, V]{}
	same := func(a, b *Item) bool { return entryOf[K, V](a).Key == entryOf[K, V](b).Key }
	t.Init(b, same, &Ledger{Total: &t.total})
	return t
}

// narrow returns a table whose arrays are split early, so that few items
// bring about all that happens to large tables.
func narrow[K comparable, V any](bound, widest int) *testTable[K, V] {
	t := newTable[K, V](bound)
	t.widest = widest
	return t
}

func (t *testTable[K, V]) Peek(hash uint64, key K) *entry[K, V] {
	for b := t.Home(hash); b != nil; b = b.Next() {
		for m := b.Match(hash); m != 0; m &= m - 1 {
			if it := entryOf[K, V](b.At(m)); it != nil && it.Key == key {
				return it
			}
		}
	}
	return nil
}

func (t *testTable[K, V]) Get(hash uint64, key K) *entry[K, V] {
	it := t.Peek(hash, key)
	if it != nil {
		it.Touch()
	}
	return it
}

func (t *testTable[K, V]) Put(it *entry[K, V]) int {
	evicted, stored := t.Table.Put(&it.Item)
	if !stored {
		panic("an item was refused")
	}
	return evicted
}

func (t *testTable[K, V]) Remove(hash uint64, key K) bool {
	var zero V
	return t.Table.Remove(&newEntry(hash, key, zero).Item)
}

func (t *testTable[K, V]) Drop(it *entry[K, V]) bool { return t.Table.Drop(&it.Item) }

func (t *testTable[K, V]) Resize(bound int) int { return t.Table.Resize(Bounds{Items: bound}) }

func (t *testTable[K, V]) Each(f func(*entry[K, V]) bool) {
	t.Table.Each(func(it *Item) bool { return f(entryOf[K, V](it)) })
}

// check fails if the table, the queues and the counts differ, or the bound
// does not hold.
func (t *Table) check(tb testing.TB) {
	tb.Helper()
	t.checkInvariants(tb)
	if t.bounds.Items >= 0 && t.Len() > t.bounds.Items {
		tb.Fatalf("%d items, bound %d", t.Len(), t.bounds.Items)
	}
	if w := t.ledger.Held.Load(); t.bounds.Weight > 0 && w > t.bounds.Weight {
		tb.Fatalf("the items weigh %d, bound %d", w, t.bounds.Weight)
	}
}

// checkInvariants is check for a table that others use, perhaps Resize.
func (t *Table) checkInvariants(tb testing.TB) {
	tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.root.Load()
	queued := t.policy.small.check(tb, &t.policy.pool, d) + t.policy.main.check(tb, &t.policy.pool, d)
	d.check(tb)
	kept, weight := 0, int64(0)
	d.each(func(it *Item) bool { kept++; weight += it.Weight(); return true })
	if held := t.ledger.Held.Load(); held != weight || t.policy.small.weight+t.policy.main.weight != weight {
		tb.Fatalf("the items weigh %d, the ledger says %d, the queues %d and %d", weight, held, t.policy.small.weight, t.policy.main.weight)
	}
	if queued != kept || queued != t.Len() {
		tb.Fatalf("%d queued, %d in the table, count %d", queued, kept, t.Len())
	}
	chunks := 0
	for id, c := range t.policy.pool.chunks {
		if c != nil {
			chunks++
			if c.id != uint32(id) {
				tb.Fatal("a chunk has another's number")
			}
		}
	}
	if chunks+len(t.policy.pool.free) != len(t.policy.pool.chunks) {
		tb.Fatal("a chunk's number is lost")
	}
	// Two neighbours are more than half full together.
	if most := 4*queued/chunkSlots + 4; chunks > most {
		tb.Fatalf("%d chunks for %d items, at most %d are allowed", chunks, queued, most)
	}
}

func (d *directory) check(tb testing.TB) {
	tb.Helper()
	d.eachSegment(func(s segment) bool {
		count := 0
		s.each(func(it *Item) bool {
			count++
			if at := d.find(it, never); at.bucket == nil || at.item() != it {
				tb.Fatalf("an item of hash %x cannot be found", it.Hash)
			}
			return true
		})
		if count != s.count {
			tb.Fatalf("a segment holds %d items and counts %d", count, s.count)
		}
		for i := range s.buckets {
			for b := s.buckets[i].next.Load(); b != nil; b = b.next.Load() {
				if b.tags.Load() == 0 {
					tb.Fatal("an empty bucket stayed behind another")
				}
			}
		}
		return true
	})
}

func (q *queue) check(tb testing.TB, p *pool, d *directory) (items int) {
	tb.Helper()
	var before *chunk
	for c := q.head; c != nil; before, c = c, c.next {
		if c.prev != before || c.owner != q || p.chunks[c.id] != c {
			tb.Fatal("the chunks of a queue are not linked as they should be")
		}
		items += c.check(tb, d)
	}
	if q.tail != before || items != q.size {
		tb.Fatalf("a queue holds %d items and counts %d, or lost its end", items, q.size)
	}
	return items
}

func (c *chunk) check(tb testing.TB, d *directory) (items int) {
	tb.Helper()
	for i, it := range c.items {
		if it == nil {
			continue
		}
		items++
		if it.place != c.id<<slotBits|uint32(i) || i < int(c.first) || i >= int(c.end) {
			tb.Fatalf("an item of hash %x is not where it says", it.Hash)
		}
		if at := d.find(it, never); at.bucket == nil || at.item() != it {
			tb.Fatalf("an item of hash %x is queued, but not in the table", it.Hash)
		}
	}
	if items == 0 || items != int(c.live) {
		tb.Fatalf("a chunk holds %d items and counts %d", items, c.live)
	}
	return items
}
