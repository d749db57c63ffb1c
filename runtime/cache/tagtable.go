package cache

import (
	"hash/maphash"
	"sync/atomic"
)

// tagSlots is a power of two.
const tagSlots = 1 << 12

// tagTable knows when tags were invalidated, as numbers that only grow. Several tags
// share a place: who meets another one's number loads once more than needed.
type tagTable struct {
	now   atomic.Uint64
	slots atomic.Pointer[[tagSlots]atomic.Uint64]
}

// table returns the places, which it makes if there are none.
func (t *tagTable) table() *[tagSlots]atomic.Uint64 {
	if slots := t.slots.Load(); slots != nil {
		return slots
	}
	t.slots.CompareAndSwap(nil, new([tagSlots]atomic.Uint64))
	return t.slots.Load()
}

// bump invalidates tags for all that was marked before.
func (t *tagTable) bump(tags []string) {
	slots, n := t.table(), t.now.Add(1)
	for _, tag := range tags {
		at := &slots[place(tag)]
		for before := at.Load(); before < n && !at.CompareAndSwap(before, n); before = at.Load() {
		}
	}
}

func place(tag string) uint32 { return uint32(maphash.String(seed, tag)) % tagSlots }

// marks are the tags of an entry at the moment when its load began.
type marks struct {
	names []string
	of    *[tagSlots]atomic.Uint64
	at    []uint32
	seen  uint64
}

// marked returns the marks of an entry that begins to be loaded now.
func (t *tagTable) marked(names []string) marks {
	if len(names) == 0 {
		return marks{}
	}
	m := marks{names: names, of: t.table(), at: make([]uint32, len(names)), seen: t.now.Load()}
	for i, name := range names {
		m.at[i] = place(name)
	}
	return m
}

// outdated reports whether one of the tags was invalidated since.
func (m *marks) outdated() bool {
	for _, at := range m.at {
		if m.of[at].Load() > m.seen {
			return true
		}
	}
	return false
}
