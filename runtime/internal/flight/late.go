package flight

import (
	"context"
	"time"
)

// Late is Do for a caller that has an old result to fall back on. It never waits for
// the Limiter: How is Full if the load has to. With detached, the load does not run
// in its caller's goroutine, so that the caller can go while the load goes on.
func (g *Group) Late(ctx context.Context, hash uint64, s Subject, detached bool) Call {
	parent := flightOf(ctx)
	at := g.shard(hash)
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.closed {
		return Call{How: Closed}
	}
	if kept := g.owner.Lookup(s); kept != nil {
		return Call{How: Kept, Kept: kept}
	}
	f := at.joinable(g.owner, hash, s)
	switch {
	case f == nil:
		f = newFlight(ctx, g.owner.Timeout(), detached)
		if !g.Limiter.try(f) {
			f.end(nil)
			return Call{How: Full}
		}
		g.launch(at, f, parent, hash, s)
		return Call{How: Leads, Flight: f, parent: parent}
	case f.heldBack():
		return Call{How: Full}
	}
	return at.join(f, parent)
}

// Background begins a load that nobody waits for, in place of what is kept: unless
// that is not old any more (How is Kept then), a load is under way (Joined), or the
// Limiter is full. It goes on when the caller has gone, until it ends or the group
// is closed.
func (g *Group) Background(ctx context.Context, hash uint64, s, old Subject) Call {
	at := g.shard(hash)
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.closed {
		return Call{How: Closed}
	}
	if kept := g.owner.Lookup(s); kept != old {
		return Call{How: Kept, Kept: kept}
	}
	if at.joinable(g.owner, hash, s) != nil {
		return Call{How: Joined}
	}
	f := newFlight(ctx, g.owner.Timeout(), true)
	if !g.Limiter.try(f) {
		f.end(nil)
		return Call{How: Full}
	}
	// It has no parent: the load that the call was made in does not wait for it.
	// Its one caller never leaves.
	g.launch(at, f, nil, hash, s)
	return Call{How: Leads, Flight: f}
}

// Within reports whether the load, or ctx, has ended after d at most. The caller
// then calls Wait; or else Wait to go on, or Desert.
func (c Call) Within(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-c.Flight.done:
		return true
	case <-ctx.Done():
		return true
	case <-timer.C:
	}
	select {
	case <-c.Flight.done:
		return true
	default:
		return false
	}
}

// Desert is for a caller who goes while the load is to go on, even if nobody else
// waits for it.
func (c Call) Desert() {
	if c.parent != nil {
		c.parent.unawait(c.Flight)
	}
}

// KeepFailure has the owner's Keep called although the load has failed, if it has
// with an error. It must be called before Return.
func (f *Flight) KeepFailure() { f.failureKept = true }

// heldBack reports whether the Limiter has not let f in yet.
func (f *Flight) heldBack() bool {
	if f.of.Limiter.limit.Load() <= 0 {
		return false
	}
	graph.Lock()
	defer graph.Unlock()
	return f.ties != nil && f.ties.queue != nil
}

// Spare says that the loader is not needed, so that Failed is not told of an error. It
// is called in place of Enter.
func (f *Flight) Spare() { f.refused = true }

// Offer has the owner keep something for the key, unless the load was taken off it.
// Its loader calls it for what it has found before the result is there.
func (f *Flight) Offer(s Subject) (fate Fate) {
	at := f.of.shard(f.hash)
	at.mu.Lock()
	defer at.mu.Unlock()
	if !f.off && !at.closed {
		fate = f.of.owner.Keep(s)
	}
	return fate
}
