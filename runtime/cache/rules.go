package cache

import (
	"math"
	"time"
)

// rules are the settings in the form that a lookup reads. They never change:
// a change of settings makes new ones.
type rules struct {
	Settings
	// ttl and idle are in nanoseconds; idle is 0 for none.
	ttl, idle int64
	// idleFrom is when idle began to matter: uses before it were not noted.
	idleFrom int64
	jitter   float64
	// ageless says that no entry ever expires, so that no clock is read.
	ageless bool
	off     bool
}

func newRules(s Settings, before *rules, now int64) *rules {
	r := &rules{Settings: s, ttl: int64(s.TTL), idle: int64(s.Idle), jitter: *s.Jitter, off: s.Mode == Off}
	if s.Idle == Forever {
		r.idle = 0
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
	r.ageless = s.TTL == Forever && r.idle == 0 && !r.off
	return r
}

// expired reports whether it may no longer be used at the time now.
func (r *rules) expired(it anItem, now int64) bool {
	age := now - it.stored
	// A negative age comes from another clock, that of a bubble: how old the
	// entry is cannot be known.
	if r.off || age < 0 {
		return true
	}
	ttl := r.ttl
	if r.jitter > 0 && ttl != int64(Forever) {
		ttl -= int64(float64(ttl) * r.jitter * float64(it.salt) / (1 << 32))
	}
	if age >= ttl && r.ttl != int64(Forever) {
		return true
	}
	if r.idle == 0 {
		return false
	}
	rest := now - max(it.used, r.idleFrom)
	return rest < 0 || rest >= r.idle
}

// timeout is the bound of a load, 0 for none.
func (r *rules) timeout() time.Duration {
	if r.Timeout == Forever {
		return 0
	}
	return r.Timeout
}

// loadLimit is the bound of concurrent loads, 0 for none.
func (r *rules) loadLimit() int { return max(r.LoadLimit, 0) }
