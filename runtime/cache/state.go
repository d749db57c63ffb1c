package cache

import (
	"context"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// state is a cache in use: what it keeps, by which rules, and what is being
// loaded. It is the Owner of its flights.
type state struct {
	// What a hit reads comes first, on one cache line with the head of the table.

	// fresh is that of the rules.
	fresh   atomic.Uint64
	stripes []stripe
	table   engine.Table

	rules   atomic.Pointer[rules]
	flights flight.Group
	// home keeps the cache itself alive while one of its loads runs, so that
	// its manager can find it and its figures are complete when they are folded.
	home *core
	// base are the settings that the options ask for.
	base *Settings
	// joint is that of a shared cache.
	joint joint
	// intake is nil until Warm or LoadFrom is called.
	intake atomic.Pointer[intake]
}

func newState(c *core, base, settings *Settings) *state {
	s := &state{home: c, base: base, stripes: c.counters.stripes}
	s.table.Init(bounds(settings), c.same, &c.counters.ledger)
	s.flights.Init(s, len(s.stripes))
	if c.rich != nil && c.rich.shared != nil {
		s.joint.overlaps = new([parts]overlap)
	}
	s.obey(newRules(settings, c.spec, nil, 0))
	return s
}

func bounds(s *Settings) engine.Bounds {
	return engine.Bounds{Items: s.MaxEntries, Weight: max(s.MaxBytes, 0)}
}

func (s *state) obey(r *rules) {
	s.rules.Store(r)
	s.fresh.Store(r.fresh)
	s.flights.Limiter.SetLimit(r.loadLimit())
}

// stripe returns the counters of a key.
func (s *state) stripe(hash uint64) *stripe {
	return &s.stripes[(hash>>32)&uint64(len(s.stripes)-1)]
}

// nearby returns the counters that this goroutine and few others use for a key, so
// that all processors can count the hits of one key without waiting for each other.
// Goroutines are told apart by where their stacks are; that these may move, and
// that two of them may share counters, changes no sum.
func (s *state) nearby(hash uint64) *stripe {
	var here byte
	at := uint64(uintptr(unsafe.Pointer(&here)))
	return s.stripe(hash + (at>>11+at>>14+at>>18)<<32)
}

// young reports that an entry is younger than fresh, and so may be used whatever
// else there is to know of it. That is true of most; the others must be judged,
// unless fresh is ageless. If the clock is stopped, none is young.
func young(it *engine.Item, fresh uint64) bool { return uint64(clock.Shown()-it.Stored) < fresh }

// judge reports whether an entry whose age must be looked at closely may be used.
// What is too old goes.
func (s *state) judge(it *engine.Item) bool {
	r := s.rules.Load()
	if r.rich {
		return s.look(it) == usable
	}
	// The use is read before the clock: a later one would lie in the future.
	use := useOf(it)
	now := r.now()
	if r.expired(use, now) {
		s.expire(it)
		return false
	}
	if r.idle > 0 && now > use.used {
		it.Used.Store(now)
	}
	return true
}

// unusable reports whether it is too old to be used, or an error.
func (s *state) unusable(it *engine.Item) bool {
	r := s.rules.Load()
	if r.rich {
		v, _ := r.assess(it)
		return v != usable
	}
	if r.fresh == ageless {
		return false
	}
	use := useOf(it)
	return r.expired(use, r.now())
}

// Same is how flights compare keys.
func (s *state) Same(a, b flight.Subject) bool { return s.home.same(itemOf(a), itemOf(b)) }

// Lookup is what flights ask before they load.
func (s *state) Lookup(key flight.Subject) flight.Subject {
	it := s.table.Find(itemOf(key))
	if it == nil {
		return nil
	}
	if fresh := s.fresh.Load(); fresh != ageless && !young(it, fresh) && !s.stands(it) {
		return nil
	}
	it.Touch()
	return subjectOf(it)
}

// Keep is what flights call with a result that may be kept.
func (s *state) Keep(result flight.Subject) (fate flight.Fate) {
	r := s.rules.Load()
	if r.off {
		return fate
	}
	it := itemOf(result)
	if !s.stamp(r, it) {
		return fate
	}
	fate.Evicted, fate.Kept = s.home.manager.budget.put(s, it)
	if fate.Evicted > 0 {
		s.stripe(it.Hash).evictions.Add(uint64(fate.Evicted))
	}
	s.shelve(it)
	return fate
}

// stamp notes in an entry when it is kept, and says whether it is.
func (s *state) stamp(r *rules, it *engine.Item) bool {
	if !r.rich {
		it.Stored = r.now()
		it.Used.Store(it.Stored)
		return true
	}
	return s.accept(r, it)
}

// Remove is what flights call to forget a key.
func (s *state) Remove(key flight.Subject) bool {
	it := itemOf(key)
	removed := s.table.Remove(it)
	if removed {
		s.stripe(it.Hash).invalidations.Add(1)
	}
	return removed
}

// Timeout bounds the loads.
func (s *state) Timeout() time.Duration { return s.rules.Load().timeout() }

func (s *state) loading(hash uint64) { s.stripe(hash).loads.Add(1) }

// Failed counts a loader that gave no result.
func (s *state) Failed(hash uint64) { s.stripe(hash).loadErrors.Add(1) }

// apply changes the rules for what is kept and what will be.
func (s *state) apply(settings *Settings) {
	before := s.rules.Load()
	r := newRules(settings, s.home.spec, before, clock.Now())
	s.obey(r)
	s.rejoin(before, r)
	if before.MaxBytes <= 0 && r.MaxBytes > 0 {
		s.weighAll()
	}
	if n := s.table.Resize(bounds(settings)); n > 0 {
		s.stripe(0).evictions.Add(uint64(n))
	}
	if r.off {
		// Locks and unlocks whatever may be storing by the rules of before.
		s.intake.Load().overtakeAll()
		s.flights.Detach(func(flight.Subject) bool { return false })
		s.table.Clear()
	}
}

// clear forgets all keys, and returns how many were kept.
func (s *state) clear() int {
	s.intake.Load().overtakeAll()
	s.flights.Detach(nil)
	n := s.table.Clear()
	if n > 0 {
		s.stripe(0).invalidations.Add(uint64(n))
	}
	return n
}

// clearMatching forgets the keys that match, and returns how many were kept.
func (s *state) clearMatching(ctx context.Context, p pattern) (count int) {
	match := func(it *engine.Item) bool {
		text, own := s.home.text(it)
		return p.matches(s.home.name, text, own)
	}
	s.intake.Load().overtakeMatching(func(text string, own bool) bool { return p.matches(s.home.name, text, own) })
	s.flights.Detach(func(key flight.Subject) bool { return match(itemOf(key)) })
	s.table.Each(func(it *engine.Item) bool {
		if match(it) && s.table.Drop(it) {
			s.stripe(it.Hash).invalidations.Add(1)
			s.tellGone(ctx, it)
			count++
		}
		return true
	})
	return count
}
