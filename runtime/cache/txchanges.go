package cache

import "sync/atomic"

// changes counts the changes of a cache by a part of their keys' hashes, so that
// the end of a transaction finds out whether it is still the last one that has
// changed a key: the order of commits is not that in which their ends come here.
// Two keys that share a count do no harm but to remove one in place of setting it.
type changes struct {
	all    atomic.Uint32
	byPart [256]atomic.Uint32
}

// part returns the count for a hash.
func (c *changes) part(hash uint64) *atomic.Uint32 { return &c.byPart[hash>>40%256] }

// tallied has what a transaction has added to counts.
type tallied map[*atomic.Uint32]uint32

// count adds a change, of a transaction's own if by is not nil.
func count(n *atomic.Uint32, by *ending) {
	n.Add(1)
	if by == nil {
		return
	}
	if by.own == nil {
		by.own = make(tallied)
	}
	by.own[n]++
}

// changing counts a change of a key, which must follow. Nothing is counted before
// the first put within a transaction.
func (c *core) changing(hash uint64, by *ending) {
	if n := c.changes.Load(); n != nil {
		count(n.part(hash), by)
	}
}

// changingAll is changing for all keys.
func (c *core) changingAll(by *ending) {
	if n := c.changes.Load(); n != nil {
		count(&n.all, by)
	}
}

// since is a moment in the life of a key.
type since struct {
	all, part *atomic.Uint32
	seen      uint32
}

func (c *core) sinceNow(hash uint64) since {
	n := c.changes.Load()
	if n == nil {
		c.changes.CompareAndSwap(nil, new(changes))
		n = c.changes.Load()
	}
	s := since{all: &n.all, part: n.part(hash)}
	s.seen = s.sum()
	return s
}

// sum changes with each change of the key.
func (s since) sum() uint32 { return s.all.Load() + s.part.Load() }

// others reports whether anyone but the transaction has changed the key.
func (s since) others(by *ending) bool {
	return s.sum()-s.seen != by.own[s.all]+by.own[s.part]
}
