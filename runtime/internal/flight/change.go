package flight

import "context"

// Replace keeps v for key. A load that is under way goes on for those who wait
// for it, and its result is not kept.
func (g *Group[K, V]) Replace(hash uint64, key K, v V) {
	s := g.shard(hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.flights, key)
	if !s.closed {
		g.owner.Keep(hash, key, v)
	}
}

// Forget removes what is kept for key. A load that is under way goes on for
// those who wait for it, and its result is not kept.
func (g *Group[K, V]) Forget(hash uint64, key K) {
	s := g.shard(hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.flights, key)
	g.owner.Remove(hash, key)
}

// Detach takes the loads of all keys that match off their keys, so that none
// of their results is kept. What is kept already is the caller's business, who
// must remove it afterwards. A nil match matches all.
func (g *Group[K, V]) Detach(match func(K) bool) {
	for i := range g.shards {
		g.shards[i].detach(match)
	}
}

func (s *shard[K, V]) detach(match func(K) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if match == nil {
		clear(s.flights)
		return
	}
	for key := range s.flights {
		if match(key) {
			delete(s.flights, key)
		}
	}
}

// Close cancels the loads that run and makes all later calls end with Closed.
// Wait waits for the loads.
func (g *Group[K, V]) Close() {
	for i := range g.shards {
		for _, f := range g.shards[i].close() {
			f.end(ErrClosed)
		}
	}
}

func (s *shard[K, V]) close() []*Flight[K, V] {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	clear(s.flights)
	running := make([]*Flight[K, V], 0, s.running)
	for f := s.first; f != nil; f = f.next {
		running = append(running, f)
	}
	return running
}

// Wait returns when no load runs, or with the context's error. It is of use
// after Close only, since loads may begin at any time before.
func (g *Group[K, V]) Wait(ctx context.Context) error {
	for i := range g.shards {
		idle := g.shards[i].whenIdle()
		if idle == nil {
			continue
		}
		select {
		case <-idle:
		case <-ctx.Done():
			return Why(ctx)
		}
	}
	return nil
}

func (s *shard[K, V]) whenIdle() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == 0 {
		return nil
	}
	if s.idle == nil {
		s.idle = make(chan struct{})
	}
	return s.idle
}

// Running returns the number of loads that run, for tests and statistics.
func (g *Group[K, V]) Running() int {
	n := 0
	for i := range g.shards {
		s := &g.shards[i]
		s.mu.Lock()
		n += s.running
		s.mu.Unlock()
	}
	return n
}
