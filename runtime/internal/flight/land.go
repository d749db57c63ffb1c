package flight

import "context"

// land ends a flight, however its loader ended: it is deferred around the
// loader's call. An inline leader's Goexit goes on after it.
func (g *Group[K, V]) land(f *Flight[K, V]) {
	if !f.returned {
		f.panicked = caught(recover())
	}
	if f.limited {
		g.Limiter.leave(&f.node)
	}
	if !f.refused && (f.panicked != nil || f.err != nil) {
		g.owner.Failed(f.hash)
	}
	// Before the lock, because a caller's own context may answer.
	keep := f.keepable()

	s := g.shard(f.hash)
	s.mu.Lock()
	if s.flights[f.key] == f {
		delete(s.flights, f.key)
		if keep {
			g.owner.Keep(f.hash, f.key, f.value)
		}
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
		f.parent.unawait(&f.node)
	}
}

// wait returns when f has finished or the caller's context has ended.
func (g *Group[K, V]) wait(ctx context.Context, f *Flight[K, V], parent *node) Result[V] {
	finished := true
	select {
	case <-f.done:
	case <-ctx.Done():
		finished = g.leave(f)
	}
	if parent != nil {
		parent.unawait(&f.node)
	}
	if !finished {
		return Result[V]{How: Left, Err: Why(ctx)}
	}
	return f.result()
}

// leave takes one caller away from f, and ends f if it was the last. It
// returns true if f has finished meanwhile.
func (g *Group[K, V]) leave(f *Flight[K, V]) (finished bool) {
	s := g.shard(f.hash)
	s.mu.Lock()
	if f.finished {
		s.mu.Unlock()
		return true
	}
	f.waiters--
	last := f.waiters == 0
	if last && s.flights[f.key] == f {
		delete(s.flights, f.key)
	}
	s.mu.Unlock()
	if last {
		f.end(ErrAbandoned)
	}
	return false
}

func (s *shard[K, V]) link(f *Flight[K, V]) {
	f.next = s.first
	if f.next != nil {
		f.next.prev = f
	}
	s.first = f
	s.running++
}

func (s *shard[K, V]) unlink(f *Flight[K, V]) {
	if f.prev != nil {
		f.prev.next = f.next
	} else {
		s.first = f.next
	}
	if f.next != nil {
		f.next.prev = f.prev
	}
	f.prev, f.next = nil, nil
	s.running--
	if s.running == 0 && s.idle != nil {
		close(s.idle)
		s.idle = nil
	}
}
