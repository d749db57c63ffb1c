package cache

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// Warm keeps the results that seq yields in memory, as those of one query for many
// keys, and returns how many it has kept. Options.Policy decides about each.
//
// It takes the place of nothing: a key is passed over that has a result or an error
// that may be returned, that is being loaded, or that was set or invalidated since
// Warm began, here or, for a shared cache, by another process that this one has heard
// of. So what seq yields must have been read after Warm was called: let it run the
// query, or read on, when it is iterated over. A result that was read before, such as
// one from a slice, may be older than a change that nobody told Warm of. If more is
// changed than Warm can remember, about 65,000 keys or 250 patterns, it keeps nothing
// from then on.
//
// Nothing is evicted for it: Warm ends without an error where the first result is that
// there is no room for. It writes nothing to the store and tells no other process. If
// the cache is shared and has a store, Warm first waits, for Config.StoreTimeout at
// most, until changes that others make are heard of. If the store fails, what Warm has kept
// goes when they are; if it works and tells of no changes, after a second.
//
// If ctx ends, it returns between two results, with the reason. Between Tx and its end
// it does nothing but return an error, since what a transaction sees may not last.
func (c *Cache[K, V]) Warm(ctx context.Context, seq iter.Seq2[K, V]) (n int, err error) {
	w, err := c.core.warming(ctx)
	if err != nil {
		return 0, err
	}
	defer w.end()
	for key, v := range seq {
		e := newEntryOf[K, V](c.core.spec, c.hashOf(key), key)
		e.value = v
		if !w.more(ctx, &e.Item, key == key) { //nolint:staticcheck // false for NaN
			break
		}
	}
	return w.kept, w.err
}

// warming is a call of Warm.
type warming struct {
	*state
	fence *fence
	end   func()
	// bumps is how often tags had been invalidated when it began, and memory how long
	// what it brings may be kept at most.
	bumps  uint64
	memory time.Duration
	kept   int
	err    error
}

var errWarmTx = errors.New("a transaction is open: what it sees may not last")

// warming begins a call of Warm.
func (c *core) warming(ctx context.Context) (*warming, error) {
	if InTx(ctx) {
		return nil, fmt.Errorf("cache: warm %s: %w", c.name, errWarmTx)
	}
	at, _ := c.at(ctx)
	s := at.started()
	w := &warming{state: s, memory: Forever}
	if member := s.member(); member != nil && !member.link.Listen(ctx) && member.Look(ctx, tier.Query{}).Err == nil {
		w.memory = member.Memory() // the store works, but says nothing of changes
	}
	w.bumps = at.manager.tags.now.Load()
	w.fence, w.end = s.intaken().fence()
	return w, nil
}

// more keeps one result, and reports whether there is use for more.
func (w *warming) more(ctx context.Context, it *engine.Item, sane bool) bool {
	if ctx.Err() != nil {
		w.err = fmt.Errorf("cache: warm %s: %w", w.home.name, flight.Why(ctx))
		return false
	}
	if w.rules.Load().off || w.home.manager.closed.Load() {
		return false
	}
	if !sane || !w.prepare(it) {
		return true
	}
	switch w.bring(it) {
	case broughtIn:
		w.kept++
		w.tellKept(ctx, it, sourceWarmed, flight.Fate{Kept: true})
	case noRoom:
		return false
	}
	return true
}

// prepare makes an entry ready to be kept, and reports whether it may be at all. It
// calls the user's code, so no lock is held.
func (w *warming) prepare(it *engine.Item) bool {
	if w.home.rich != nil {
		w.reach(it)
		if f := metaOf(it).far; f != nil {
			f.tags.seen, f.memory = min(f.tags.seen, w.bumps), w.memory
		}
		if w.decide(it); metaOf(it).kind == refused {
			return false
		}
	}
	w.weigh(it)
	return it.Weight() < engine.MaxWeight && w.fits(it)
}

// fits reports whether an entry is light enough for a cache that is empty.
func (s *state) fits(it *engine.Item) bool {
	most, all := s.rules.Load().MaxBytes, s.home.manager.budget.limit.Load()
	return (most <= 0 || it.Weight() <= most) && (all <= 0 || it.Weight() <= all)
}

// brought says what became of a result that was brought in.
type brought uint8

const (
	// passedOver: the key has something, or was changed.
	passedOver brought = iota
	broughtIn
	noRoom
)

// bring keeps an entry unless its key has something or was changed since the call
// began.
func (w *warming) bring(it *engine.Item) (b brought) {
	for again := true; again; {
		version := w.fence.version.Load()
		if w.crossed(it) {
			return passedOver
		}
		again = false
		w.flights.WhileIdle(it.Hash, subjectOf(it), func() {
			// Looked at with the lock held: who changes the key now will find the entry.
			if again = w.fence.version.Load() != version; !again {
				b = w.add(it)
			}
		})
	}
	if in := w.intake.Load(); b == broughtIn && in.stock.n.Load() > 0 {
		text, _ := w.home.text(it)
		in.stock.drop(text)
	}
	return b
}

// crossed reports whether the key of an entry was changed.
func (w *warming) crossed(it *engine.Item) bool {
	if w.fence.version.Load() == 0 {
		return false
	}
	if w.fence.crossedHash(it.Hash) {
		return true
	}
	text, own := w.home.text(it)
	return w.fence.crossedText(text, own)
}

// add keeps an entry if its key has nothing that may be returned, and there is room.
func (s *state) add(it *engine.Item) brought {
	r := s.rules.Load()
	if r.off {
		return passedOver
	}
	if old := s.table.Find(it); old != nil {
		if v, _ := r.judged(old); v >= negative {
			return passedOver
		}
	}
	if !s.stamp(r, it) {
		return passedOver
	}
	if !s.home.manager.budget.add(s, it) {
		return noRoom
	}
	s.shelve(it)
	return broughtIn
}
