package flight

import "sync"

// shard is the loads of the keys that share a lock.
type shard struct {
	mu sync.Mutex
	// chains are the loads that run, by some bits of their hashes: those that
	// a caller may join, and those that were taken off their key. There is a
	// power of two of them, or none yet.
	chains  []*Flight
	running int
	closed  bool
	// idle is closed when running falls to 0; nil if nobody waits for it.
	idle chan struct{}
}

const (
	fewChains  = 4
	manyChains = 256
)

func (s *shard) chain(hash uint64) **Flight {
	return &s.chains[(hash>>16)&uint64(len(s.chains)-1)]
}

// find returns the load that a caller may join, or nil.
func (s *shard) find(owner Owner, hash uint64, key Subject) *Flight {
	if s.running == 0 {
		return nil
	}
	for f := *s.chain(hash); f != nil; f = f.next {
		if f.hash == hash && !f.off && owner.Same(f.Subject, key) {
			return f
		}
	}
	return nil
}

// joinable is find without loads that have run out of time.
func (s *shard) joinable(owner Owner, hash uint64, key Subject) *Flight {
	f := s.find(owner, hash, key)
	if f != nil && f.overdue() {
		f.off = true // until its loader returns
		return nil
	}
	return f
}

// join lets a caller wait for a load, unless that waits for the caller's own.
func (s *shard) join(f, parent *Flight) Call {
	if parent != nil && !parent.await(f) {
		return Call{How: Recursive}
	}
	f.waiters++
	if f.done == nil {
		f.done = make(chan struct{})
	}
	return Call{How: Joined, Flight: f, parent: parent}
}

// takeOff takes the load of a key off it.
func (s *shard) takeOff(owner Owner, hash uint64, key Subject) {
	if f := s.find(owner, hash, key); f != nil {
		f.off = true
	}
}

func (s *shard) link(f *Flight) {
	if s.running >= 2*len(s.chains) {
		s.widen()
	}
	c := s.chain(f.hash)
	f.next = *c
	*c = f
	s.running++
}

// widen makes room for twice as many loads.
func (s *shard) widen() {
	old := s.chains
	s.chains = make([]*Flight, max(2*len(old), fewChains))
	for _, f := range old {
		for f != nil {
			next, c := f.next, s.chain(f.hash)
			f.next, *c = *c, f
			f = next
		}
	}
}

func (s *shard) unlink(f *Flight) {
	c := s.chain(f.hash)
	for *c != f {
		c = &(*c).next
	}
	*c, f.next = f.next, nil
	s.running--
	if s.running > 0 {
		return
	}
	if len(s.chains) > manyChains { // what a stampede needed goes with it
		s.chains = nil
	}
	if s.idle != nil {
		close(s.idle)
		s.idle = nil
	}
}

// each calls f for all loads that run.
func (s *shard) each(f func(*Flight)) {
	for _, first := range s.chains {
		for at := first; at != nil; at = at.next {
			f(at)
		}
	}
}
