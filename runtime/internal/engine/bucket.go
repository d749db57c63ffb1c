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

// Bucket holds the items whose hashes select it. Those that do not fit are in
// the buckets that follow, which belong to this one only.
//
// Its methods are what a look-up consists of, see the package comment; they are
// small enough to become a part of the code that calls them.
type Bucket struct {
	tags  atomic.Uint64
	slots [bucketSlots]atomic.Pointer[Item]
	next  atomic.Pointer[Bucket]
}

// tag uses bits that select neither the array nor the bucket, up to 2^30 arrays.
func tag(hash uint64) uint64 { return hash>>24&0x7f | 0x80 }

// Match returns the slots that may hold the item of a hash, one bit for each: the
// lowest belongs to At(m), and m&(m-1) to the rest.
func (b *Bucket) Match(hash uint64) uint64 {
	x := b.tags.Load() ^ tag(hash)*lowBits
	return (x - lowBits) &^ x & highBits
}

// At returns the item of the first slot of a match, which is nil if it has gone
// meanwhile, and any other's if the slot was used again.
func (b *Bucket) At(match uint64) *Item { return b.slots[slotOf(match)].Load() }

// Next returns the bucket in which the search goes on, or nil.
func (b *Bucket) Next() *Bucket { return b.next.Load() }

// slotOf returns the first slot of a match.
func slotOf(m uint64) int { return bits.TrailingZeros64(m) >> 3 }

// spot is where an item is.
type spot struct {
	// before is the bucket that bucket follows; nil for the first.
	before, bucket *Bucket
	slot           int
}

func (s spot) item() *Item { return s.bucket.slots[s.slot].Load() }

// find returns where the item of a key is, without a bucket if there is none. The
// key is that of an item which need not be in the table. Writers only.
func (b *Bucket) find(it *Item, same Same) (s spot) {
	for s.bucket = b; s.bucket != nil; s.before, s.bucket = s.bucket, s.bucket.Next() {
		for m := s.bucket.Match(it.Hash); m != 0; m &= m - 1 {
			s.slot = slotOf(m)
			if at := s.item(); at == it || at != nil && at.Hash == it.Hash && same(at, it) {
				return s
			}
		}
	}
	return spot{}
}

// add puts an item whose key is not there into a free slot.
func (b *Bucket) add(it *Item) {
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
			next = new(Bucket)
			next.add(it)
			b.next.Store(next)
			return
		}
		b = next
	}
}

// clear frees a slot. A bucket that follows another goes with its last item;
// readers who are in it still find the way to those behind it.
func (s spot) clear() {
	b := s.bucket
	tags := b.tags.Load() &^ (0xff << (8 * s.slot))
	b.tags.Store(tags)
	b.slots[s.slot].Store(nil)
	if tags == 0 && s.before != nil {
		s.before.next.Store(b.next.Load())
	}
}

// each calls f for all items of the bucket and those that follow it.
func (b *Bucket) each(f func(*Item) bool) bool {
	for ; b != nil; b = b.next.Load() {
		for i := range b.slots {
			if it := b.slots[i].Load(); it != nil && !f(it) {
				return false
			}
		}
	}
	return true
}
