// Package flight makes one load serve all who ask for the same key at the same
// time, and keeps the order between loads and changes of what is kept: a load
// that began before a key was changed never overwrites the change.
//
// A load belongs to all of its callers and to none: its context has the values
// of the first caller, is not cancelled with it, and is cancelled when the last
// one has left. The package does not keep results, it does not even know their
// types; its Owner does.
package flight

import (
	"context"
	"time"
)

// An Owner keeps the results of a Group. Same, Lookup, Keep and Remove are called
// with the key's lock held: they must be quick and call nothing of the user's. Landed is
// called without a lock.
type Owner interface {
	// Same reports whether two subjects, whose hashes are the same, have the
	// same key.
	Same(a, b Subject) bool
	// Lookup returns the subject whose result is kept for a key, or nil.
	Lookup(Subject) Subject
	// Keep keeps the result of a load, over any other.
	Keep(Subject) Fate
	// Remove removes what is kept for a key, and reports whether there was something.
	Remove(Subject) bool
	// Timeout bounds a load; 0 means not at all.
	Timeout() time.Duration
	// Loading is told of each call of a loader, Failed of each that ended
	// with an error or did not return.
	Loading(*Flight)
	Failed(hash uint64)
	// Landed is told of each flight that has ended, and what has become of its result.
	Landed(*Flight, Fate)
}

// Fate is what has become of a result.
type Fate struct {
	// Kept says that it is kept, Evicted how many others had to go for it.
	Kept    bool
	Evicted int
}

// How says what a caller has to do.
type How int

// The ways that a call of Do or Anew ends.
const (
	// Leads: the caller runs Call.Flight, and waits for it unless it is inline.
	Leads How = iota
	// Joined: the caller waits for a load that is under way.
	Joined
	// Kept: there is nothing to do; Call.Kept has a result.
	Kept
	// Recursive: the load that this call would wait for waits for this call.
	Recursive
	// Closed: the group is closed, nothing may be loaded.
	Closed
	// Full: the load would have to wait for the Limiter. Late and Background only.
	Full
)

// Call is what one caller has to do with a load.
type Call struct {
	How    How
	Flight *Flight
	Kept   Subject
	parent *Flight
}

// Group is a set of loads, at most one for each key at a time.
// It is safe for concurrent use after Init.
type Group struct {
	// Limiter bounds the loads that run at once.
	Limiter Limiter

	owner  Owner
	shards []shard
}

// Init makes g a group of a number of locks, which must be a power of two.
func (g *Group) Init(owner Owner, locks int) {
	g.owner, g.shards = owner, make([]shard, locks)
}

// shard uses the upper bits, because tables use the lower ones.
func (g *Group) shard(hash uint64) *shard {
	return &g.shards[(hash>>48)&uint64(len(g.shards)-1)]
}

// Do finds what is kept for the key of s, or the load that is under way, or else
// begins one, whose subject s is.
func (g *Group) Do(ctx context.Context, hash uint64, s Subject) Call {
	parent := flightOf(ctx)
	at := g.shard(hash)
	at.mu.Lock()
	if at.closed {
		at.mu.Unlock()
		return Call{How: Closed}
	}
	if kept := g.owner.Lookup(s); kept != nil {
		at.mu.Unlock()
		return Call{How: Kept, Kept: kept}
	}
	f := at.joinable(g.owner, hash, s)
	if f == nil {
		f = g.start(ctx, at, parent, hash, s)
		at.mu.Unlock()
		return Call{How: Leads, Flight: f, parent: parent}
	}
	call := at.join(f, parent)
	at.mu.Unlock()
	return call
}

// Anew begins a load even if a result is kept or a load is under way, which may
// have begun before the change that the caller wants to see.
func (g *Group) Anew(ctx context.Context, hash uint64, s Subject) Call {
	parent := flightOf(ctx)
	if g.inside(parent, hash, s) {
		return Call{How: Recursive}
	}
	at := g.shard(hash)
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.closed {
		return Call{How: Closed}
	}
	at.takeOff(g.owner, hash, s)
	return Call{How: Leads, Flight: g.start(ctx, at, parent, hash, s), parent: parent}
}

// inside reports whether f is a load of the key of s, or was started in one.
func (g *Group) inside(f *Flight, hash uint64, s Subject) bool {
	for ; f != nil; f = f.parent {
		if f.of == g && f.hash == hash && !f.over.Load() && g.owner.Same(f.Subject, s) {
			return true
		}
	}
	return false
}

// start puts a new flight on a key that has none.
func (g *Group) start(ctx context.Context, at *shard, parent *Flight, hash uint64, s Subject) *Flight {
	f := newFlight(ctx, g.owner.Timeout(), false)
	g.launch(at, f, parent, hash, s)
	return f
}

// launch is start for a flight that was made before.
func (g *Group) launch(at *shard, f, parent *Flight, hash uint64, s Subject) {
	f.of, f.Subject, f.hash, f.parent, f.waiters = g, s, hash, parent, 1
	at.link(f)
	if parent != nil {
		parent.await(f)
	}
}
