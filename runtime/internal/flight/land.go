package flight

import "context"

// Enter returns when the load may run. It returns false if its context has ended
// before the Limiter let it in: then it is over, but for Land.
func (f *Flight) Enter() bool {
	if err := f.of.Limiter.enter(f); err != nil {
		f.refused = true
		f.Return(err)
		return false
	}
	f.of.owner.Loading(f)
	return true
}

// Return says that the loader has returned, with an error or without.
func (f *Flight) Return(err error) {
	if f.returned = true; err != nil {
		f.failure = &failure{err: err}
	}
}

// Land ends a flight, however its loader ended: it must be deferred around the
// loader's call. An inline leader's Goexit goes on after it.
func (f *Flight) Land() {
	if !f.returned {
		f.failure = &failure{panicked: caught(recover())}
	}
	g := f.of
	if f.limited {
		g.Limiter.leave(f)
	}
	if !f.refused && f.failure != nil {
		g.owner.Failed(f.hash)
	}
	// Before the lock, because a caller's own context may answer.
	keep := f.keepable()

	var fate Fate
	s := g.shard(f.hash)
	s.mu.Lock()
	if keep && !f.off {
		fate = g.owner.Keep(f.Subject)
	}
	s.unlink(f)
	f.finished = true
	f.over.Store(true)
	if f.done != nil {
		close(f.done)
	}
	s.mu.Unlock()

	f.end(nil)
	if f.inline && f.parent != nil {
		f.parent.unawait(f)
	}
	g.owner.Landed(f, fate)
}

// Wait returns when the load has ended, or with the reason why the caller's
// context has.
func (c Call) Wait(ctx context.Context) error {
	f, finished := c.Flight, true
	select {
	case <-f.done:
	case <-ctx.Done():
		finished = f.leave()
	}
	if c.parent != nil {
		c.parent.unawait(f)
	}
	if !finished {
		return Why(ctx)
	}
	return nil
}

// leave takes one caller away from f, and ends f if it was the last. It
// returns true if f has finished meanwhile.
func (f *Flight) leave() (finished bool) {
	s := f.of.shard(f.hash)
	s.mu.Lock()
	if f.finished {
		s.mu.Unlock()
		return true
	}
	f.waiters--
	last := f.waiters == 0
	if last {
		f.off = true
	}
	s.mu.Unlock()
	if last {
		f.end(ErrAbandoned)
	}
	return false
}
