package engine

import "sync/atomic"

// Item is what the engine knows of an entry. It is the first field of a struct
// of the owner's, whose other fields are the key and the value, so that a pointer
// to one is a pointer to the other. Hash, Stored and the weight must not change
// once it was given to Put, nor must the key and the value. Each item is put once
// only.
//
// What a look-up reads comes last, next to the key and the value.
type Item struct {
	Hash uint64
	// Used is the owner's: when the item was last used.
	Used atomic.Int64
	// Stored is the owner's: when the value was stored.
	Stored int64
	// state is how often the item was read lately, up to maxUses, and above
	// that its weight.
	state atomic.Uint32
	// place is where it stands in its queue; writers only.
	place uint32
}

const (
	useBits = 2
	useMask = 1<<useBits - 1

	// MaxWeight is the largest weight of an item.
	MaxWeight = 1<<(32-useBits) - 1
)

// Same reports whether two items have the same key. Their hashes are the same.
type Same func(a, b *Item) bool

// SetWeight says what an item that was not put yet weighs, at most MaxWeight.
// Items weigh nothing unless told.
func (it *Item) SetWeight(w int64) { it.state.Store(uint32(w) << useBits) }

// Weight returns what SetWeight was told.
func (it *Item) Weight() int64 { return int64(it.state.Load() >> useBits) }

// Touch notes that the item was used.
func (it *Item) Touch() {
	// Written only if it changes, so that readers of a hot item share its cache
	// line. That one use of two at once is lost does not matter; a weight that
	// was changed meanwhile would.
	if n := it.state.Load(); n&useMask < maxUses {
		it.state.CompareAndSwap(n, n+1)
	}
}

func (it *Item) uses() uint32 { return it.state.Load() & useMask }

// setUses changes the uses of an item that readers may touch at the same time:
// what they note may be lost, what it weighs never is.
func (it *Item) setUses(n uint32) { it.state.Store(it.state.Load()&^useMask | n) }

// reweigh is SetWeight for an item that readers may touch at the same time.
func (it *Item) reweigh(w int64) { it.state.Store(uint32(w)<<useBits | it.uses()) }
