package cache

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"weak"
)

// core is what a cache is apart from the types of its keys and values.
type core struct {
	*spec
	manager  *Manager
	entry    *Entry
	counters *counters
	// kin is the set of caches of one Instances, or nil.
	kin *kin

	// state is made when the cache is first used, because Late is asked then.
	state   atomic.Pointer[state]
	startMu sync.Mutex

	// changes is made for the first put within a transaction.
	changes atomic.Pointer[changes]

	// twins stand in for this cache in the managers of tests.
	twinMu sync.Mutex
	twins  map[*Manager]*core
}

// init makes c a cache of m and registers it. The registers refer to it weakly:
// it is gone when its user has dropped it, and its figures then become part of
// the past.
func (c *core) init(s *spec, m *Manager, family *kin) {
	m = m.root
	c.spec, c.manager, c.kin = s, m, family
	if family != nil && family.own == m {
		c.entry = family.entry
	} else {
		c.entry = m.entry(s.name, s)
	}
	if s.rich != nil && s.rich.shared != nil && family == nil {
		c.entry.takeName(s)
	}
	c.counters = newCounters(parallelism(s.settings.MaxEntries), &m.budget.held)
	if s.rich != nil {
		c.counters.stripes[0].rare = new(rare)
	}
	tallies := []*tally{&c.entry.tally}
	if family != nil {
		tallies = append(tallies, family.tally(m))
	}
	ref := weak.Make(c)
	for _, t := range tallies {
		t.add(c.counters, ref)
	}
	runtime.AddCleanup(c, (*counters).fold, c.counters)
	c.counters.tallies = tallies
}

// started returns the state, which it makes at the first call. It panics if
// Late gives a duration that cannot be; the next call tries again.
func (c *core) started() *state {
	if s := c.state.Load(); s != nil {
		return s
	}
	return c.start()
}

func (c *core) start() *state {
	c.startMu.Lock()
	defer c.startMu.Unlock()
	if s := c.state.Load(); s != nil {
		return s
	}
	c.needStore()
	c.manager.remindOfEnvironment()
	base := c.base() // calls the user's code: no other lock is held
	c.entry.mu.Lock()
	defer c.entry.mu.Unlock()
	s := newState(c, base, base.with(c.entry.changes))
	// A manager that is being closed closes either the state that it finds, or
	// is seen to be closed here, because it takes the entry's lock in between.
	if c.entry.closed || c.manager.closed.Load() {
		s.flights.Close()
	}
	c.state.Store(s)
	return s
}

func (c *core) size() int {
	if s := c.state.Load(); s != nil {
		return s.table.Len()
	}
	return 0
}

func (c *core) stats() Stats {
	s := c.counters.sum()
	s.Size = c.size()
	return s
}

func (c *core) effective() Settings {
	if s := c.state.Load(); s != nil {
		return s.rules.Load().Settings.clone()
	}
	c.entry.mu.Lock()
	defer c.entry.mu.Unlock()
	return c.settings.over(c.entry.changes)
}

// configure is called with the entry locked. A cache that has not started
// reads the entry's changes when it does.
func (c *core) configure(changes Settings) {
	if s := c.state.Load(); s != nil {
		s.apply(s.base.with(changes))
	}
}

// clear forgets all keys, at the end of a transaction if by is not nil.
func (c *core) clear(ctx context.Context, by *ending) {
	c.changingAll(by)
	if s := c.state.Load(); s != nil {
		s.joint.heard.Add(1) // what is being set may be older
		s.tellCleared(ctx, s.clear())
	}
}

// clearMatching forgets the keys that match, and returns how many were kept.
func (c *core) clearMatching(ctx context.Context, p pattern, by *ending) int {
	c.changingAll(by)
	if s := c.state.Load(); s != nil {
		s.joint.heard.Add(1)
		return s.clearMatching(ctx, p)
	}
	return 0
}

// close ends the loads and drops what is kept.
func (c *core) close() {
	if s := c.state.Load(); s != nil {
		s.flights.Close()
		s.table.Clear()
		s.intake.Load().overtakeAll()
	}
}

// parallelism returns into how many parts, a power of two, a cache of some
// size is divided so that its users do not wait for each other.
func parallelism(entries int) int {
	if entries >= 0 && entries < 1024 {
		return 1
	}
	n := 1
	for n < 2*runtime.GOMAXPROCS(0) && n < 8 {
		n *= 2
	}
	return n
}
