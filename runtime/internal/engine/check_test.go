package engine

import (
	"hash/maphash"
	"testing"
)

var seed = maphash.MakeSeed()

func hashOf[K comparable](key K) uint64 { return maphash.Comparable(seed, key) }

func newItem[K comparable, V any](key K, v V) *Item[K, V] {
	return &Item[K, V]{Key: key, Value: v, Hash: hashOf(key)}
}

// narrow returns a table whose arrays are split early, so that few items
// bring about all that happens to large tables.
func narrow[K comparable, V any](bound, widest int) *Table[K, V] {
	t := New[K, V](bound)
	t.widest = widest
	return t
}

// check fails if the table, the queues and the counts differ, or the bound
// does not hold.
func (t *Table[K, V]) check(tb testing.TB) {
	tb.Helper()
	t.checkInvariants(tb)
	if t.bound >= 0 && t.Len() > t.bound {
		tb.Fatalf("%d items, bound %d", t.Len(), t.bound)
	}
}

// checkInvariants is check for a table that others use, perhaps Resize.
func (t *Table[K, V]) checkInvariants(tb testing.TB) {
	tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.root.Load()
	queued := t.policy.small.check(tb, &t.policy.pool, d) + t.policy.main.check(tb, &t.policy.pool, d)
	d.check(tb)
	kept := 0
	d.each(func(*Item[K, V]) bool { kept++; return true })
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

func (d *directory[K, V]) check(tb testing.TB) {
	tb.Helper()
	d.eachSegment(func(s segment[K, V]) bool {
		count := 0
		s.each(func(it *Item[K, V]) bool {
			count++
			if at := d.find(it.Hash, it.Key); at.bucket == nil || at.item() != it {
				tb.Fatalf("%v cannot be found", it.Key)
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

func (q *queue[K, V]) check(tb testing.TB, p *pool[K, V], d *directory[K, V]) (items int) {
	tb.Helper()
	var before *chunk[K, V]
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

func (c *chunk[K, V]) check(tb testing.TB, d *directory[K, V]) (items int) {
	tb.Helper()
	for i, it := range c.items {
		if it == nil {
			continue
		}
		items++
		if it.place != c.id<<slotBits|uint32(i) || i < int(c.first) || i >= int(c.end) {
			tb.Fatalf("%v is not where it says", it.Key)
		}
		if at := d.find(it.Hash, it.Key); at.bucket == nil || at.item() != it {
			tb.Fatalf("%v is queued, but not in the table", it.Key)
		}
	}
	if items == 0 || items != int(c.live) {
		tb.Fatalf("a chunk holds %d items and counts %d", items, c.live)
	}
	return items
}
