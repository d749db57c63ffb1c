package engine

import (
	"math/bits"
	"sync/atomic"
)

// bucketSlots is how many items fit into a bucket of one cache line.
const bucketSlots = 6

// Each slot has a byte in a word of tags: 0 if it is free, else the high bit
// and seven bits of the hash.
const (
	lowBits  = 0x0000_0101_0101_0101
	highBits = 0x0000_8080_8080_8080
)

// bucket holds the items whose hashes select it. Those that do not fit are in
// the buckets that follow, which belong to this one only.
type bucket[K comparable, V any] struct {
	tags  atomic.Uint64
	slots [bucketSlots]atomic.Pointer[Item[K, V]]
	next  atomic.Pointer[bucket[K, V]]
}

// tag uses bits that select neither the array nor the bucket, up to 2^30 arrays.
func tag(hash uint64) uint64 { return hash>>24&0x7f | 0x80 }

// match returns a word in which the high bit of each byte is set whose tag is
// that of a hash; it may be set for others too.
func match(tags, hash uint64) uint64 {
	x := tags ^ tag(hash)*lowBits
	return (x - lowBits) &^ x & highBits
}

// slotOf returns the first slot of a match.
func slotOf(m uint64) int { return bits.TrailingZeros64(m) >> 3 }

// spot is where an item is.
type spot[K comparable, V any] struct {
	// before is the bucket that bucket follows; nil for the first.
	before, bucket *bucket[K, V]
	slot           int
}

func (s spot[K, V]) item() *Item[K, V] { return s.bucket.slots[s.slot].Load() }

// find returns where a key's item is, without a bucket if there is none.
// Writers only.
func (b *bucket[K, V]) find(hash uint64, key K) (s spot[K, V]) {
	for s.bucket = b; s.bucket != nil; s.before, s.bucket = s.bucket, s.bucket.next.Load() {
		for m := match(s.bucket.tags.Load(), hash); m != 0; m &= m - 1 {
			s.slot = slotOf(m)
			if it := s.item(); it != nil && it.Key == key {
				return s
			}
		}
	}
	return spot[K, V]{}
}

// add puts an item whose key is not there into a free slot.
func (b *bucket[K, V]) add(it *Item[K, V]) {
	for {
		tags := b.tags.Load()
		if free := ^tags & highBits; free != 0 {
			i := slotOf(free)
			// The item comes first: who sees its tag must find it.
			b.slots[i].Store(it)
			b.tags.Store(tags | tag(it.Hash)<<(8*i))
			return
		}
		next := b.next.Load()
		if next == nil {
			next = new(bucket[K, V])
			next.add(it)
			b.next.Store(next)
			return
		}
		b = next
	}
}

// clear frees a slot. A bucket that follows another goes with its last item;
// readers who are in it still find the way to those behind it.
func (s spot[K, V]) clear() {
	b := s.bucket
	tags := b.tags.Load() &^ (0xff << (8 * s.slot))
	b.tags.Store(tags)
	b.slots[s.slot].Store(nil)
	if tags == 0 && s.before != nil {
		s.before.next.Store(b.next.Load())
	}
}

// each calls f for all items of the bucket and those that follow it.
func (b *bucket[K, V]) each(f func(*Item[K, V]) bool) bool {
	for ; b != nil; b = b.next.Load() {
		for i := range b.slots {
			if it := b.slots[i].Load(); it != nil && !f(it) {
				return false
			}
		}
	}
	return true
}
