// Package flight makes one load serve all who ask for the same key at the same
// time, and keeps the order between loads and changes of what is kept: a load
// that began before a key was changed never overwrites the change.
//
// A load belongs to all of its callers and to none: its context has the values
// of the first caller, is not cancelled with it, and is cancelled when the last
// one has left. The package does not keep results; its Owner does.
package flight

import (
	"context"
	"sync"
	"time"
)

// An Owner keeps the results of a Group. Lookup, Keep and Remove are called
// with the key's lock held: they must be quick and call nothing of the user's.
type Owner[K comparable, V any] interface {
	// Lookup returns the result that is kept for a key.
	Lookup(hash uint64, key K) (V, bool)
	// Keep keeps a result, over any other.
	Keep(hash uint64, key K, v V)
	// Remove removes what is kept.
	Remove(hash uint64, key K)
	// Timeout bounds a load; 0 means not at all.
	Timeout() time.Duration
	// Loading is told of each call of a loader, Failed of each that ended
	// with an error or did not return.
	Loading(hash uint64)
	Failed(hash uint64)
}

// How says what a call came to.
type How int

// The ways that a call of Do or Anew ends.
const (
	// Loaded: the result is that of a load, whoever started it.
	Loaded How = iota
	// Kept: another load had ended meanwhile; the result is what it kept.
	Kept
	// Left: the caller's context ended first. Err says why.
	Left
	// Refused: the load's context ended before the Limiter let it in.
	Refused
	// Recursive: the load that this call would wait for waits for this call.
	Recursive
	// Closed: the group is closed, nothing was loaded.
	Closed
)

// Result is what a call came to.
type Result[V any] struct {
	Value V
	Err   error
	// Panic is set if the loader did not return.
	Panic *Panic
	How   How
}

// Group is a set of loads, at most one for each key at a time.
// It is safe for concurrent use.
type Group[K comparable, V any] struct {
	// Limiter bounds the loads that run at once.
	Limiter Limiter

	owner  Owner[K, V]
	shards []shard[K, V]
}

// shard is the loads of the keys that share a lock.
type shard[K comparable, V any] struct {
	mu sync.Mutex
	// flights are the loads that a caller may join.
	flights map[K]*Flight[K, V]
	// first begins the list of all loads that run, also of those that were
	// taken off their key; running is its length.
	first   *Flight[K, V]
	running int
	closed  bool
	// idle is closed when running falls to 0; nil if nobody waits for it.
	idle chan struct{}
}

// New returns a group of a number of locks, which must be a power of two.
func New[K comparable, V any](owner Owner[K, V], locks int) *Group[K, V] {
	return &Group[K, V]{owner: owner, shards: make([]shard[K, V], locks)}
}

// shard uses the upper bits, because tables use the lower ones.
func (g *Group[K, V]) shard(hash uint64) *shard[K, V] {
	return &g.shards[(hash>>48)&uint64(len(g.shards)-1)]
}

// Do returns what is kept for key, or waits for the load that is under way,
// or loads.
func (g *Group[K, V]) Do(ctx context.Context, hash uint64, key K, load Loader[K, V]) Result[V] {
	parent, inline := nodeOf(ctx), ctx.Done() == nil
	s := g.shard(hash)
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return Result[V]{How: Closed}
	}
	if v, ok := g.owner.Lookup(hash, key); ok {
		s.mu.Unlock()
		return Result[V]{Value: v, How: Kept}
	}
	f := s.flights[key]
	if f == nil || f.overdue() {
		f = g.start(s, parent, hash, key)
		f.prepare(ctx, inline, g.owner.Timeout())
		s.mu.Unlock()
		return g.lead(ctx, f, inline, load)
	}
	if parent != nil && !parent.await(&f.node) {
		s.mu.Unlock()
		return Result[V]{How: Recursive}
	}
	f.waiters++
	if f.done == nil {
		f.done = make(chan struct{})
	}
	s.mu.Unlock()
	return g.wait(ctx, f, parent)
}

// Anew loads even if a result is kept or a load is under way, which may have
// begun before the change that the caller wants to see.
func (g *Group[K, V]) Anew(ctx context.Context, hash uint64, key K, load Loader[K, V]) Result[V] {
	parent, inline := nodeOf(ctx), ctx.Done() == nil
	if g.inside(parent, key) {
		return Result[V]{How: Recursive}
	}
	s := g.shard(hash)
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return Result[V]{How: Closed}
	}
	f := g.start(s, parent, hash, key)
	f.prepare(ctx, inline, g.owner.Timeout())
	s.mu.Unlock()
	return g.lead(ctx, f, inline, load)
}

// inside reports whether n is a load of key, or was started in one.
func (g *Group[K, V]) inside(n *node, key K) bool {
	for ; n != nil; n = n.parent {
		f, ok := n.call.(*Flight[K, V])
		if ok && f.key == key && f.of == g && !n.over.Load() {
			return true
		}
	}
	return false
}

// start puts a new flight on key, over any other.
func (g *Group[K, V]) start(s *shard[K, V], parent *node, hash uint64, key K) *Flight[K, V] {
	f := &Flight[K, V]{key: key, hash: hash, waiters: 1, of: g}
	f.call, f.parent = f, parent
	if s.flights == nil {
		s.flights = make(map[K]*Flight[K, V])
	}
	s.flights[key] = f
	s.link(f)
	if parent != nil {
		parent.await(&f.node)
	}
	return f
}

// lead runs f, in the caller if its context cannot be cancelled.
func (g *Group[K, V]) lead(ctx context.Context, f *Flight[K, V], inline bool, load Loader[K, V]) Result[V] {
	if inline {
		g.run(f, load)
		return f.result()
	}
	go g.run(f, load)
	return g.wait(ctx, f, f.parent)
}

func (g *Group[K, V]) run(f *Flight[K, V], load Loader[K, V]) {
	defer g.land(f)
	if err := g.Limiter.enter(&f.node); err != nil {
		f.err, f.refused, f.returned = err, true, true
		return
	}
	g.owner.Loading(f.hash)
	f.value, f.err = load(&f.node, f.key)
	f.returned = true
}
