package cache

import (
	"cmp"
	"math"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
)

// precise is the age below which a coarse clock would be wrong by more than
// about a hundredth.
const precise = int64(time.Second)

// ageless is the age of entries that do not expire.
const ageless = math.MaxUint64

// use is what the rules look at in an entry. hash is the source of its jitter.
type use struct {
	stored, used int64
	hash         uint64
}

func useOf(it *engine.Item) use {
	return use{stored: it.Stored, used: it.Used.Load(), hash: it.Hash}
}

// salt returns a number that is different for each entry that is stored.
func (u use) salt() uint32 {
	x := u.hash ^ uint64(u.stored)*0x9e3779b97f4a7c15
	x = (x ^ x>>32) * 0xd6e8feb86659fd93
	return uint32(x >> 32)
}

// rules are the settings in the form that a lookup reads. They never change:
// a change of settings makes new ones.
type rules struct {
	*Settings
	// ttl, idle and memory are in nanoseconds; idle is 0 for none, and memory, which is
	// MemoryTTL of a shared cache, not above.
	ttl, idle, memory int64
	// idleFrom is when idle began to matter: uses before it were not noted.
	idleFrom int64
	jitter   float64
	off      bool
	// worn says that whatever is kept has just become too old.
	worn bool
	// rich and early are those of the spec.
	rich, early bool
	// fresh is the age below which no entry can have expired, by the coarse
	// clock; 0 if that cannot be told by the age, and ageless if no entry ever
	// expires, so that no clock is read.
	fresh uint64
	// exact says that ages are too short for a coarse clock.
	exact bool
}

func newRules(s *Settings, of *spec, before *rules, now int64) *rules {
	r := &rules{
		Settings: s, ttl: int64(s.TTL), idle: int64(s.Idle), jitter: *s.Jitter, off: s.Mode == Off, worn: s.worn,
		rich: of.rich != nil, early: of.rich != nil && of.rich.early,
	}
	if s.Idle == Forever {
		r.idle = 0
	}
	if r.rich && of.rich.shared != nil && s.MemoryTTL != Forever {
		r.memory = int64(s.MemoryTTL)
	}
	switch {
	case r.idle == 0:
	case before == nil:
		r.idleFrom = math.MinInt64 // every use will be noted
	case before.idle > 0:
		r.idleFrom = before.idleFrom
	default:
		r.idleFrom = now
	}
	r.exact = min(r.ttl, cmp.Or(r.idle, math.MaxInt64)) < precise || r.rich && r.brief()
	if !r.off && !r.exact && !r.worn && r.idle == 0 {
		r.fresh = r.unjudged()
	}
	return r
}

// unjudged returns the age up to which entries need not be judged.
func (r *rules) unjudged() uint64 {
	if r.TTL == Forever && !r.rich {
		return ageless
	}
	fresh := uint64(r.ttl - int64(float64(r.ttl)*r.jitter))
	if r.rich && r.Refresh > 0 {
		fresh = min(fresh, uint64(r.Refresh))
	}
	if r.memory > 0 { // no entry has been here for longer than it is old
		fresh = min(fresh, uint64(r.memory))
	}
	if r.rich {
		fresh = min(fresh, ageful)
	}
	return fresh
}

// brief reports whether one of the ages of a rich cache is short.
func (r *rules) brief() bool {
	for _, d := range []time.Duration{r.Refresh, r.ErrorsTTL, r.MissingTTL, time.Duration(r.memory)} {
		if d > 0 && int64(d) < precise {
			return true
		}
	}
	return false
}

// now returns the time by which ages are judged.
func (r *rules) now() int64 {
	if r.exact {
		return clock.Exact()
	}
	return clock.Now()
}

// expired reports whether it may no longer be used at the time now.
func (r *rules) expired(it use, now int64) bool {
	age := now - it.stored
	// A negative age comes from another clock, that of a bubble: how old the
	// entry is cannot be known.
	if r.off || r.worn || age < 0 {
		return true
	}
	if r.ttl != int64(Forever) && age >= r.jittered(r.ttl, it) {
		return true
	}
	return r.idleTooLong(it.used, now)
}

// jittered returns a time to live without the part that an entry loses.
func (r *rules) jittered(ttl int64, it use) int64 {
	if r.jitter > 0 {
		ttl -= int64(float64(ttl) * r.jitter * float64(it.salt()) / (1 << 32))
	}
	return ttl
}

// idleTooLong reports whether an entry that was last used at some time was idle for
// too long.
func (r *rules) idleTooLong(used, now int64) bool {
	if r.idle == 0 {
		return false
	}
	rest := now - max(used, r.idleFrom)
	return rest < 0 || rest >= r.idle
}

// timeout is the bound of a load, 0 for none.
func (r *rules) timeout() time.Duration {
	if r.Timeout == Forever {
		return 0
	}
	return r.Timeout
}

// softTimeout is how long a caller with an old result waits, 0 for any time.
func (r *rules) softTimeout() time.Duration {
	if r.SoftTimeout == Forever {
		return 0
	}
	return max(r.SoftTimeout, 0)
}

// loadLimit is the bound of concurrent loads, 0 for none.
func (r *rules) loadLimit() int { return max(r.LoadLimit, 0) }
