package cache

import (
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
)

// A cache is rich if any of Refresh, Early, Stale, SoftTimeout, ErrorsTTL,
// MissingTTL, Policy, Shared, Codec and Tags was asked for. Its entries have a meta in
// front of them, in the same allocation: the others pay nothing for it.

// kind says what the outcome of a load is to the cache.
type kind uint8

const (
	// valued is a result.
	valued kind = iota
	// failed is an error, which is kept for ErrorsTTL.
	failed
	// missing is an error that means absence, which is kept for MissingTTL.
	missing
	// refused is a result that the policy does not let in.
	refused
)

// meta is what a rich cache knows of an entry beside its key and value. Whoever
// makes the entry writes it; once it is kept, only the atomic fields change. The
// size must be a multiple of 8, so that an entry can follow.
type meta struct {
	// err is the error that is kept, of a kind that is one.
	err error
	// stored is when it was stored: Item.Stored says so only of entries that the
	// rules alone decide about, and is long ago for all others.
	stored int64
	// ttl is its own time to live, 0 for that of the rules.
	ttl int64
	// took is how long the load took, 0 if there was none.
	took int64
	// next is when the next load to renew it may begin: none, wanted, busy, or a
	// time before which the source is left alone because a load has failed.
	next atomic.Int64
	// failures is how many loads to renew it have failed.
	failures atomic.Uint32
	kind     kind
	// background says that nobody waits for the load, late that whoever made the
	// entry, to begin a load or to join one, had an old result.
	background, late bool
	// concluded says that a failed load has been noted.
	concluded bool
	// far is nil in caches that have neither a store nor tags.
	far *far
}

// What stands in meta.next in place of a time.
const (
	none   int64 = 0
	wanted int64 = -1 << 63  // a draw has said that it is to be renewed
	busy   int64 = 1<<63 - 1 // a load in the background is at it
)

const metaSize = unsafe.Sizeof(rich[struct{}, struct{}]{}.meta)

var _ [0]struct{} = [metaSize % 8]struct{}{}

// rich is an entry of a rich cache.
type rich[K comparable, V any] struct {
	meta
	entry[K, V]
}

// metaOf returns the meta of an entry of a rich cache.
func metaOf(it *engine.Item) *meta {
	return (*meta)(unsafe.Add(unsafe.Pointer(it), -int(metaSize)))
}

// newEntryOf makes an entry for a cache of some spec. It is called rather than copied
// to its callers, because it is there again for each pair of types.
//
//go:noinline
func newEntryOf[K comparable, V any](s *spec, hash uint64, key K) *entry[K, V] {
	if s.rich == nil {
		return newEntry[K, V](hash, key)
	}
	r := &rich[K, V]{}
	r.Hash, r.key = hash, key
	return &r.entry
}

// richSpec is the part of a spec that only rich caches have.
type richSpec struct {
	early bool
	// decide asks the policy about a result; nil if there is none.
	decide func(it *engine.Item, usual time.Duration) (ttl time.Duration, keep bool)
	// missing asks it about an error; nil if there is none.
	missing func(error) bool
	// size is that of an entry.
	size uintptr
	// shared is nil for caches that stay in memory.
	shared *sharing
	// carrier is nil for caches whose results cannot leave the process.
	carrier *carrier
	// tags returns the tags of an entry; nil if there are none.
	tags func(it *engine.Item) []string
}

// newRichSpec returns nil for a plain cache.
func newRichSpec[K comparable, V any](o *Options[K, V]) *richSpec {
	durations := o.Refresh | o.Stale | o.SoftTimeout | o.ErrorsTTL | o.MissingTTL
	if durations == 0 && !o.Early && o.Policy == nil && !o.Shared && o.Tags == nil && (o.Codec == nil || o.KeyText == nil) {
		return nil
	}
	s := &richSpec{early: o.Early, size: unsafe.Sizeof(rich[K, V]{}), carrier: newCarrier(o)}
	s.shared = newSharing(o, s.carrier)
	if o.Tags != nil {
		s.tags = func(it *engine.Item) []string { return o.Tags(keyOf[K](it)) }
	}
	if p := o.Policy; p != nil {
		s.missing = p.Missing
		s.decide = func(it *engine.Item, usual time.Duration) (time.Duration, bool) {
			v := entryOf[K, V](it).value
			if !p.Keep(v) {
				return 0, false
			}
			return p.TTL(v, usual), true
		}
	}
	return s
}

// storedAt returns when an entry was stored.
func (s *state) storedAt(it *engine.Item) int64 {
	if s.home.rich != nil {
		return metaOf(it).stored
	}
	return it.Stored
}

// weightOf returns what an entry takes up: the user's Weigh is for results only.
func (s *state) weightOf(it *engine.Item) int64 {
	r := s.home.rich
	switch {
	case r == nil:
		return s.home.weigh(it)
	case metaOf(it).kind != valued:
		return weighed(r.size, 0)
	}
	return min(s.home.weigh(it), engine.MaxWeight) + int64(metaSize)
}
