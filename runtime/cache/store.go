package cache

import "sync/atomic"

// A store holds the entries of one cache and decides which of them go when
// there are too many. It knows nothing of ages, loads and figures. All methods
// are safe for concurrent use; hash is always the hash of key.
type store[K comparable, V any] interface {
	// get returns the item of a key, or nil, and notes that it was used.
	get(hash uint64, key K) *item[K, V]
	// peek is get without the note.
	peek(hash uint64, key K) *item[K, V]
	// put stores it over any other of its key, and returns how many were
	// removed to make room. The bound holds at every moment.
	put(it *item[K, V]) (evicted int)
	// remove removes the item of a key, if there is one.
	remove(hash uint64, key K) bool
	// drop removes it, unless its key has got another item meanwhile.
	drop(it *item[K, V]) bool
	// clear removes all items and returns their number.
	clear() int
	// resize changes the bound, negative for none, and returns how many were
	// removed for it.
	resize(bound int) (evicted int)
	// size is the number of items.
	size() int
	// each calls f for all items, until it returns false. Items that come or
	// go meanwhile may be seen or not. f may call the store.
	each(f func(*item[K, V]) bool)
}

// item is one entry. Key, value, stored and salt never change.
type item[K comparable, V any] struct {
	key   K
	value V
	hash  uint64
	// stored is when the value was stored, in the clock's nanoseconds.
	stored int64
	// used is when the item was last used; kept only if idle times matter.
	used atomic.Int64
	// salt is what jitter makes of each item's age.
	salt uint32
	// again gives the item a second chance: it was used since the last look.
	again atomic.Bool

	prev, next *item[K, V]
}

// anItem is what the rules look at.
type anItem struct {
	stored, used int64
	salt         uint32
}

func (it *item[K, V]) age() anItem {
	return anItem{stored: it.stored, used: it.used.Load(), salt: it.salt}
}
