package flight

import "context"

// Replace keeps the result in s. A load of its key that is under way goes on for
// those who wait for it, and its result is not kept.
func (g *Group) Replace(hash uint64, s Subject) (fate Fate) {
	at := g.shard(hash)
	at.mu.Lock()
	defer at.mu.Unlock()
	at.takeOff(g.owner, hash, s)
	if !at.closed {
		fate = g.owner.Keep(s)
	}
	return fate
}

// Forget removes what is kept for the key of s, and reports whether there was anything. A
// load that is under way goes on for those who wait for it, and its result is not kept.
func (g *Group) Forget(hash uint64, s Subject) bool {
	at := g.shard(hash)
	at.mu.Lock()
	defer at.mu.Unlock()
	at.takeOff(g.owner, hash, s)
	return g.owner.Remove(s)
}

// Idle reports that no load of a key with this hash is under way.
func (g *Group) Idle(hash uint64) bool {
	s := g.shard(hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running == 0
}

// Busy reports that a load of the key of s is under way, whose result may be kept.
func (g *Group) Busy(hash uint64, s Subject) bool {
	at := g.shard(hash)
	at.mu.Lock()
	defer at.mu.Unlock()
	return at.find(g.owner, hash, s) != nil
}

// WhileIdle calls do with the key's lock held, unless a load of the key of s is under
// way or the group is closed. Like the methods of an Owner, do must be quick and call
// nothing of the user's. It is for what is neither loaded nor set, and must not take
// the place of what is.
func (g *Group) WhileIdle(hash uint64, s Subject, do func()) {
	at := g.shard(hash)
	at.mu.Lock()
	defer at.mu.Unlock()
	if !at.closed && at.find(g.owner, hash, s) == nil {
		do()
	}
}

// Detach takes the loads of all keys that match off their keys, so that none
// of their results is kept. What is kept already is the caller's business, who
// must remove it afterwards. A nil match matches all.
func (g *Group) Detach(match func(Subject) bool) {
	for i := range g.shards {
		s := &g.shards[i]
		s.mu.Lock()
		s.each(func(f *Flight) {
			if !f.off && (match == nil || match(f.Subject)) {
				f.off = true
			}
		})
		s.mu.Unlock()
	}
}

// Close cancels the loads that run and makes all later calls end with Closed.
// Wait waits for the loads.
func (g *Group) Close() {
	for i := range g.shards {
		for _, f := range g.shards[i].close() {
			f.end(ErrClosed)
		}
	}
}

func (s *shard) close() []*Flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	running := make([]*Flight, 0, s.running)
	s.each(func(f *Flight) {
		f.off = true
		running = append(running, f)
	})
	return running
}

// Wait returns when no load runs, or with the context's error. It is of use
// after Close only, since loads may begin at any time before.
func (g *Group) Wait(ctx context.Context) error {
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

func (s *shard) whenIdle() <-chan struct{} {
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
func (g *Group) Running() int {
	n := 0
	for i := range g.shards {
		s := &g.shards[i]
		s.mu.Lock()
		n += s.running
		s.mu.Unlock()
	}
	return n
}
