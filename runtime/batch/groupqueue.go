package batch

import (
	"context"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// loaderGroup is what is pending of a place. As long as fewer batches than InFlight are
// in flight, at most one is gathered, which is not full: all else has left.
type loaderGroup[G, K comparable, V any] struct {
	place    loaderPlace[G]
	inFlight int
	// first to last are the batches that have not left, in the order in which they will.
	first, last *loaderBatch[G, K, V]
	// keys is the number of keys in them, and index where they are, if indexed.
	keys    int
	index   map[K]loaderTicket[G, K, V]
	indexed bool
	// usual is the number of keys that the last batch had.
	usual int
	// timer runs while timed, which is first, gathers until due. A group that nothing is
	// pending of has none, as it may be used again in another test's bubble.
	timer *time.Timer
	timed *loaderBatch[G, K, V]
	due   time.Time
}

// loaderTicket is the place of a key.
type loaderTicket[G, K comparable, V any] struct {
	batch *loaderBatch[G, K, V]
	at    int
}

// loaderCall is what a batch has of its first call.
type loaderCall[G, K comparable, V any] struct {
	ctx   context.Context
	fetch func(context.Context, G, []K) Found[K, V]
	crowd *loaderCrowd // or nil
}

// loaderScanned is up to how many keys are looked through, as an index costs more.
const loaderScanned = 8

// loaderIndexed is up to how many keys an index is kept for the next ones.
const loaderIndexed = 4096

// add gathers a call for a key, and lets nothing leave.
func (l *GroupLoader[G, K, V]) add(g *loaderGroup[G, K, V], c loaderCall[G, K, V], key K) loaderTicket[G, K, V] {
	t, known := g.find(key)
	l.stats.Calls++
	if known {
		l.stats.Deduplicated++
	} else {
		t = g.put(c, key, l.maxKeys)
	}
	l.stats.Waiting++
	b := t.batch
	b.waiters++
	b.slots[t.at].waiters++
	if c.ctx.Done() == nil {
		b.stays = true
	}
	return t
}

// find returns where a key was gathered.
func (g *loaderGroup[G, K, V]) find(key K) (t loaderTicket[G, K, V], ok bool) {
	if g.indexed {
		t, ok = g.index[key]
		return t, ok
	}
	for b := g.first; b != nil; b = b.next {
		for i := range b.slots {
			if s := &b.slots[i]; s.waiters > 0 && s.key == key {
				return loaderTicket[G, K, V]{b, i}, true
			}
		}
	}
	return t, false
}

// put gathers a key that is not there.
func (g *loaderGroup[G, K, V]) put(c loaderCall[G, K, V], key K, maxKeys int) loaderTicket[G, K, V] {
	b := g.last
	if b == nil || b.size() >= maxKeys {
		c.ctx = eventlog.Under(c.ctx)
		b = &loaderBatch[G, K, V]{group: g, call: c}
		b.slots = b.one[:0]
		if n := min(g.usual, maxKeys); n > 1 {
			b.slots = make([]loaderSlot[K, V], 0, n)
		}
		g.append(b)
	}
	t := loaderTicket[G, K, V]{b, len(b.slots)}
	if n := len(b.free); n > 0 {
		t.at, b.free = b.free[n-1], b.free[:n-1]
		b.slots[t.at].key = key
	} else {
		b.slots = append(b.slots, loaderSlot[K, V]{key: key})
	}
	g.keys++
	g.note(t)
	return t
}

// note makes a key known to the index, which it makes when there are many.
func (g *loaderGroup[G, K, V]) note(t loaderTicket[G, K, V]) {
	if g.indexed {
		g.index[t.batch.slots[t.at].key] = t
		return
	}
	if g.keys <= loaderScanned {
		return
	}
	g.indexed = true
	if g.index == nil {
		g.index = make(map[K]loaderTicket[G, K, V], 2*g.keys)
	}
	for b := g.first; b != nil; b = b.next {
		for i := range b.slots {
			if b.slots[i].waiters > 0 || b == t.batch && i == t.at {
				g.index[b.slots[i].key] = loaderTicket[G, K, V]{b, i}
			}
		}
	}
}

// idle reports whether nothing is pending.
func (g *loaderGroup[G, K, V]) idle() bool { return g.inFlight == 0 && g.first == nil }

// less is called when n keys have gone, and reports whether they are to be removed from
// the index.
func (g *loaderGroup[G, K, V]) less(n int) bool {
	g.keys -= n
	if !g.indexed || g.keys > 0 {
		return g.indexed
	}
	g.indexed = false
	if len(g.index) > loaderIndexed {
		g.index = nil
	}
	clear(g.index) // also of keys that delete does not find, such as NaN
	return false
}

func (g *loaderGroup[G, K, V]) append(b *loaderBatch[G, K, V]) {
	if b.prev = g.last; b.prev == nil {
		g.first = b
	} else {
		b.prev.next = b
	}
	g.last = b
}

func (g *loaderGroup[G, K, V]) unlink(b *loaderBatch[G, K, V]) {
	if b.prev == nil {
		g.first = b.next
	} else {
		b.prev.next = b.next
	}
	if b.next == nil {
		g.last = b.prev
	} else {
		b.next.prev = b.prev
	}
	b.prev, b.next = nil, nil
}

// withdraw is called when a caller has left whose batch has not. A key that nobody
// waits for any more makes room for another one.
func (l *GroupLoader[G, K, V]) withdraw(t loaderTicket[G, K, V]) {
	b := t.batch
	s := &b.slots[t.at]
	if s.waiters--; s.waiters > 0 {
		return
	}
	g, key := b.group, s.key
	b.free = append(b.free, t.at)
	if g.less(1) {
		delete(g.index, key)
	}
	if b.waiters == 0 {
		g.unlink(b)
		l.watch(g)
		if g.idle() { // it was held
			l.retire(g)
		}
	}
}
