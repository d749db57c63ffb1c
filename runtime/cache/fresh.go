package cache

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// verdict says what an entry of a rich cache is good for.
type verdict uint8

const (
	// gone: nothing. It is to be removed.
	gone verdict = iota
	// late: it is too old, but better than an error.
	late
	// negative: it is an error, which is returned like a result.
	negative
	// usable: it is a result.
	usable
	// due: it is usable, and to be renewed, which nobody is at.
	due
)

// longAgo is the Stored of entries that must always be judged, and ageful the fresh
// of rules by which entries live for ever: an age since longAgo is above it.
const (
	longAgo int64  = math.MinInt64 / 2
	ageful  uint64 = 1 << 61
)

// age is how old an entry is, and how long it may still be used, which is negative
// if it is too old, and endless for one that does not expire.
type age struct{ now, past, rest int64 }

const endless = math.MaxInt64

// lifetime returns how long an entry may be used; 0 is not at all.
func (r *rules) lifetime(m *meta) int64 {
	switch {
	case m.kind == refused || m.far != nil && m.far.memory == 0: // it may have been changed meanwhile
		return 0
	case m.kind == missing && r.MissingTTL > 0:
		return int64(r.MissingTTL)
	case m.kind != valued:
		return max(int64(r.ErrorsTTL), 0)
	case m.ttl > 0:
		return m.ttl
	}
	return r.ttl
}

// assess says what an entry is good for, without a look at whether to renew it.
func (r *rules) assess(it *engine.Item) (verdict, age) {
	m := metaOf(it)
	used := it.Used.Load() // before the clock: a later use would lie in the future
	now := r.nowFor(m)
	a := age{now: now, past: now - m.stored, rest: endless}
	if r.off || a.past < 0 || r.idleTooLong(used, now) || m.far != nil && m.far.outdated() {
		return gone, a
	}
	if ttl := r.lifetime(m); ttl != int64(Forever) {
		a.rest = r.jittered(ttl, use{stored: m.stored, hash: it.Hash}) - a.past
	}
	a.rest = r.left(m.far, a.rest, now)
	if r.worn {
		a.rest = min(a.rest, 0)
	}
	switch {
	case a.rest > 0 && m.kind == valued:
		return usable, a
	case a.rest > 0:
		return negative, a
	case m.kind == valued && -a.rest < int64(r.Stale):
		return late, a
	}
	return gone, a
}

// nowFor is now for an entry that may have a time to live of its own.
func (r *rules) nowFor(m *meta) int64 {
	if m.ttl > 0 && m.ttl < precise || m.far != nil && m.far.brief() {
		return clock.Exact()
	}
	return r.now()
}

// due reports whether a usable entry is to be renewed now.
func (r *rules) due(m *meta, a age) bool {
	next := m.next.Load()
	switch {
	case next == wanted:
		return true
	case next != none && next > a.now:
		return false
	case r.Refresh > 0 && a.past >= int64(r.Refresh):
		return true
	case r.early && a.rest != endless && soon(a.rest, m.took, rand.Float64()):
		// Whoever comes next need not draw again.
		return m.next.CompareAndSwap(next, wanted)
	}
	return false
}

// soon is the draw of XFetch: whether a result that may be used for rest longer,
// and whose load took so long, is to be renewed, for a random number from 0 to 1,
// without 1.
func soon(rest, took int64, random float64) bool {
	return -math.Log(1-random)*float64(took) >= float64(rest)
}

// look judges an entry that somebody asks for. What is gone is removed.
func (s *state) look(it *engine.Item) verdict {
	v, a := s.seen(it)
	if v == usable && s.rules.Load().due(metaOf(it), a) {
		return due
	}
	return v
}

// seen is look without a look at whether to renew it.
func (s *state) seen(it *engine.Item) (verdict, age) {
	r := s.rules.Load()
	v, a := r.assess(it)
	if v == gone {
		s.expire(it)
	}
	r.note(it, v, a)
	return v, a
}

// note notes the use of an entry that was assessed.
func (r *rules) note(it *engine.Item, v verdict, a age) {
	if v >= negative && r.idle > 0 && a.now > it.Used.Load() {
		it.Used.Store(a.now)
	}
}

// pause is how long the source is left alone after so many failures.
func pause(failures uint32) time.Duration {
	if failures > 6 {
		return time.Minute
	}
	return time.Second << (max(failures, 1) - 1)
}

// stands reports whether a load is not needed, because there is a result, perhaps one that
// others may renew, or an error. What is too old stays: the load replaces it.
func (s *state) stands(it *engine.Item) bool {
	r := s.rules.Load()
	if r.rich {
		v, a := r.assess(it)
		r.note(it, v, a)
		return v >= negative
	}
	use := useOf(it)
	now := r.now()
	if r.expired(use, now) {
		return false
	}
	if r.idle > 0 && now > use.used {
		it.Used.Store(now)
	}
	return true
}

// expire removes an entry that was found too old. No lock is held.
func (s *state) expire(it *engine.Item) {
	if !s.table.Drop(it) {
		return
	}
	s.stripe(it.Hash).expirations.Add(1)
	if eventlog.On() {
		s.tell(nobody, "cache expiration", it, s.age(it))
	}
}
